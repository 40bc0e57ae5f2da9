import type { ApiDirection, ApiPath, ApiPerformance } from '../../../src/model/index.ts';

/** What the matrix shows: one figure for each way from one watcher or site to another. */

export const measures = ['loss', 'rtt', 'jitter'] as const;
export type Measure = (typeof measures)[number];

export const readMeasure = (text: string | null): Measure => measures.find((one) => one === text) ?? 'loss';

export interface Cell {
  from: string;
  to: string;
  state: ApiPath['state'];
  reason: string | undefined;
  /** Loss as a share, times in milliseconds; undefined where nothing is known. */
  value: number | undefined;
  /** The other end, when it is that which says so. */
  saidBy: string | undefined;
}

export interface Matrix {
  rows: readonly { name: string; cells: readonly (Cell | undefined)[] }[];
  columns: readonly string[];
}

/** Between watchers; where the one that measures is not heard, the other end's word stands for it. */
export function watcherMatrix(
  { watchers, paths }: Pick<ApiPerformance, 'watchers' | 'paths'>,
  measure: Measure,
): Matrix {
  const bySite = watchers.toSorted(
    (one, other) => one.site.localeCompare(other.site) || one.id.localeCompare(other.id),
  );
  const columns = bySite.map(({ id }) => id);
  const found = new Map(paths.map((path) => [`${path.from}\n${path.to}`, path]));
  const cell = (from: string, to: string): Cell | undefined => {
    const path = found.get(`${from}\n${to}`);
    const opposite = found.get(`${to}\n${from}`);
    if (!path) return undefined;
    const own = valueOf(path.rtt?.medianMs, path.forward, measure);
    const other = own === undefined ? valueOf(opposite?.rtt?.medianMs, opposite?.back, measure) : undefined;
    const { state, reason } = path;
    return { from, to, state, reason, value: own ?? other, saidBy: other === undefined ? undefined : to };
  };
  return {
    columns,
    rows: columns.map((from) => ({
      name: from,
      cells: columns.map((to) => (from === to ? undefined : cell(from, to))),
    })),
  };
}

/** Between sites: the median of all ways from watchers of one to watchers of the other. */
export function siteMatrix(performance: Pick<ApiPerformance, 'watchers' | 'paths'>, measure: Measure): Matrix {
  const siteOf = new Map(performance.watchers.map(({ id, site }) => [id, site]));
  const columns = [...new Set(siteOf.values())].sort((one, other) => one.localeCompare(other));
  const cells = watcherMatrix(performance, measure).rows.flatMap((row) => row.cells.flatMap((cell) => cell ?? []));
  const cell = (from: string, to: string): Cell | undefined => {
    const between = cells.filter((one) => siteOf.get(one.from) === from && siteOf.get(one.to) === to);
    if (between.length === 0) return undefined;
    const value = median(between.flatMap((one) => one.value ?? []));
    const state = value === undefined ? (between[0]?.state ?? 'unmeasured') : 'measured';
    return { from, to, state, reason: undefined, value, saidBy: undefined };
  };
  return { columns, rows: columns.map((from) => ({ name: from, cells: columns.map((to) => cell(from, to)) })) };
}

function valueOf(rttMs: number | undefined, direction: ApiDirection | undefined, measure: Measure): number | undefined {
  if (measure === 'rtt') return rttMs;
  return measure === 'loss' ? direction?.lossRatio : direction?.jitterMs;
}

/** Of six shades: loss by steps that people know, times by where they lie between the least and the most shown. */
const shades = 6;
const lossSteps = [0, 0.001, 0.01, 0.05, 0.2];

export function shadeOf(value: number, measure: Measure, values: readonly number[]): number {
  if (measure === 'loss') {
    const step = lossSteps.findIndex((most) => value <= most);
    return step < 0 ? shades - 1 : step;
  }
  const known = values.filter((one) => one > 0);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  // Times that lie close together are all alike, whatever small difference there is between them.
  if (known.length === 0 || value <= 0 || most < 2 * least) return 0;
  return Math.min(shades - 1, Math.floor((shades * Math.log(value / least)) / Math.log(most / least)));
}

function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[(sorted.length - 1) >> 1];
}
