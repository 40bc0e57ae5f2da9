import { formatInstant, metricsQuerySchema, type EpochMs } from '../../model/index.ts';
import type { Series } from '../../store/index.ts';
import { queryMetrics } from './query-metrics.ts';
import { keptBy, type MetricsStore } from './scope.ts';

export interface CheckSeriesAsked {
  check: string;
  /** Whose samples. */
  watcher: string;
  from: EpochMs;
  to: EpochMs;
  points: number;
}

const maxPoints = 2000;

/** Whether what is kept reaches back so far: a store that lives in memory begins with the process. */
async function answerable(store: MetricsStore, from: EpochMs): Promise<boolean> {
  const kept = Object.values(keptBy({ source: 'latency' }, await store.tables()));
  return kept.some((span) => span.from <= from);
}

/** Latency, loss and failures of a check. Undefined where the store begins later, or does not answer. */
export async function readCheckSeries(store: MetricsStore, asked: CheckSeriesAsked): Promise<Series | undefined> {
  const { check, watcher, from, to, points } = asked;
  const where = [
    { label: 'check', is: '=', value: check },
    { label: 'watcher', is: '=', value: watcher },
  ];
  const latency = 'quorumwatch_probe_latency_seconds';
  const failed = [...where, { label: 'outcome', is: '=', value: 'fail' }];
  const read = metricsQuerySchema.safeParse({
    from: formatInstant(from),
    to: formatInstant(to),
    points: Math.min(points, maxPoints),
    queries: [
      { metric: latency, where, aggregate: 'avg' },
      { metric: latency, where, aggregate: 'max' },
      { metric: 'quorumwatch_probe_loss_ratio', where, aggregate: 'avg' },
      { metric: 'quorumwatch_samples_total', where: failed, aggregate: 'sum' },
    ],
  });
  if (!read.success) return undefined;
  const found = await answerable(store, from)
    .then((able) => (able ? queryMetrics(store, read.data) : undefined))
    .catch(() => undefined);
  if (!found) return undefined;
  const values = found.answers.map(({ series }) => series[0]?.values ?? []);
  const known = found.at.flatMap((_, step) => (values.some((line) => (line[step] ?? null) !== null) ? [step] : []));
  if (known.length === 0) return undefined;
  const line = (number: number, scale: number) =>
    known.map((step) => {
      const value = values[number]?.[step] ?? null;
      return value === null ? null : value * scale;
    });
  return {
    stepMs: found.stepMs,
    at: known.map((step) => (found.at[step] ?? 0) / 1000),
    latencyMs: line(0, 1000),
    latencyMaxMs: line(1, 1000),
    lossPercent: line(2, 100),
    failed: line(3, 1),
  };
}
