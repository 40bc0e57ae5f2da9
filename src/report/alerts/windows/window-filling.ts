import type { EpochMs, Milliseconds } from '../../../model/index.ts';
import type { BoundPolicies } from './bind-policies.ts';
import { valueOfSample, variantsOf, type SampleRow } from './row-values.ts';
import type { SeriesFeeds } from './series-feeds.ts';
import type { SeriesWindows } from './series-windows.ts';
import type { Labels, RowValue } from './window-query.ts';

/**
 * Windows that wait for what the store has of them, all with the same need. Rows are filled in up to a time and counted,
 * those of the next stretch after them, until it ends.
 */
export class WindowFilling {
  /** Rows so long before are needed, */
  readonly rowsMs: Milliseconds;
  /** and the time of the newest row before those, so long before. */
  readonly memoryMs: Milliseconds;
  readonly #feeds: SeriesFeeds;
  readonly #families: BoundPolicies['families'];
  readonly #windows: ReadonlySet<SeriesWindows>;

  constructor(feeds: SeriesFeeds, families: BoundPolicies['families'], windows: ReadonlySet<SeriesWindows>) {
    this.#feeds = feeds;
    this.#families = families;
    this.#windows = windows;
    this.rowsMs = Math.max(0, ...[...windows].map((one) => one.neededMs));
    this.memoryMs = Math.max(0, ...[...windows].map((one) => one.memoryMs));
  }

  /** What values of the rows of a series are wanted. */
  wanted(family: string, labels: Labels): ReadonlySet<RowValue> {
    const values = new Set<RowValue>();
    for (const { query, windows } of this.#families.get(family)?.candidates(labels) ?? []) {
      if (!this.#windows.has(windows) || values.has(query.value)) continue;
      if (variantsOf(query.value, labels).some((variant) => query.matches(variant))) values.add(query.value);
    }
    return values;
  }

  point(series: number, at: EpochMs, value: number): void {
    for (const { windows, place } of this.#feeds.of(series, at)) {
      if (this.#windows.has(windows)) windows.fill(place, at, value);
    }
  }

  sample(series: number, at: EpochMs, row: SampleRow): void {
    for (const { windows, place, value: kind, variant } of this.#feeds.of(series, at)) {
      if (!this.#windows.has(windows)) continue;
      const value = valueOfSample(row, kind, variant);
      if (!Number.isNaN(value)) windows.fill(place, at, value);
    }
  }

  /** When the newest row with a value of this kind came, of the rows too old to be filled in. */
  heard(series: number, at: EpochMs, kind: RowValue, outcome = 0): void {
    for (const { windows, place, value, variant } of this.#feeds.of(series, at)) {
      const fits = value === kind && (kind !== 'outcome-only' || variant === outcome);
      if (fits && this.#windows.has(windows)) windows.heard(place, at);
    }
  }

  /** All rows up to here have been filled in. */
  count(until: EpochMs): void {
    for (const windows of this.#windows) windows.count(until);
  }

  end(): void {
    for (const windows of this.#windows) windows.endFilling();
  }
}
