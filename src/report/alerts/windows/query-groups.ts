import type { SeriesWindows } from './series-windows.ts';
import type { Labels, WindowQuery } from './window-query.ts';

/** Series that agree on the labels that stay apart. */
export interface SeriesGroup {
  /** Of the group-by, and nothing else. */
  readonly labels: Labels;
  /** Labels as one text. */
  readonly key: string;
  /** Places in the windows, in the order of their keys. */
  places: number[];
  /** What tells its series from others. */
  keys: number[];
}

/** The groups of one query over its windows. */
export class QueryGroups {
  readonly query: WindowQuery;
  readonly windows: SeriesWindows;
  readonly #groups = new Map<string, SeriesGroup>();
  #sorted: readonly SeriesGroup[] | undefined;

  constructor(query: WindowQuery, windows: SeriesWindows) {
    this.query = query;
    this.windows = windows;
  }

  /** In the order of their labels. */
  get all(): readonly SeriesGroup[] {
    this.#sorted ??= [...this.#groups.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
    return this.#sorted;
  }

  find(key: string): SeriesGroup | undefined {
    return this.#groups.get(key);
  }

  /** A series that fits the query. */
  add(seriesKey: number, labels: Labels): void {
    const own = pick(labels, this.query.groupBy);
    const key = JSON.stringify(own);
    let group = this.#groups.get(key);
    if (!group) {
      group = { labels: Object.fromEntries(own), key, places: [], keys: [] };
      this.#groups.set(key, group);
      this.#sorted = undefined;
    }
    if (group.keys.includes(seriesKey)) return;
    this.windows.placeOf(seriesKey);
    // One order for everybody, so that sums are the same to the last bit.
    group.keys = [...group.keys, seriesKey].sort((a, b) => a - b);
    group.places = group.keys.map((one) => this.windows.placeOf(one));
  }

  remove(gone: ReadonlySet<number>): void {
    for (const [key, group] of this.#groups) {
      if (!group.keys.some((one) => gone.has(one))) continue;
      group.keys = group.keys.filter((one) => !gone.has(one));
      group.places = group.keys.map((one) => this.windows.placeOf(one));
      if (group.keys.length === 0) this.#groups.delete(key);
      this.#sorted = undefined;
    }
  }
}

/** By name, so that equal labels give equal texts; a label that a series lacks is left out. */
function pick(labels: Labels, names: readonly string[]): [string, string][] {
  return [...new Set(names)]
    .filter((name) => Object.hasOwn(labels, name))
    .sort()
    .map((name) => [name, labels[name] ?? '']);
}
