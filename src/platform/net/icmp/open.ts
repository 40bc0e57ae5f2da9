import { messageOf, QwError } from '../../../model/index.ts';
import { systemClock, type Clock } from '../../clock.ts';
import { describeErrno, openLibc, type Libc } from '../../linux/ffi.ts';
import { openIcmp } from './echo-socket.ts';
import { FpingPinger, hasFping } from './fping-pinger.ts';
import type { Pinger } from './pinger.ts';
import { SocketPinger } from './socket-pinger.ts';

/**
 * Opens the best way to send ICMP echoes that this machine allows: kernel ping sockets, raw sockets, the program
 * `fping`. Throws UNSUPPORTED with what was tried.
 */
export function openPinger(clock: Clock = systemClock): Pinger {
  const tried: string[] = [];
  let hint = 'run as root: sysctl -w net.ipv4.ping_group_range="0 2147483647" (or install fping)';
  try {
    const libc = openLibc();
    for (const kind of ['ping', 'raw'] as const) {
      const refusal = tryKind(libc, kind);
      if (refusal === undefined) return new SocketPinger(libc, kind, clock);
      tried.push(`${kind} socket: ${refusal}`);
    }
  } catch (error) {
    tried.push(messageOf(error));
    if (error instanceof QwError) hint = `${error.hint} (or install fping)`;
  }
  if (hasFping()) return new FpingPinger(clock);
  tried.push('fping: not installed');
  throw new QwError('UNSUPPORTED', `no way to send ICMP echoes: ${tried.join('; ')}`, {
    hint,
    facts: { tried },
  });
}

/** The reason why neither IPv4 nor IPv6 echoes can be sent that way; undefined if they can. */
function tryKind(libc: Libc, kind: 'ping' | 'raw'): string | undefined {
  let reason = '';
  for (const family of [4, 6] as const) {
    const fd = openIcmp(libc, family, kind);
    if (fd >= 0) {
      libc.close(fd);
      return undefined;
    }
    reason ||= describeErrno(libc.errno()).text;
  }
  return reason;
}
