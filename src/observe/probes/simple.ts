import { echoing } from './echo.ts';
import type { Attempt, Probe } from './probe.ts';
import { roundMs } from './statistics.ts';

/** RouterOS Netwatch `simple`: one echo. */
export const simpleProbe = {
  type: 'simple',
  summary: 'One ICMP echo; up if it is answered in time.',
  options: {},
  values: { 'rtt-avg': 'round trip in ms', 'reply-ttl': 'TTL or hop limit of the reply' },
  cost: () => 1,
  longestMs: ({ timeout }) => timeout,
  run(target, _options, context) {
    return new Promise((resolve) => {
      const { signal } = context;
      const finish = ({ outcome, reason, latencyMs, values = {} }: Attempt) => {
        signal.removeEventListener('abort', abort);
        resolve({
          outcome,
          ...(reason && { reason }),
          ...(latencyMs === undefined ? {} : { latencyMs: roundMs(latencyMs) }),
          ...(outcome === 'unknown' ? {} : { lossPercent: outcome === 'pass' ? 0 : 100 }),
          values: latencyMs === undefined ? values : { 'rtt-avg': roundMs(latencyMs), ...values },
        });
      };
      const abort = () => finish({ outcome: 'unknown', reason: { code: 'canceled', text: 'the probe was given up' } });
      signal.addEventListener('abort', abort, { once: true });
      echoing(target, { dontFragment: true }, context)(finish);
    });
  },
} satisfies Probe;
