import {
  QwError,
  type ApiMetricQuery,
  type ApiMetricsAnswer,
  type ApiMetricsQuery,
  type EpochMs,
  type Milliseconds,
  type Objective,
} from '../../model/index.ts';
import type { Span, Tally } from '../../report/index.ts';
import { bucketStartUs, latencyBucket } from '../../store/index.ts';
import { matchersOf } from '../alerts/readings/index.ts';
import { answerableStep, keptOf } from '../telemetry/cover.ts';
import { groupSeries } from '../telemetry/grouping.ts';
import { samplesFamily } from '../telemetry/metric.ts';
import { readHistogram } from '../telemetry/read-histogram.ts';
import type { MetricsStore } from '../telemetry/scope.ts';
import { stepStarts } from '../telemetry/steps.ts';

/** What telemetry counted for an objective, in steps of time. */

export interface Step extends Tally {
  at: EpochMs;
}

export interface Counted {
  steps: Step[];
  /** Some of the data could not be asked: who is missing. */
  missing: readonly string[];
}

export interface Counting {
  store: MetricsStore;
  ask: (query: ApiMetricsQuery) => Promise<ApiMetricsAnswer>;
}

/** Of one question to telemetry. */
const maxSteps = 1000;
const deadlineMs: Milliseconds = 10_000;

/**
 * Steps of the asked width, or of a wider one where no finer sums are kept; `from` is a multiple of it. Rejects as telemetry
 * does.
 */
export async function count(
  counting: Counting,
  objective: Pick<Objective, 'indicator'>,
  checks: readonly string[],
  { from, to }: Span,
  stepMs: Milliseconds,
): Promise<Counted> {
  const found: Counted[] = [];
  for (let at = from; at < to; at += maxSteps * stepMs) {
    const part = { from: at, to: Math.min(to, at + maxSteps * stepMs) };
    const { latency } = objective.indicator;
    found.push(
      await (latency
        ? countFast(counting.store, checks, latency.below, part, stepMs)
        : countOutcomes(counting, objective, checks, part, stepMs)),
    );
  }
  return {
    steps: found.flatMap(({ steps }) => steps),
    missing: [...new Set(found.flatMap(({ missing }) => missing))],
  };
}

/** The widest of these steps begins where the time begins. */
export function widestStep(from: EpochMs): Milliseconds {
  const minutes = [60, 30, 15, 1].find((one) => from % (one * 60_000) === 0) ?? 1;
  return minutes * 60_000;
}

/** What buckets make of a limit of latency: where the one begins into which it falls. */
export function countedLimitMs(belowMs: Milliseconds): Milliseconds {
  return bucketStartUs(latencyBucket(Math.round(belowMs * 1000))) / 1000;
}

async function countOutcomes(
  { ask }: Counting,
  { indicator }: Pick<Objective, 'indicator'>,
  checks: readonly string[],
  { from, to }: Span,
  stepMs: Milliseconds,
): Promise<Counted> {
  const { counters } = indicator;
  const query = (given: Pick<ApiMetricQuery, 'metric' | 'where'>): ApiMetricQuery => ({
    ...given,
    groupBy: [],
    aggregate: 'sum',
    shiftMs: 0,
  });
  const samples = (outcome: string | string[]) => ({
    metric: 'quorumwatch_samples_total',
    where: matchersOf({ check: [...checks], outcome }),
  });
  const counted = (given: { metric: string; where: Parameters<typeof matchersOf>[0] }) =>
    query({ metric: given.metric, where: matchersOf(given.where) });
  const queries = counters
    ? [counted(counters.total), counted(counters.bad ?? counters.good ?? counters.total)]
    : [query(samples(['pass', 'degraded', 'fail'])), query(samples('fail'))];
  const points = Math.max(1, Math.ceil((to - from) / stepMs));
  const answer = await ask({
    from: new Date(from).toISOString(),
    to: new Date(from + points * stepMs).toISOString(),
    points,
    queries,
    series: 1,
  });
  const [totals = [], others = []] = answer.answers.map(({ series }) => series[0]?.values ?? []);
  return {
    steps: answer.at.map((at, place) => {
      const total = totals[place] ?? 0;
      const other = Math.min(total, others[place] ?? 0);
      return { at, total, bad: counters?.good ? total - other : other };
    }),
    missing: answer.answers.flatMap(({ partial }) => partial?.missing ?? []),
  };
}

async function countFast(
  store: MetricsStore,
  checks: readonly string[],
  belowMs: Milliseconds,
  { from, to }: Span,
  wantedMs: Milliseconds,
): Promise<Counted> {
  const names = new Set(checks);
  const series = store.book.of(samplesFamily).filter(({ labels }) => names.has(labels['check'] ?? ''));
  const tables = await store.tables();
  const stepMs = answerableStep(keptOf(tables, 'samples', 'latency'), from, wantedMs);
  const at = stepStarts(from, to, stepMs);
  if (series.length === 0) return { steps: at.map((time) => ({ at: time, total: 0, bad: 0 })), missing: [] };
  const limit = latencyBucket(Math.round(belowMs * 1000));
  const { steps, partial } = await readHistogram(groupSeries(series, []), 0, { store, tables, at, stepMs, deadlineMs });
  return {
    steps: at.map((time, place) => {
      const buckets = [...(steps[0]?.[place] ?? [])];
      const total = buckets.reduce((sum, [, found]) => sum + found, 0);
      const fast = buckets.reduce((sum, [bucket, found]) => sum + (bucket < limit ? found : 0), 0);
      return { at: time, total, bad: total - fast };
    }),
    missing: partial?.missing ?? [],
  };
}

/** Steps that begin in each part; what lies outside is in none. */
export function tallied(steps: readonly Step[], bounds: readonly EpochMs[]): Tally[] {
  const tallies = bounds.slice(1).map((): Tally => ({ total: 0, bad: 0 }));
  let part = 0;
  for (const { at, total, bad } of steps) {
    while (part < tallies.length && at >= (bounds[part + 1] ?? Infinity)) part++;
    const tally = tallies[part];
    if (!tally || at < (bounds[0] ?? 0)) continue;
    tally.total += total;
    tally.bad += bad;
  }
  return tallies;
}

export function unknownObjective(name: string): QwError {
  return new QwError('NOT_FOUND', `there is no objective ${JSON.stringify(name)}`, {
    hint: 'objectives are in the section `objectives` of the configuration',
  });
}
