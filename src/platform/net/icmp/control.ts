import {
  IP_RECVERR,
  IP_TTL,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_HOPLIMIT,
  IPV6_RECVERR,
  SO_TIMESTAMPING,
  SOL_SOCKET,
} from '../../linux/constants.ts';
import { cmsghdr, extendedError, sockaddrIn, sockaddrIn6 } from '../../linux/layouts.ts';
import { formatAddress } from './address.ts';

/** What came beside a message: reused for every message, so that receiving allocates nothing here. */
export interface Control {
  /** Kernel time stamp on the real-time clock; seconds are -1 where there is none. */
  stampSeconds: number;
  stampNanoseconds: number;
  /** IPv4 TTL or IPv6 hop limit; -1 where there is none. */
  ttl: number;
  /** `struct sock_extended_err`; the error number is -1 where there is none. */
  errno: number;
  origin: number;
  type: number;
  code: number;
  /** Of a time stamp: the number of the packet on its socket. */
  data: number;
  /** Where the offender's socket address lies, and where the message's control data end. */
  offenderStart: number;
  offenderEnd: number;
}

export function emptyControl(): Control {
  return {
    stampSeconds: -1,
    stampNanoseconds: 0,
    ttl: -1,
    errno: -1,
    origin: 0,
    type: 0,
    code: 0,
    data: 0,
    offenderStart: 0,
    offenderEnd: 0,
  };
}

/** Reads the control data at [start, start + length); unknown and cut-off items are skipped. cmsg(3). */
export function readControl(view: DataView, start: number, length: number, into: Control): void {
  into.stampSeconds = -1;
  into.ttl = -1;
  into.errno = -1;
  const end = Math.min(start + length, view.byteLength);
  let at = start;
  while (at + cmsghdr.size <= end) {
    const itemBytes = view.getUint32(at, true);
    if (itemBytes < cmsghdr.size || at + itemBytes > end) return;
    readItem(view, at, at + itemBytes, into);
    at += (itemBytes + cmsghdr.alignment - 1) & ~(cmsghdr.alignment - 1);
  }
}

function readItem(view: DataView, at: number, end: number, into: Control): void {
  const level = view.getInt32(at + cmsghdr.level, true);
  const type = view.getInt32(at + cmsghdr.type, true);
  const data = at + cmsghdr.size;
  if (level === SOL_SOCKET) {
    if (type !== SO_TIMESTAMPING || end - data < 16) return;
    // Seconds fit in 32 bits without a sign until 2106; a 64-bit read would allocate a bigint.
    into.stampSeconds = view.getUint32(data, true);
    into.stampNanoseconds = view.getUint32(data + 8, true);
    if (into.stampSeconds === 0) into.stampSeconds = -1;
  } else if ((level === IPPROTO_IP && type === IP_TTL) || (level === IPPROTO_IPV6 && type === IPV6_HOPLIMIT)) {
    if (end - data >= 4) into.ttl = view.getInt32(data, true);
  } else if ((level === IPPROTO_IP && type === IP_RECVERR) || (level === IPPROTO_IPV6 && type === IPV6_RECVERR)) {
    if (end - data < extendedError.size) return;
    into.errno = view.getUint32(data + extendedError.errno, true);
    into.origin = view.getUint8(data + extendedError.origin);
    into.type = view.getUint8(data + extendedError.type);
    into.code = view.getUint8(data + extendedError.code);
    into.data = view.getUint32(data + extendedError.data, true);
    into.offenderStart = data + extendedError.size;
    into.offenderEnd = end;
  }
}

/** The address of the router or host that sent the error; undefined where the kernel names none. */
export function readOffender(bytes: Buffer, control: Control, family: 4 | 6): string | undefined {
  const layout = family === 4 ? sockaddrIn : sockaddrIn6;
  if (control.offenderEnd - control.offenderStart < layout.size) return undefined;
  if (bytes.readUInt16LE(control.offenderStart) === 0) return undefined;
  const start = control.offenderStart + layout.address;
  return formatAddress(bytes.subarray(start, start + (family === 4 ? 4 : 16)));
}
