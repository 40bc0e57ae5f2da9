import { z } from 'zod';
import { duration } from '../../model/index.ts';
import { connectTcp, type Deadline } from '../../platform/index.ts';
import { exchanging } from './exchange.ts';
import { attemptOf } from './failures.ts';
import type { Attempt, OptionsOf, Probe, ProbeContext, ProbeTarget } from './probe.ts';
import { roundMs } from './statistics.ts';
import { degradedWhen } from './thresholds.ts';
import { judgeTrain, longestTrainMs, runTrain, trainOptions, trainValues } from './train.ts';

const options = {
  port: z.int().min(1).max(65_535).default(80).describe('TCP port.'),
  'thr-tcp-conn-time': duration().prefault('1s').describe('Above this connection time the check is down.'),
  ...trainOptions(1),
  'degraded-when': degradedWhen({ 'thr-tcp-conn-time': duration().optional() }),
};
type Options = OptionsOf<typeof options>;

/** RouterOS Netwatch `tcp-conn`: a three-way handshake. */
export const tcpConnProbe = {
  type: 'tcp-conn',
  summary: 'A TCP connection; up if the handshake is done in time.',
  options,
  values: { 'tcp-connect-time': 'duration of the handshake in ms', ...trainValues },
  cost: (given) => Number(given['packet-count']),
  longestMs: longestTrainMs,
  async run(target: ProbeTarget, given: Options, context: ProbeContext) {
    const attempting = exchanging(target, context, (deadline) => connectOnce(target, given.port, deadline));
    const attempts = await runTrain(given, attempting, context);
    return judgeTrain(attempts, given, { thresholds: given, degradedWhen: given['degraded-when'] });
  },
} satisfies Probe<typeof options>;

async function connectOnce(target: ProbeTarget, port: number, deadline: Deadline): Promise<Attempt> {
  const result = await connectTcp({ ...target, port }, deadline);
  // A reset that answers the SYN is ECONNREFUSED, so ECONNRESET means that the handshake had been done before.
  const reset = result.kind === 'failure' && result.code === 'ECONNRESET';
  if (result.kind === 'failure' && !reset) return attemptOf(result, 'connection-failed');
  const connectMs = result.kind === 'connected' ? result.connectMs : deadline.elapsedMs();
  if (result.kind === 'connected') result.socket.on('error', () => undefined).destroy();
  return { outcome: 'pass', latencyMs: connectMs, values: { 'tcp-connect-time': roundMs(connectMs) } };
}
