import type { Labels } from './metric.ts';
import type { KnownSeries } from './series-book.ts';

/** Series that agree on the labels that stay apart. */
export interface Group {
  labels: Labels;
  /** The numbers of its series. */
  series: number[];
}

export function groupSeries(series: readonly KnownSeries[], groupBy: readonly string[]): Group[] {
  const groups = new Map<string, Group>();
  for (const { id, labels } of series) {
    const kept = pick(labels, groupBy);
    const key = keyOf(kept);
    const group = groups.get(key);
    if (group) group.series.push(id);
    else groups.set(key, { labels: kept, series: [id] });
  }
  return [...groups.values()];
}

/** A label that a series lacks is left out, as an empty one would be. */
export function pick(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(
    names.flatMap((name): [string, string][] => (Object.hasOwn(labels, name) ? [[name, labels[name] ?? '']] : [])),
  );
}

/** Labels as one text, the same whatever their order. */
export function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
