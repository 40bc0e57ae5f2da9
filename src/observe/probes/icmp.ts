import { z } from 'zod';
import { duration } from '../../model/index.ts';
import { echoing } from './echo.ts';
import type { OptionsOf, Probe, ProbeContext, ProbeTarget } from './probe.ts';
import { degradedWhen } from './thresholds.ts';
import { judgeTrain, longestTrainMs, runTrain, trainOptions, trainValues } from './train.ts';

const options = {
  ...trainOptions(10),
  'packet-size': z.int().min(28).max(65_535).default(54).describe('The whole IP packet in bytes.'),
  ttl: z.int().min(1).max(255).default(255).describe('Time to live, or hop limit.'),
  'accept-icmp-time-exceeded': z
    .boolean()
    .default(false)
    .describe(
      'Count "time exceeded" of a router as an answer: with a low ttl this asks for the way, not for the host.',
    ),
  'thr-max': duration().prefault('1s').describe('Above this longest round trip the check is down.'),
  'thr-avg': duration().prefault('100ms').describe('Above this average round trip the check is down.'),
  'thr-stdev': duration().prefault('250ms').describe('Above this standard deviation the check is down.'),
  'thr-jitter': duration().prefault('1s').describe('Above this longest minus shortest round trip the check is down.'),
  'degraded-when': degradedWhen({}),
  'dont-fragment': z.boolean().default(true).describe('Forbid routers to cut the packets.'),
};
type Options = OptionsOf<typeof options>;

/** RouterOS Netwatch `icmp`: a train of echoes, judged by loss, delay, jitter and deviation. */
export const icmpProbe = {
  type: 'icmp',
  summary: 'A train of ICMP echoes; up if loss, round trip, jitter and deviation keep to their thresholds.',
  options,
  values: { ...trainValues, 'reply-ttl': 'TTL or hop limit of the last reply' },
  cost: (given) => Number(given['packet-count']),
  longestMs: longestTrainMs,
  async run(target: ProbeTarget, given: Options, context: ProbeContext) {
    const settings = {
      sizeBytes: given['packet-size'],
      ttl: given.ttl,
      dontFragment: given['dont-fragment'],
      acceptTimeExceeded: given['accept-icmp-time-exceeded'],
    };
    const attempts = await runTrain(given, echoing(target, settings, context), context);
    return judgeTrain(attempts, given, { thresholds: given, degradedWhen: given['degraded-when'], always: true });
  },
} satisfies Probe<typeof options>;
