import {
  formatInstant,
  messageOf,
  type ApiMetricQuery,
  type ApiMetricsAnswer,
  type ApiMetricsQuery,
  type ApiPathDetail,
  type EpochMs,
} from '../../model/index.ts';

type History = ApiPathDetail['history'];

/** Answers questions about what was recorded. */
export type AskMetrics = (query: ApiMetricsQuery) => Promise<ApiMetricsAnswer>;

/** Digests come every ten seconds: in steps of twice that there is one in each. */
const leastStepMs = 20_000;

/**
 * What was recorded of a path: round trips as the first watcher measured them, and each way's loss and jitter as the one
 * at its beginning did. Without an answer of the store there are no steps, and the reason.
 */
export async function pathHistory(
  ask: AskMetrics,
  ends: { from: string; to: string },
  range: { from: EpochMs; to: EpochMs; steps: number },
): Promise<History> {
  const of = (metric: string, { from, to }: { from: string; to: string }): ApiMetricQuery => ({
    metric: `quorumwatch_path_${metric}`,
    where: [
      { label: 'from', is: '=', value: from },
      { label: 'to', is: '=', value: to },
    ],
    groupBy: [],
    shiftMs: 0,
  });
  const back = { from: ends.to, to: ends.from };
  const queries = [
    of('rtt_seconds', ends),
    of('rtt_p95_seconds', ends),
    of('loss_ratio', ends),
    of('loss_ratio', back),
    of('jitter_seconds', ends),
    of('jitter_seconds', back),
  ];
  const points = Math.max(1, Math.min(range.steps, Math.floor((range.to - range.from) / leastStepMs)));
  const span = { from: formatInstant(range.from), to: formatInstant(range.to) };
  try {
    const { at, stepMs, answers } = await ask({ ...span, points, queries, series: 1 });
    const values = (place: number, scale: number) => {
      const found = answers[place]?.series[0]?.values;
      return at.map((_, step) => {
        const value = found?.[step] ?? null;
        return value === null ? null : value * scale;
      });
    };
    return {
      stepMs,
      at,
      rttMs: values(0, 1000),
      rttP95Ms: values(1, 1000),
      forwardLossRatio: values(2, 1),
      backLossRatio: values(3, 1),
      forwardJitterMs: values(4, 1000),
      backJitterMs: values(5, 1000),
    };
  } catch (problem) {
    return { ...noHistory, problem: messageOf(problem) };
  }
}

const noHistory: History = {
  stepMs: leastStepMs,
  at: [],
  rttMs: [],
  rttP95Ms: [],
  forwardLossRatio: [],
  backLossRatio: [],
  forwardJitterMs: [],
  backJitterMs: [],
};
