import type { EpochMs } from '../../../model/index.ts';
import { nothingBound, type BoundPolicies } from './bind-policies.ts';
import type { QueryGroups } from './query-groups.ts';
import { hasOutcomes, seriesKey, variantsOf } from './row-values.ts';
import type { SeriesWindows } from './series-windows.ts';
import type { Labels, RowValue } from './window-query.ts';

/** Where the values of one series go. */
export interface Feed {
  windows: SeriesWindows;
  value: RowValue;
  place: number;
  variant: number;
}

interface FedSeries {
  feeds: readonly Feed[];
  heardAt: EpochMs;
  /** Of the policies that it was matched with. */
  version: number;
}

export type FindSeries = (series: number) => { family: string; labels: Labels } | undefined;

/** Series are matched with the queries once, when they are first heard of. */
export class SeriesFeeds {
  readonly #find: FindSeries;
  readonly #maxBytes: number;
  #bound = nothingBound;
  readonly #known = new Map<number, FedSeries>();
  #windows: ReadonlySet<SeriesWindows> = new Set();
  /** Series for which there was no room. */
  readonly #refused = new Map<SeriesWindows, Set<number>>();
  #bytes = 0;

  constructor(find: FindSeries, maxBytes: number) {
    this.#find = find;
    this.#maxBytes = maxBytes;
  }

  /** That some condition looks at. */
  get size(): number {
    let fed = 0;
    for (const { feeds } of this.#known.values()) if (feeds.some(({ windows }) => this.#windows.has(windows))) fed++;
    return fed;
  }

  /** Series for which there was no room. */
  get refused(): number {
    return new Set([...this.#refused.values()].flatMap((series) => [...series])).size;
  }

  /** Other policies. Each series is matched with what is new to it when its next row comes, so that this takes no time. */
  bind(bound: BoundPolicies): void {
    this.#bound = bound;
    this.#windows = new Set(bound.windows.values());
    for (const windows of this.#refused.keys()) if (!this.#windows.has(windows)) this.#refused.delete(windows);
    this.#measure();
  }

  /** Of a series that was heard of at a time. */
  of(series: number, at: EpochMs): readonly Feed[] {
    let found = this.#known.get(series);
    if (!found) this.#known.set(series, (found = { feeds: [], heardAt: at, version: 0 }));
    if (found.version !== this.#bound.version) {
      found.feeds = this.#matched(series, found);
      found.version = this.#bound.version;
    }
    if (at > found.heardAt) found.heardAt = at;
    return found.feeds;
  }

  /** Makes room of series that have no effect any more. */
  sweep(at: EpochMs): void {
    const gone = new Map<SeriesWindows, Set<number>>();
    for (const [series, { feeds, heardAt }] of this.#known) {
      if (!feeds.every(({ windows }) => heardAt <= at - windows.memoryMs)) continue;
      this.#known.delete(series);
      for (const { windows, variant } of feeds) {
        const keys = gone.get(windows) ?? new Set();
        gone.set(windows, keys.add(seriesKey(series, variant)));
      }
    }
    for (const groups of this.#queries()) {
      const keys = gone.get(groups.windows);
      if (keys) groups.remove(keys);
    }
    for (const [windows, keys] of gone) for (const key of keys) windows.forget(key);
    this.#measure();
  }

  *#queries(): Generator<QueryGroups> {
    for (const { all } of this.#bound.families.values()) yield* all;
  }

  #matched(series: number, { feeds: before, version }: FedSeries): Feed[] {
    const feeds = before.filter(({ windows }) => this.#windows.has(windows));
    const found = this.#find(series);
    if (!found) return feeds;
    const byOutcome = variantsOf('outcome', found.labels);
    for (const groups of this.#bound.families.get(found.family)?.candidates(found.labels) ?? []) {
      const { query, windows, since } = groups;
      if (since <= version) continue;
      const variants = hasOutcomes(query.value) ? byOutcome : [found.labels];
      for (const [variant, labels] of variants.entries()) {
        if (!query.matches(labels) || !this.#hasRoom(series, windows)) continue;
        const key = seriesKey(series, variant);
        groups.add(key, labels);
        const place = windows.placeOf(key);
        // Several queries may look at the same windows, where a row counts once.
        if (feeds.some((feed) => feed.windows === windows && feed.place === place)) continue;
        feeds.push({ windows, value: query.value, place, variant: query.slowBucket ?? variant });
      }
    }
    return feeds;
  }

  #hasRoom(series: number, windows: SeriesWindows): boolean {
    const more = windows.bytesForMore;
    if (this.#bytes + more > this.#maxBytes) {
      const refused = this.#refused.get(windows) ?? new Set();
      this.#refused.set(windows, refused.add(series));
      return false;
    }
    this.#bytes += more;
    return true;
  }

  #measure(): void {
    this.#bytes = 0;
    for (const windows of this.#bound.windows.values()) this.#bytes += windows.bytes;
  }
}
