import type { AlertCondition, ChartQuery, EpochMs, Milliseconds, Outcome } from '../../../model/index.ts';
import { bucketStartUs, latencyBucket } from '../../../store/index.ts';

/** What conditions should see, from rows on paper: each question walks through all rows, as a person would. */

export interface Seen {
  /** Of a point; a sample has the labels of its check. */
  metric: string;
  labels: Readonly<Record<string, string>>;
  at: EpochMs;
  value?: number;
  outcome?: Outcome;
  latencyMs?: number;
  lossPercent?: number;
}

type Series = Pick<ChartQuery, 'metric' | 'where' | 'aggregate'> & {
  'group-by'?: readonly string[];
  'slower-than'?: Milliseconds | undefined;
};
/** A series and its values, oldest first; of equal times the smaller value first. */
interface Column {
  labels: Readonly<Record<string, string>>;
  rows: { at: EpochMs; value: number }[];
}
interface Scene {
  seen: readonly Seen[];
  intervalMs: Milliseconds;
  autoCloseMs: Milliseconds;
}

export interface NaiveReading {
  labels: Readonly<Record<string, string>>;
  value: number | undefined;
  newestAt: EpochMs;
}

const usualAggregate: Record<string, string> = {
  quorumwatch_probe_latency_seconds: 'avg',
  quorumwatch_probe_loss_ratio: 'avg',
  quorumwatch_probe_success_ratio: 'avg',
  quorumwatch_samples_total: 'rate',
  quorumwatch_path_rtt_seconds: 'avg',
  quorumwatch_telemetry_rows_total: 'rate',
};

export function naiveReadings(condition: AlertCondition, scene: Scene, at: EpochMs): NaiveReading[] {
  const { threshold, ratio, absent, forecast } = condition;
  const change = condition['rate-of-change'];
  if (threshold) {
    return each(groups(threshold, scene, at), memory(threshold, threshold.window, 1, scene), at, (columns) =>
      over(columns, threshold, scene, at, threshold.window),
    );
  }
  if (absent) {
    const aged = groups(absent, scene, at, true);
    return each(aged, absent.after + scene.autoCloseMs, at, (_, newestAt) => (at - newestAt) / 1000);
  }
  if (change) {
    return each(groups(change, scene, at), memory(change, change.window, 2, scene), at, (columns) => {
      const now = over(columns, change, scene, at, change.window);
      const before = over(columns, change, scene, at - change.window, change.window);
      return now === undefined || !before ? undefined : ((now - before) / Math.abs(before)) * 100;
    });
  }
  if (ratio) {
    const byLabels = { 'group-by': ratio['group-by'] };
    const [of, to] = [
      { ...ratio.of, ...byLabels },
      { ...ratio.to, ...byLabels },
    ];
    const divisors = groups(to, scene, at);
    const counted = memory(of, ratio.window, 1, scene) > memory(to, ratio.window, 1, scene) ? of : to;
    return each(groups(of, scene, at), memory(counted, ratio.window, 1, scene), at, (columns, _, key) => {
      const divisor = over(divisors.get(key) ?? [], to, scene, at, ratio.window);
      const value = over(columns, of, scene, at, ratio.window);
      return value === undefined || !divisor ? undefined : value / divisor;
    }).flatMap((reading) => {
      const other = newest(divisors.get(keyOf(reading.labels)) ?? []);
      const newestAt = Math.min(reading.newestAt, other);
      return newestAt > at - memory(counted, ratio.window, 1, scene) ? [{ ...reading, newestAt }] : [];
    });
  }
  if (!forecast) throw new Error('a condition on metrics');
  return each(groups(forecast, scene, at), memory(forecast, forecast.window, 1, scene), at, (columns) =>
    lineEnd(columns, forecast, scene, at),
  );
}

const byName = ([a]: [string, string], [b]: [string, string]) => (a < b ? -1 : 1);
const keyOf = (labels: Readonly<Record<string, string>>) => JSON.stringify(Object.entries(labels).sort(byName));
const newest = (columns: readonly Column[]) =>
  Math.max(-Infinity, ...columns.flatMap(({ rows }) => rows.map((row) => row.at)));
const isIncrease = ({ metric, aggregate }: Series) =>
  metric === 'quorumwatch_telemetry_rows_total' && ['rate', 'sum'].includes(aggregate ?? 'rate');

