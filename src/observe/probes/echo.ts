import type { EchoRequest, EchoResult } from '../../platform/index.ts';
import { formatDuration } from '../../model/index.ts';
import { attemptOf } from './failures.ts';
import type { Attempt, ProbeContext, ProbeTarget } from './probe.ts';
import type { Attempting } from './train.ts';

/** What echoes of one probe have in common besides their target. */
export type EchoSettings = Pick<EchoRequest, 'sizeBytes' | 'ttl' | 'dontFragment' | 'acceptTimeExceeded'>;

/** Attempts that send one ICMP echo each. */
export function echoing(target: ProbeTarget, settings: EchoSettings, { pinger }: ProbeContext): Attempting {
  if (!pinger) {
    const text = 'this machine allows no ICMP echo; run `quorumwatch doctor`';
    return (done) => done({ outcome: 'unknown', reason: { code: 'icmp-not-allowed', text } });
  }
  const { address, timeoutMs, sourceAddress, device, mark } = target;
  const request: EchoRequest = {
    address,
    timeoutMs,
    ...settings,
    ...(sourceAddress === undefined ? {} : { sourceAddress }),
    ...(device === undefined ? {} : { device }),
    ...(mark === undefined ? {} : { mark }),
  };
  return (done) => pinger.echo(request, (result) => done(attemptFrom(result, request)));
}

function attemptFrom(result: EchoResult, request: EchoRequest): Attempt {
  switch (result.kind) {
    case 'reply':
      return {
        outcome: 'pass',
        latencyMs: result.rttMs,
        values: result.ttl === undefined ? {} : { 'reply-ttl': result.ttl },
      };
    case 'time-exceeded':
      if (request.acceptTimeExceeded) {
        return { outcome: 'pass', ...(result.rttMs === undefined ? {} : { latencyMs: result.rttMs }) };
      }
      return fail('time-exceeded', `${result.from ?? 'a router'} says that the time to live has ended`);
    case 'unreachable':
      return fail(
        'unreachable',
        `${result.from ?? 'a router'} says unreachable${result.code === undefined ? '' : ` (code ${result.code})`}`,
      );
    case 'timeout':
      return fail('no-reply', `no reply within ${formatDuration(request.timeoutMs)}`);
    case 'starved':
      return attemptOf({ code: 'STARVED', text: 'it stood still, or its receive queue overflowed' });
    default:
      return attemptOf(pinningRefused(result, request) ? { code: 'UNPINNED', text: result.text } : result, 'not-sent');
  }
}

/** Without the capability the kernel refuses the mark or the interface, not the packet. */
function pinningRefused(result: { code: string }, request: EchoRequest): boolean {
  const pinned = request.mark !== undefined || request.device !== undefined;
  return pinned && (result.code === 'EPERM' || result.code === 'EACCES');
}

function fail(code: string, text: string): Attempt {
  return { outcome: 'fail', reason: { code, text } };
}
