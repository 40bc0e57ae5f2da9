import { z } from 'zod';
import { duration, percent, type Check, type Milliseconds, type ProbeValue, type Reason } from '../../model/index.ts';
import type { Timer } from '../../platform/index.ts';
import type { Attempt, ProbeContext, ProbeFinding } from './probe.ts';
import { roundMs, roundTripStatistics } from './statistics.ts';
import { exceeded } from './thresholds.ts';

/** Packet trains: every type but `simple` can send several packets, or make several connections, in one run. */

/** The keys of trains with RouterOS Netwatch's names, defaults and meaning; types other than icmp send one by default. */
export function trainOptions(count: number) {
  return {
    'packet-count': z.int().min(1).max(1000).default(count).describe('Packets, or connections, of one run.'),
    'packet-interval': duration({ min: '1ms', max: '1m' }).prefault('50ms').describe('From one packet to the next.'),
    'thr-loss-percent': percent().prefault(85).describe('Above this share of lost packets the check is down.'),
    'thr-loss-count': z
      .int()
      .min(0)
      .max(4_294_967_295)
      .default(4_294_967_295)
      .describe('Above this number of lost packets the check is down.'),
    'early-failure-detection': z
      .boolean()
      .default(false)
      .describe('End the train as soon as the losses are above a threshold.'),
    'early-success-detection': z
      .boolean()
      .default(false)
      .describe('End the train as soon as the losses cannot get above a threshold any more.'),
  };
}

export interface TrainSettings {
  'packet-count': number;
  'packet-interval': Milliseconds;
  'thr-loss-percent': number;
  'thr-loss-count': number;
  'early-failure-detection': boolean;
  'early-success-detection': boolean;
}

/** Values that every train yields, as RouterOS Netwatch names them. */
export const trainValues = {
  'sent-count': 'packets sent by this run',
  'response-count': 'answers among them',
  'loss-count': 'packets without a good answer',
  'loss-percent': 'their share in percent',
  'rtt-avg': 'average round trip in ms',
  'rtt-min': 'shortest round trip in ms',
  'rtt-max': 'longest round trip in ms',
  'rtt-jitter': 'longest minus shortest round trip in ms',
  'rtt-stdev': 'standard deviation of the round trips (of the population) in ms',
};

/** RouterOS: the last packet leaves after all the intervals, and its answer may take the whole time-out. */
export function longestTrainMs(check: Pick<Check, 'timeout' | 'options'>): Milliseconds {
  const { 'packet-count': count, 'packet-interval': intervalMs } = check.options as unknown as TrainSettings;
  return (count - 1) * intervalMs + check.timeout;
}

export interface TrainCount {
  passed: number;
  lost: number;
  /** This watcher could not tell. */
  unknown: number;
}

/** `fail` or `pass` once no answer to come can change it, as far as losses go. */
export function certain(settings: TrainSettings, { passed, lost, unknown }: TrainCount): 'pass' | 'fail' | undefined {
  const count = settings['packet-count'];
  const tooMany = (losses: number) =>
    losses > settings['thr-loss-count'] || (100 * losses) / count > settings['thr-loss-percent'];
  if (tooMany(lost)) return 'fail';
  if (passed > 0 && !tooMany(count - passed)) return 'pass';
  return passed + lost + unknown >= count && unknown === 0 ? 'pass' : undefined;
}

/** Starts one attempt, and gives what it came to exactly once. */
export type Attempting = (done: (attempt: Attempt) => void) => void;

/** Runs the attempts of a train, start to start at the packet interval, and ends at once when the signal aborts. */
export function runTrain(settings: TrainSettings, attempting: Attempting, context: ProbeContext): Promise<Attempt[]> {
  const { clock, signal } = context;
  const count = settings['packet-count'];
  return new Promise((resolve) => {
    const startMs = clock.monotonic();
    const attempts: Attempt[] = [];
    const tally: TrainCount = { passed: 0, lost: 0, unknown: 0 };
    let started = 0;
    let ended = false;
    let timer: Timer | undefined;
    const end = () => {
      ended = true;
      timer?.cancel();
      signal.removeEventListener('abort', end);
      resolve(attempts);
    };
    const done = (attempt: Attempt) => {
      if (ended) return;
      attempts.push(attempt);
      tally[attempt.outcome === 'fail' ? 'lost' : attempt.outcome === 'unknown' ? 'unknown' : 'passed']++;
      const verdict = attempts.length < count ? certain(settings, tally) : 'all in';
      const early =
        (verdict === 'fail' && settings['early-failure-detection']) ||
        (verdict === 'pass' && settings['early-success-detection']);
      if (early || verdict === 'all in') end();
    };
    const start = () => {
      started++;
      if (started < count) {
        // After a stall the rest keeps a distance instead of leaving in one burst.
        const waitMs = Math.ceil(startMs + started * settings['packet-interval'] - clock.monotonic());
        timer = clock.after(Math.max(waitMs, settings['packet-interval'] / 4), start);
      }
      attempting(done);
    };
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    else start();
  });
}