function memory(series: Series, windowMs: Milliseconds, windows: number, { autoCloseMs }: Scene): Milliseconds {
  const gap = isIncrease(series) ? Math.max(windowMs, 300_000) : 0;
  return windows * windowMs + Math.ceil(windowMs / 60) + gap + autoCloseMs;
}

function each(
  found: ReadonlyMap<string, Column[]>,
  memoryMs: Milliseconds,
  at: EpochMs,
  value: (columns: Column[], newestAt: EpochMs, key: string) => number | undefined,
): NaiveReading[] {
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, columns]) => {
      const newestAt = newest(columns);
      if (newestAt <= at - memoryMs) return [];
      return [{ labels: Object.fromEntries(JSON.parse(key) as []), value: value(columns, newestAt, key), newestAt }];
    });
}

/** Series by the labels of the group, with their rows up to `at`. */
function groups(series: Series, { seen }: Scene, at: EpochMs, onlyOwn = false): Map<string, Column[]> {
  const columns = new Map<string, Column>();
  for (const one of seen.filter((row) => row.at <= at)) {
    for (const { labels, value } of valuesOf(series, one, onlyOwn)) {
      const matches = Object.entries(series.where).every(([label, asked]) => fits(labels[label] ?? '', asked));
      if (!matches) continue;
      const column = columns.get(keyOf(labels)) ?? { labels, rows: [] };
      columns.set(keyOf(labels), column);
      column.rows.push({ at: one.at, value });
    }
  }
  const found = new Map<string, Column[]>();
  for (const column of columns.values()) {
    column.rows.sort((a, b) => a.at - b.at || a.value - b.value);
    const own = Object.entries(column.labels).filter(([label]) => series['group-by']?.includes(label));
    const key = JSON.stringify(own.sort(byName));
    found.set(key, [...(found.get(key) ?? []), column]);
  }
  return found;
}

function fits(value: string, asked: ChartQuery['where'][string]): boolean {
  if (typeof asked === 'string') return value === asked;
  if (Array.isArray(asked)) return asked.includes(value);
  if ('not' in asked) return ![asked.not].flat().includes(value);
  if ('matches' in asked) return new RegExp(`^(?:${asked.matches})$`).test(value);
  return !new RegExp(`^(?:${asked['not-matches']})$`).test(value);
}

function valuesOf(
  { metric, aggregate, 'slower-than': slowerThanMs }: Series,
  one: Seen,
  onlyOwn: boolean,
): { labels: Column['labels']; value: number }[] {
  const { labels } = one;
  if (one.outcome === undefined) return one.metric === metric ? [{ labels, value: one.value ?? 0 }] : [];
  if (metric === 'quorumwatch_samples_total') {
    const all = (['pass', 'degraded', 'fail', 'unknown'] as const).map((outcome) => ({
      labels: { ...labels, outcome },
      value: one.outcome === outcome ? 1 : 0,
    }));
    return onlyOwn ? all.filter(({ value }) => value === 1) : all;
  }
  if (metric === 'quorumwatch_probe_latency_seconds' && one.latencyMs !== undefined) {
    const us = Math.max(1, Math.round(one.latencyMs * 1000));
    if (slowerThanMs !== undefined)
      return [{ labels, value: us >= bucketStartUs(latencyBucket(slowerThanMs * 1000)) ? 1 : 0 }];
    return [{ labels, value: aggregate?.startsWith('p') === true ? middleOf(us) : us }];
  }
  if (metric === 'quorumwatch_probe_loss_ratio' && one.lossPercent !== undefined) {
    return [{ labels, value: Math.round(one.lossPercent) }];
  }
  if (metric === 'quorumwatch_probe_success_ratio' && one.outcome !== 'unknown') {
    return [{ labels, value: one.outcome === 'fail' ? 0 : 1 }];
  }
  return [];
}

/** Of the bucket that a latency falls into. */
function middleOf(us: number): number {
  const bucket = latencyBucket(us);
  return (bucketStartUs(bucket) + bucketStartUs(bucket + 1) - 1) / 2;
}

