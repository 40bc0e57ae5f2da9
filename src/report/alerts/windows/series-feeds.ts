import type { EpochMs } from '../../../model/index.ts';
import { nothingBound, type BoundPolicies } from './bind-policies.ts';
import type { QueryGroups } from './query-groups.ts';
import { seriesKey, variantsOf } from './row-values.ts';
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
}

export type FindSeries = (series: number) => { family: string; labels: Labels } | undefined;

/** Series are matched with the queries once, when they are first heard of. */
export class SeriesFeeds {
  readonly #find: FindSeries;
  readonly #maxBytes: number;
  #bound = nothingBound;
  readonly #known = new Map<number, FedSeries>();
  readonly #refused = new Set<number>();
  #bytes = 0;

  constructor(find: FindSeries, maxBytes: number) {
    this.#find = find;
    this.#maxBytes = maxBytes;
  }

  /** That some condition looks at. */
  get size(): number {
    let fed = 0;
    for (const { feeds } of this.#known.values()) if (feeds.length > 0) fed++;
    return fed;
  }

  /** Series for which there was no room. */
  get refused(): number {
    return this.#refused.size;
  }

  /** Other queries: all series are matched anew. */
  bind(bound: BoundPolicies): void {
    this.#bound = bound;
    this.#measure();
    this.#refused.clear();
    const kept = new Map<SeriesWindows, Set<number>>();
    for (const windows of bound.windows.values()) kept.set(windows, new Set());
    for (const [series, { heardAt }] of this.#known) {
      const feeds = this.#feedsFor(series);
      this.#known.set(series, { feeds, heardAt });
      for (const { windows, variant } of feeds) kept.get(windows)?.add(seriesKey(series, variant));
    }
    for (const [windows, keys] of kept) windows.keepOnly(keys);
  }

  /** Of a series that was heard of at a time. */
  of(series: number, at: EpochMs): readonly Feed[] {
    let found = this.#known.get(series);
    if (!found) this.#known.set(series, (found = { feeds: this.#feedsFor(series), heardAt: at }));
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

  #feedsFor(series: number): Feed[] {
    const feeds: Feed[] = [];
    const found = this.#find(series);
    if (!found) return feeds;
    for (const groups of this.#bound.families.get(found.family)?.candidates(found.labels) ?? []) {
      const { query, windows } = groups;
      for (const [variant, labels] of variantsOf(query.value, found.labels).entries()) {
        if (!query.matches(labels) || !this.#hasRoom(series, windows)) continue;
        const key = seriesKey(series, variant);
        groups.add(key, labels);
        const place = windows.placeOf(key);
        // Several queries may look at the same windows, where a row counts once.
        if (feeds.some((feed) => feed.windows === windows && feed.place === place)) continue;
        feeds.push({ windows, value: query.value, place, variant });
      }
    }
    return feeds;
  }

  #hasRoom(series: number, windows: SeriesWindows): boolean {
    const more = windows.bytesForMore;
    if (this.#bytes + more > this.#maxBytes) {
      this.#refused.add(series);
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
