import type { SeriesWindows } from './series-windows.ts';
import type { Labels, WindowQuery } from './window-query.ts';

/** Series that agree on the labels that stay apart. */
export interface SeriesGroup {
  /** Of the group-by, and nothing else. */
  readonly labels: Labels;
  /** Labels as one text. */
  readonly key: string;
  /** What tells its series from others. */
  keys: number[];
  /** Places of its series in the windows, in one order for everybody, so that sums are the same to the last bit. */
  places: readonly number[];
}

/** The groups of one query over its windows. */
export class QueryGroups {
  readonly query: WindowQuery;
  readonly windows: SeriesWindows;
  /** The version of the policies with which it came. */
  readonly since: number;
  readonly #groups = new Map<string, SeriesGroup>();
  /** Groups with series that have come or gone since they were last looked at. */
  readonly #changed = new Set<SeriesGroup>();
  #sorted: readonly SeriesGroup[] | undefined;

  constructor(query: WindowQuery, windows: SeriesWindows, since: number) {
    this.query = query;
    this.windows = windows;
    this.since = since;
  }

  /** In the order of their labels. */
  get all(): readonly SeriesGroup[] {
    this.#arrange();
    this.#sorted ??= [...this.#groups.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
    return this.#sorted;
  }

  find(key: string): SeriesGroup | undefined {
    this.#arrange();
    return this.#groups.get(key);
  }

  /** A series that fits the query and is not there. */
  add(seriesKey: number, labels: Labels): void {
    const own = pick(labels, this.query.groupBy);
    const key = JSON.stringify(own);
    let group = this.#groups.get(key);
    if (!group) {
      group = { labels: Object.fromEntries(own), key, keys: [], places: [] };
      this.#groups.set(key, group);
      this.#sorted = undefined;
    }
    group.keys.push(seriesKey);
    this.#changed.add(group);
  }

  remove(gone: ReadonlySet<number>): void {
    for (const [key, group] of this.#groups) {
      if (!group.keys.some((one) => gone.has(one))) continue;
      group.keys = group.keys.filter((one) => !gone.has(one));
      this.#changed.add(group);
      if (group.keys.length > 0) continue;
      this.#groups.delete(key);
      this.#changed.delete(group);
      this.#sorted = undefined;
    }
  }

  #arrange(): void {
    if (this.#changed.size === 0) return;
    for (const group of this.#changed) {
      group.keys.sort((a, b) => a - b);
      group.places = group.keys.map((key) => this.windows.placeOf(key));
    }
    this.#changed.clear();
  }
}

/** By name, so that equal labels give equal texts; a label that a series lacks is left out. */
function pick(labels: Labels, names: readonly string[]): [string, string][] {
  return [...new Set(names)]
    .filter((name) => Object.hasOwn(labels, name))
    .sort()
    .map((name) => [name, labels[name] ?? '']);
}