/** Where a window begins: exactly, or at the slot before where a window of whole slots would have more than 360. */
function beginOf(end: EpochMs, windowMs: Milliseconds, intervalMs: Milliseconds): EpochMs {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  if (windowMs / divisor(windowMs, intervalMs) <= 360) return end - windowMs;
  const slotMs = Math.ceil(windowMs / 360);
  return Math.floor((end - windowMs) / slotMs) * slotMs;
}

function over(columns: readonly Column[], series: Series, { intervalMs }: Scene, end: EpochMs, windowMs: Milliseconds) {
  return aggregated(columns, series, beginOf(end, windowMs, intervalMs), end, windowMs, windowMs);
}

function aggregated(
  columns: readonly Column[],
  series: Series,
  begin: EpochMs,
  end: EpochMs,
  windowMs: Milliseconds,
  gapMs: Milliseconds,
): number | undefined {
  const aggregate = series.aggregate ?? usualAggregate[series.metric] ?? '';
  const counted = isIncrease(series) ? columns.map((column) => increases(column, gapMs)) : columns;
  const rows = counted.flatMap(({ rows: all }) => all.filter(({ at }) => at > begin && at <= end));
  if (rows.length === 0) return undefined;
  const values = rows.map(({ value }) => value).sort((a, b) => a - b);
  const sum = values.reduce((total, value) => total + value, 0);
  const units: Record<string, number> = { quorumwatch_probe_latency_seconds: 1e6, quorumwatch_probe_loss_ratio: 100 };
  const unit = series['slower-than'] === undefined ? (units[series.metric] ?? 1) : 1;
  const counts = series.metric === 'quorumwatch_samples_total';
  switch (aggregate) {
    case 'avg':
      return sum / values.length / unit;
    case 'min':
      return (values[0] ?? 0) / unit;
    case 'max':
      return (values.at(-1) ?? 0) / unit;
    case 'sum':
      return sum / unit;
    case 'rate':
      return sum / (windowMs / 1000);
    case 'count':
      return counts ? sum : values.length;
    case 'last':
      return (rows.sort((a, b) => a.at - b.at || a.value - b.value).at(-1)?.value ?? 0) / unit;
    default: {
      const rank = Math.max(1, Math.ceil((Number(aggregate.slice(1)) / 100) * values.length));
      return (values[rank - 1] ?? 0) / unit;
    }
  }
}

/** What each value has added to a counter, where the value before it is not too old. */
function increases({ labels, rows }: Column, windowMs: Milliseconds): Column {
  const grown = rows.flatMap(({ at, value }, place) => {
    const before = rows[place - 1];
    if (!before || at - before.at > Math.max(windowMs, 300_000)) return [];
    return [{ at, value: value >= before.value ? value - before.value : value }];
  });
  return { labels, rows: grown };
}

type Forecast = NonNullable<AlertCondition['forecast']>;

function lineEnd(columns: readonly Column[], forecast: Forecast, _: Scene, at: EpochMs): number | undefined {
  const { window, within } = forecast;
  const width = Math.ceil(window / 60);
  const points: { x: number; y: number }[] = [];
  for (let begin = Math.ceil((at - window) / width) * width; begin + width <= at; begin += width) {
    const y = aggregated(columns, forecast, begin, begin + width, width, window);
    const counted = isIncrease(forecast) ? columns.map((column) => increases(column, window)) : columns;
    const times = counted
      .flatMap(({ rows }) => rows.map((row) => row.at))
      .filter((time) => time > begin && time <= begin + width);
    if (y !== undefined) points.push({ x: times.reduce((sum, time) => sum + time - at, 0) / times.length, y });
  }
  const span = (points.at(-1)?.x ?? 0) - (points[0]?.x ?? 0);
  if (points.length < 3 || span < window / 2) return undefined;
  const total = (of: (point: { x: number; y: number }) => number) => points.reduce((sum, point) => sum + of(point), 0);
  const n = points.length;
  const slope =
    (n * total(({ x, y }) => x * y) - total(({ x }) => x) * total(({ y }) => y)) /
    (n * total(({ x }) => x * x) - total(({ x }) => x) ** 2);
  const present = (total(({ y }) => y) - slope * total(({ x }) => x)) / n;
  const ends = [present, present + slope * within];
  return forecast.above === undefined ? Math.min(...ends) : Math.max(...ends);
}
