import {
  QwError,
  type AlertCondition,
  type AlertPolicy,
  type ApiMatcher,
  type ChartQuery,
  type Milliseconds,
} from '../../../model/index.ts';
import { latencyBucket } from '../../../store/index.ts';
import type { ConditionQuery, Figure, PolicyQuery, RowValue, WindowQuery } from '../../../report/index.ts';
import { metricNamed } from '../../telemetry/catalogue.ts';
import { matching } from '../../telemetry/matching.ts';
import { familyOf, type Metric } from '../../telemetry/metric.ts';
import { refuseUnfit } from '../../telemetry/query-metrics.ts';

/** Policies as they are written, with the names of metrics looked up. */

/** The part of a chart's query that a condition has too. */
type Series = Pick<ChartQuery, 'metric' | 'where' | 'aggregate'> & {
  'group-by'?: readonly string[];
  'slower-than'?: Milliseconds | undefined;
};

/** Rows of what a watcher says of itself and hears from others are written down at once. */
export const pointSettleMs: Milliseconds = 2000;

/**
 * `sampleSettleMs` is how long after the start of a probe its sample may come. Throws NOT_FOUND for a metric that does not
 * exist, and BAD_INPUT for an aggregate that it does not have or a pattern that is none; `where` says in which condition.
 */
export function resolvePolicy(policy: AlertPolicy, sampleSettleMs: Milliseconds): PolicyQuery {
  const conditions = policy.conditions.map((condition, place) => {
    try {
      return resolveCondition(condition);
    } catch (thrown) {
      if (!(thrown instanceof QwError)) throw thrown;
      const where = `alerts ${policy.name}, condition ${place + 1}`;
      throw new QwError(thrown.code, thrown.message, { where, hint: thrown.hint, cause: thrown });
    }
  });
  const looksAtSamples = conditions.some(
    (query) =>
      query && [query.of, ...(query.kind === 'ratio' ? [query.to] : [])].some(({ value }) => value !== 'point'),
  );
  return {
    name: policy.name,
    intervalMs: policy.interval,
    settleMs: looksAtSamples ? Math.max(pointSettleMs, sampleSettleMs) : pointSettleMs,
    autoCloseMs: policy['auto-close'],
    conditions,
  };
}

/** Undefined for conditions that look at no metric. */
function resolveCondition(condition: AlertCondition): ConditionQuery | undefined {
  const { threshold, ratio, absent, forecast } = condition;
  if (threshold) return { kind: 'threshold', of: resolveSeries(threshold), windowMs: threshold.window };
  if (ratio) {
    const together = { 'group-by': ratio['group-by'] };
    const of = resolveSeries({ ...ratio.of, ...together });
    return { kind: 'ratio', of, to: resolveSeries({ ...ratio.to, ...together }), windowMs: ratio.window };
  }
  if (absent) return { kind: 'absent', of: resolveAbsent(absent), afterMs: absent.after };
  const change = condition['rate-of-change'];
  if (change) return { kind: 'rate-of-change', of: resolveSeries(change), windowMs: change.window };
  if (!forecast) return undefined;
  return {
    kind: 'forecast',
    of: resolveSeries(forecast),
    windowMs: forecast.window,
    withinMs: forecast.within,
    towards: forecast.above === undefined ? 'below' : 'above',
  };
}

function resolveSeries(series: Series): WindowQuery {
  const metric = metricNamed(series.metric);
  const aggregate = (series.aggregate ?? metric.aggregate) as WindowQuery['aggregate'];
  refuseUnfit(metric, aggregate);
  const slowerThanMs = series['slower-than'];
  if (slowerThanMs !== undefined) return resolveSlow(series, metric, slowerThanMs);
  const query = { ...chosen(series, metric), figure: figureOf(metric, aggregate) };
  if (metric.source === 'outcomes') {
    // Each sample is a 1 or a 0 of each outcome, so the number of those with an outcome is their sum.
    return { ...query, value: 'outcome', aggregate: aggregate === 'count' ? 'sum' : aggregate };
  }
  return { ...query, value: query.figure === 'buckets' ? 'bucket' : rowValues[metric.source], aggregate };
}

/** The share of slow ones is the mean of what is 1 for them; slow begins with a bucket, as in objectives. */
function resolveSlow(series: Series, metric: Metric, slowerThanMs: Milliseconds): WindowQuery {
  if (metric.source !== 'latency' || (series.aggregate ?? 'avg') !== 'avg') {
    throw new QwError('BAD_INPUT', 'expected slower-than with a latency of samples, and with no aggregate but avg');
  }
  const slowBucket = latencyBucket(Math.round(slowerThanMs * 1000));
  return { ...chosen(series, metric), perUnit: 1, figure: 'mean', value: 'slow', aggregate: 'avg', slowBucket };
}

function resolveAbsent(series: Series): WindowQuery {
  const metric = metricNamed(series.metric);
  const value = metric.source === 'outcomes' ? 'outcome-only' : rowValues[metric.source];
  return { ...chosen(series, metric), value, figure: 'newest', aggregate: 'last' };
}

const rowValues = { points: 'point', latency: 'latency', loss: 'loss', success: 'success' } as const satisfies Record<
  Exclude<Metric['source'], 'outcomes'>,
  RowValue
>;
/** Latency is stored in microseconds and told in seconds, loss in percent and told as a ratio. */
const perUnit: Partial<Record<Metric['source'], number>> = { latency: 1e6, loss: 100 };

function chosen({ where, 'group-by': groupBy = [] }: Series, metric: Metric) {
  const matchers = matchersOf(where);
  const equal = matchers.find(({ is, label }) => is === '=' && label !== 'outcome');
  return {
    family: familyOf(metric),
    perUnit: perUnit[metric.source] ?? 1,
    selection: JSON.stringify(matchers),
    matches: matching(matchers),
    groupBy,
    ...(equal && { equals: { label: equal.label, value: equal.value } }),
  };
}

function figureOf({ source, type }: Metric, aggregate: WindowQuery['aggregate']): Figure {
  switch (aggregate) {
    case 'min':
    case 'max':
    case 'last':
      return aggregate;
    case 'p50':
    case 'p90':
    case 'p95':
    case 'p99':
      return 'buckets';
    default:
      return source === 'points' && type === 'counter' && (aggregate === 'rate' || aggregate === 'sum')
        ? 'increase'
        : 'mean';
  }
}

/** RE2 knows these as more than themselves. */
const escaped = (text: string) => text.replaceAll(/[\\^$.|?*+()[\]{}]/g, '\\$&');

export function matchersOf(where: ChartQuery['where']): ApiMatcher[] {
  return Object.entries(where).map(([label, condition]): ApiMatcher => {
    if (typeof condition === 'object' && 'matches' in condition) return { label, is: '=~', value: condition.matches };
    if (typeof condition === 'object' && 'not-matches' in condition) {
      return { label, is: '!~', value: condition['not-matches'] };
    }
    const not = typeof condition === 'object' && 'not' in condition;
    const given = not ? condition.not : condition;
    const values = typeof given === 'string' ? [given] : given;
    if (values.length === 1) return { label, is: not ? '!=' : '=', value: values[0] ?? '' };
    return { label, is: not ? '!~' : '=~', value: values.map(escaped).join('|') };
  });
}
