import { assert, type ConditionReadings, type EpochMs, type Milliseconds } from '../../../model/index.ts';
import { bindPolicies, nothingBound } from './bind-policies.ts';
import { read } from './readings.ts';
import { valueOfSample, variantsOf, type SampleRow } from './row-values.ts';
import { SeriesFeeds, type FindSeries } from './series-feeds.ts';
import type { SeriesWindows } from './series-windows.ts';
import { WindowFilling } from './window-filling.ts';
import type { Labels, PolicyQuery } from './window-query.ts';

export interface AlertWindowsOptions {
  /** What a number of a series stands for; undefined where it is not known. */
  find: FindSeries;
  /** 256 MiB by default; series beyond it are not watched, and counted. */
  maxBytes?: number;
}

export interface WindowFigures {
  /** Series that some condition looks at. */
  series: number;
  bytes: number;
  /** Rows that came after what was asked for their time. */
  lateRows: number;
  /** Rows that were given up, and series that there was no room for. */
  droppedRows: number;
  refusedSeries: number;
}

const usualMaxBytes = 256 * 1024 * 1024;
/** Series without effect make room so often. */
const sweepMs: Milliseconds = 3_600_000;

/**
 * What all conditions see of all series. Windows are shared among those that ask the same of the same series; a series is
 * matched with conditions once, when its first row comes; a row is written down and nothing else until its time is over.
 */
export class AlertWindows {
  readonly #feeds: SeriesFeeds;
  #bound = nothingBound;
  #lateRows = 0;
  #droppedBefore = 0;
  #sweptAt: EpochMs | undefined;

  constructor({ find, maxBytes = usualMaxBytes }: AlertWindowsOptions) {
    this.#feeds = new SeriesFeeds(find, maxBytes);
  }

  get figures(): WindowFigures {
    const windows = [...this.#bound.windows.values()];
    return {
      series: this.#feeds.size,
      bytes: windows.reduce((sum, one) => sum + one.bytes, 0),
      lateRows: this.#lateRows,
      droppedRows: windows.reduce((sum, one) => sum + one.dropped, this.#droppedBefore),
      refusedSeries: this.#feeds.refused,
    };
  }

  /** Of series that some condition may look at. */
  get families(): readonly string[] {
    return [...this.#bound.families.keys()];
  }

  /** Some windows are being filled from the store. */
  get isFilling(): boolean {
    return [...this.#bound.windows.values()].some((one) => one.isFilling);
  }

  /**
   * The policies from now on. What was known of series is kept where the same is asked of them; other windows are empty, and
   * wait to be filled up to `fillTo` where that is given.
   */
  configure(policies: readonly PolicyQuery[], fillTo?: EpochMs): void {
    const before = this.#bound;
    this.#bound = bindPolicies(policies, before, fillTo);
    const kept = new Set(this.#bound.windows.values());
    for (const windows of before.windows.values()) if (!kept.has(windows)) this.#droppedBefore += windows.dropped;
    this.#feeds.bind(this.#bound);
  }

  /** A value of a metric whose rows are points. */
  point(series: number, at: EpochMs, value: number): void {
    let isLate = false;
    for (const { windows, place } of this.#feeds.of(series, at)) {
      if (windows.push(place, at, value)) isLate = true;
    }
    if (isLate) this.#lateRows++;
  }

  sample(series: number, at: EpochMs, row: SampleRow): void {
    let isLate = false;
    for (const { windows, place, value: kind, variant } of this.#feeds.of(series, at)) {
      const value = valueOfSample(row, kind, variant);
      if (!Number.isNaN(value) && windows.push(place, at, value)) isLate = true;
    }
    if (isLate) this.#lateRows++;
  }

  /** What is to be filled in from the store, the shortest windows first. */
  fillings(): WindowFilling[] {
    const byNeed = new Map<Milliseconds, Set<SeriesWindows>>();
    for (const windows of this.#bound.windows.values()) {
      if (!windows.isFilling) continue;
      const same = byNeed.get(windows.neededMs) ?? new Set();
      byNeed.set(windows.neededMs, same.add(windows));
    }
    return [...byNeed]
      .sort(([a], [b]) => a - b)
      .map(([, windows]) => new WindowFilling(this.#feeds, this.#bound.families, windows));
  }

  /** Whether any condition looks at a series. */
  looksAt(family: string, labels: Labels): boolean {
    for (const { query } of this.#bound.families.get(family)?.candidates(labels) ?? []) {
      if (variantsOf(query.value, labels).some((variant) => query.matches(variant))) return true;
    }
    return false;
  }

  /**
   * What a condition sees at a time of evaluation; undefined while its windows are being filled, and for a time before one
   * that was looked at. Throws where there is no
   * such policy, or where the condition looks at no metric.
   */
  of(policy: string, condition: number, at: EpochMs): ConditionReadings | undefined {
    const bound = this.#bound.policies.get(policy)?.[condition];
    assert(bound, `condition ${condition} of the policy ${policy} is known and looks at a metric`);
    if (bound.of.windows.isFilling || bound.to?.windows.isFilling) return undefined;
    if (this.#sweptAt === undefined || at < this.#sweptAt) this.#sweptAt = at;
    if (at - this.#sweptAt >= sweepMs) {
      this.#feeds.sweep(at);
      this.#sweptAt = at;
    }
    return read(bound, at);
  }

  /** Rows need not wait for evaluations that are far away; to be called every few seconds. */
  advance(now: EpochMs): void {
    for (const windows of this.#bound.windows.values()) windows.advance(now);
  }
}
