import type { Socket } from 'node:net';
import { IPPROTO_TCP, TCP_NOTSENT_LOWAT } from '../../linux/constants.ts';
import { int32, openLibc, type Libc } from '../../linux/ffi.ts';

/**
 * What the kernel takes of a connection beyond what is on its way. By default it is megabytes, behind which whatever is
 * urgent would wait for seconds on a slow line.
 */
const maxUnsentBytes = 65_536;

/** Keeps the kernel's queue short. Where that cannot be done, the connection works all the same, only less promptly. */
export function limitUnsent(socket: Socket): boolean {
  const fd = (socket as { _handle?: { fd?: unknown } })._handle?.fd;
  if (typeof fd !== 'number' || fd < 0) return false;
  let libc: Libc;
  try {
    libc = openLibc();
  } catch {
    return false;
  }
  return libc.setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, int32(maxUnsentBytes), 4) === 0;
}