export interface TrainJudgement {
  /** Thresholds that make it fail, those of trains among them. */
  thresholds: Readonly<Record<string, unknown>>;
  /** Thresholds that make it degraded. */
  degradedWhen?: Readonly<Record<string, unknown>> | undefined;
  /** Show the figures of trains also where a run sends just one packet. */
  always?: boolean;
}

/** Makes one finding of the attempts of a run. */
export function judgeTrain(attempts: readonly Attempt[], settings: TrainSettings, how: TrainJudgement): ProbeFinding {
  const answers = attempts.filter(({ outcome }) => outcome === 'pass' || outcome === 'degraded');
  const lost = attempts.filter(({ outcome }) => outcome === 'fail');
  const unknown = attempts.filter(({ outcome }) => outcome === 'unknown');
  const judged = answers.length + lost.length;
  const last = answers.at(-1) ?? lost.at(-1) ?? unknown.at(-1);
  const round = roundTripStatistics(answers.flatMap(({ latencyMs }) => latencyMs ?? []));
  const figures: Record<string, ProbeValue> = {
    'sent-count': attempts.length,
    'response-count': answers.length,
    'loss-count': lost.length,
    ...(judged > 0 ? { 'loss-percent': Math.round((10_000 * lost.length) / judged) / 100 } : {}),
    ...(round && {
      'rtt-avg': roundMs(round.avgMs),
      'rtt-min': roundMs(round.minMs),
      'rtt-max': roundMs(round.maxMs),
      'rtt-jitter': roundMs(round.jitterMs),
      'rtt-stdev': roundMs(round.stdevMs),
    }),
  };
  const values = settings['packet-count'] > 1 || how.always ? { ...last?.values, ...figures } : (last?.values ?? {});
  const measured = { ...last?.values, ...figures };
  const finding = {
    values,
    ...(last?.address === undefined ? {} : { address: last.address }),
    ...(round ? { latencyMs: roundMs(round.avgMs) } : {}),
    ...(judged > 0 ? { lossPercent: figures['loss-percent'] as number } : {}),
  };
  const because = (outcome: ProbeFinding['outcome'], reason: Reason): ProbeFinding => ({ ...finding, outcome, reason });
  if (judged === 0) {
    return because('unknown', unknown.at(-1)?.reason ?? { code: 'canceled', text: 'the probe was given up' });
  }
  const tally = { passed: answers.length, lost: lost.length, unknown: unknown.length };
  const tooHigh = exceeded(how.thresholds, measured);
  const byLoss = tooHigh?.code === 'loss-percent' || tooHigh?.code === 'loss-count';
  if (byLoss && unknown.length > 0 && certain(settings, tally) !== 'fail') {
    return because('unknown', unknown[0]?.reason ?? { code: 'starved', text: 'this watcher could not tell' });
  }
  if (tooHigh) return because('fail', byLoss ? withCause(tooHigh, lost, attempts.length) : tooHigh);
  // Even where the thresholds allow any loss, nothing is up that never answered.
  if (answers.length === 0) return because('fail', lost.at(-1)?.reason ?? { code: 'no-reply', text: 'no reply' });
  const degraded = answers.findLast(({ outcome }) => outcome === 'degraded')?.reason;
  const lowered = how.degradedWhen && exceeded(how.degradedWhen, measured);
  if (degraded ?? lowered) return because('degraded', (degraded ?? lowered) as Reason);
  return { ...finding, outcome: 'pass' };
}

/** A single attempt speaks for itself; of many, the figure comes first and what the last one said behind it. */
function withCause(figure: Reason, lost: readonly Attempt[], sent: number): Reason {
  const cause = lost.at(-1)?.reason;
  if (cause === undefined) return figure;
  return sent === 1 ? cause : { code: figure.code, text: `${figure.text}: ${cause.text}` };
}
