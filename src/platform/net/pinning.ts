import * as linux from '../linux/constants.ts';
import { describeErrno, int32, openLibc, type Libc } from '../linux/ffi.ts';
import { messageOf } from '../../model/index.ts';
import { parseAddress } from './icmp/address.ts';
import { scopeOf, writeSocketAddress } from './icmp/echo-socket.ts';
import { failure, type NetFailure } from './failure.ts';

/** How a packet must leave this machine. */
export interface Pinning {
  sourceAddress?: string | undefined;
  device?: string | undefined;
  mark?: number | undefined;
}

/** Device and mark need system calls that Node does not have; a source address alone does not. */
export function needsSystemCalls(pinning: Pinning): boolean {
  return pinning.device !== undefined || pinning.mark !== undefined;
}

const SOCK_STREAM = 1;

/**
 * Opens a socket that is bound to device, mark and source address, for Node to take over by its number. What cannot be
 * pinned fails: an unpinned probe would tell about the wrong path.
 */
export function openPinned(kind: 'tcp' | 'udp', family: 4 | 6, pinning: Pinning): number | NetFailure {
  let libc: Libc;
  try {
    libc = openLibc();
  } catch (error) {
    return failure('UNPINNED', `device and mark cannot be set: ${messageOf(error)}`);
  }
  const fd = libc.socket(
    family === 4 ? linux.AF_INET : linux.AF_INET6,
    (kind === 'tcp' ? SOCK_STREAM : linux.SOCK_DGRAM) | linux.SOCK_CLOEXEC | linux.SOCK_NONBLOCK,
    0,
  );
  if (fd < 0) return systemFailure(libc);
  const problem = pin(libc, fd, family, pinning);
  if (!problem) return fd;
  libc.close(fd);
  return problem;
}

function pin(libc: Libc, fd: number, family: 4 | 6, pinning: Pinning): NetFailure | undefined {
  const { device, mark, sourceAddress } = pinning;
  if (mark !== undefined && libc.setsockopt(fd, linux.SOL_SOCKET, linux.SO_MARK, int32(mark), 4) < 0) {
    return notAllowed(libc, `firewall mark ${mark}`);
  }
  if (device !== undefined) {
    const name = Buffer.from(`${device}\0`);
    if (libc.setsockopt(fd, linux.SOL_SOCKET, linux.SO_BINDTODEVICE, name, name.length) < 0) {
      return notAllowed(libc, `interface ${device}`);
    }
  }
  if (sourceAddress === undefined) return undefined;
  const address = parseAddress(sourceAddress);
  if (address?.family !== family) return failure('EAFNOSUPPORT', `${sourceAddress} is not an IPv${family} address`);
  const scope = scopeOf(libc, address, device);
  if (typeof scope === 'object') return failure(scope.code, scope.text);
  const name = Buffer.alloc(28);
  const length = writeSocketAddress(name, 0, address, scope);
  return libc.bind(fd, name, length) < 0 ? systemFailure(libc) : undefined;
}

function notAllowed(libc: Libc, what: string): NetFailure {
  const { code, text } = describeErrno(libc.errno());
  if (code === 'EPERM' || code === 'EACCES') return failure('UNPINNED', `${what} needs CAP_NET_RAW or CAP_NET_ADMIN`);
  return failure(code, `${what}: ${text}`);
}

function systemFailure(libc: Libc): NetFailure {
  const { code, text } = describeErrno(libc.errno());
  return failure(code, text);
}
