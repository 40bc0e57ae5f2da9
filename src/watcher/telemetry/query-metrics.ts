import {
  QwError,
  type ApiMetricAnswer,
  type ApiMetricQuery,
  type ApiMetricsAnswer,
  type ApiMetricsQuery,
} from '../../model/index.ts';
import { percentilesFromBuckets } from '../../store/index.ts';
import { metricNamed } from './catalogue.ts';
import { answerableStep } from './cover.ts';
import { readHistogram, type Histograms } from './read-histogram.ts';
import { readLines, type Line } from './read-lines.ts';
import { shownHistogram } from './histogram.ts';
import { matching } from './matching.ts';
import { familyOf, type Metric } from './metric.ts';
import { rank } from './rank.ts';
import { keptBy, maxValues, tooManyValues, type MetricsStore, type Scope } from './scope.ts';
import { groupSeries, keyOf, type Group } from './grouping.ts';
import type { SeriesBook } from './series-book.ts';
import { roundStep, stepStarts } from './steps.ts';

/** Answers `POST /api/v1/metrics/query`. */

/** Of a whole request. */
const patienceMs = 10_000;
const percentiles = { p50: 50, p90: 90, p95: 95, p99: 99 } as const;

/** Throws NOT_FOUND for a metric that does not exist, BAD_INPUT, and what the engine throws. */
export async function queryMetrics(
  store: MetricsStore,
  asked: ApiMetricsQuery,
  signal?: AbortSignal,
): Promise<ApiMetricsAnswer> {
  const startedMs = store.clock.monotonic();
  const from = Date.parse(asked.from);
  const to = Date.parse(asked.to);
  if (!(from < to)) throw new QwError('BAD_INPUT', `expected from before to, found ${asked.from} and ${asked.to}`);
  const found = asked.queries.map((query) => ({ query, metric: metricNamed(query.metric) }));
  for (const { query, metric } of found) refuseUnfit(metric, query.aggregate ?? metric.aggregate);
  const tables = await store.tables();
  // All of them have the same steps: the charts of a page are looked at together.
  const stepMs = found.reduce(
    (step, { metric, query }) => answerableStep(keptBy(metric, tables), from - query.shiftMs, step),
    roundStep((to - from) / asked.points),
  );
  const at = stepStarts(from, to, stepMs);
  const answers: ApiMetricAnswer[] = [];
  for (const { query, metric } of found) {
    const deadlineMs = Math.max(1, patienceMs - (store.clock.monotonic() - startedMs));
    const scope: Scope = { store, tables, at, stepMs, deadlineMs, signal };
    answers.push(await answer(metric, query, asked.series, scope));
  }
  return { stepMs, at, answers, elapsedMs: store.clock.monotonic() - startedMs };
}

/** The series that the matchers leave, put together by the labels that stay apart. */
function chosenGroups(book: SeriesBook, metric: Metric, query: Pick<ApiMetricQuery, 'where' | 'groupBy'>): Group[] {
  // The outcome is a column of samples, and no label of their series.
  const outside = metric.source === 'outcomes' ? ['outcome'] : [];
  const matches = matching(query.where.filter(({ label }) => !outside.includes(label)));
  const series = book.of(familyOf(metric)).filter(({ labels }) => matches(labels));
  return groupSeries(
    series,
    query.groupBy.filter((label) => !outside.includes(label)),
  );
}

async function answer(metric: Metric, query: ApiMetricQuery, limit: number, scope: Scope): Promise<ApiMetricAnswer> {
  const aggregate = query.aggregate ?? metric.aggregate;
  const head = {
    metric: metric.name,
    unit: unitOf(metric, aggregate),
    aggregate,
    ...(aggregate === 'buckets' && { boundsUnit: metric.unit }),
  };
  const groups = chosenGroups(scope.store.book, metric, query);
  const { kept, omitted } = await rank(metric, groups, query, limit, scope);
  if (scope.at.length * kept.length > maxValues) throw tooManyValues();
  if (kept.length === 0) return { ...head, series: [], omitted, ...(aggregate === 'buckets' && { bounds: [] }) };
  if (aggregate === 'buckets' || aggregate in percentiles) {
    const histograms = await readHistogram(kept, query.shiftMs, scope);
    const answered =
      aggregate === 'buckets'
        ? bucketAnswer(kept, histograms, scope)
        : percentileAnswer(kept, histograms, percentiles[aggregate as keyof typeof percentiles]);
    return { ...head, ...answered, omitted, ...(histograms.partial && { partial: partialOf(histograms.partial) }) };
  }
  const { lines, partial } = await readLines(metric, aggregate, kept, query, scope);
  const shown = lines.filter(({ values }) => values.some((value) => value !== null)).toSorted(byLabels);
  return {
    ...head,
    series: shown.map(({ labels, values }) => ({ labels: { ...labels }, values })),
    omitted,
    ...(partial && { partial: partialOf(partial) }),
  };
}

function bucketAnswer(groups: readonly Group[], { steps }: Histograms, { at }: Scope) {
  const shown = shownHistogram(steps.flat());
  const series = groups.map((group, place) => {
    const found = steps[place] ?? [];
    return {
      labels: { ...group.labels },
      values: found.map((buckets) => {
        const total = [...buckets.values()].reduce((sum, count) => sum + count, 0);
        return total === 0 ? null : total;
      }),
      counts: found.map((buckets) => shown.counts(buckets)),
    };
  });
  if (at.length * shown.bounds.length * series.length > maxValues) throw tooManyValues();
  return {
    series: series.filter(({ values }) => values.some((value) => value !== null)).toSorted(byLabels),
    bounds: shown.bounds,
  };
}

function percentileAnswer(groups: readonly Group[], { steps }: Histograms, percentile: number) {
  const series = groups.map((group, place) => ({
    labels: { ...group.labels },
    values: (steps[place] ?? []).map((buckets) => {
      const [found] = percentilesFromBuckets(buckets, [percentile]);
      return found === undefined ? null : found / 1e6;
    }),
  }));
  return { series: series.filter(({ values }) => values.some((value) => value !== null)).toSorted(byLabels) };
}

function byLabels(a: Pick<Line, 'labels'>, b: Pick<Line, 'labels'>): number {
  return keyOf(a.labels) < keyOf(b.labels) ? -1 : 1;
}

/** An aggregate may be another thing than the metric itself. */
function unitOf({ unit }: Metric, aggregate: string): ApiMetricAnswer['unit'] {
  if (aggregate === 'count' || aggregate === 'buckets') return 'count';
  return aggregate === 'rate' ? 'per-second' : unit;
}

/** Throws BAD_INPUT for an aggregate that a metric does not have. */
export function refuseUnfit(metric: Metric, aggregate: string): void {
  const refuse = (why: string, instead: string) => {
    throw new QwError('BAD_INPUT', `${metric.name} ${why}`, { hint: `use ${instead}` });
  };
  if (aggregate === 'rate' && metric.type !== 'counter')
    refuse('is no counter and has no rate', 'avg, min, max or last');
  if ((aggregate === 'buckets' || aggregate in percentiles) && metric.histogram !== true) {
    refuse(`has no ${aggregate}: only single values are kept of it`, 'avg, min, max or last');
  }
  if (metric.source === 'outcomes' && !['rate', 'sum', 'count'].includes(aggregate)) {
    refuse(`counts samples and has no ${aggregate}`, 'rate, sum or count');
  }
}

function partialOf({ answered, of, missing }: NonNullable<Histograms['partial']>): ApiMetricAnswer['partial'] {
  return { answered, of, missing: [...missing] };
}
