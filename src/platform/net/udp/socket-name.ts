import * as linux from '../../linux/constants.ts';
import { sockaddrIn, sockaddrIn6 } from '../../linux/layouts.ts';
import { formatAddress, type Address } from '../icmp/address.ts';
import { writeSocketAddress } from '../icmp/echo-socket.ts';
import type { DatagramEndpoint } from './datagrams.ts';

/** The first twelve bytes of an IPv4 address within IPv6 (RFC 4291 section 2.5.5.2). */
const mappedPrefix = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff);

/** Writes where to send, for a socket of the family; returns its length, 0 when that family cannot reach it. */
export function writeEndpoint(
  into: Buffer,
  family: 4 | 6,
  { address, port, scope }: { address: Address; port: number; scope: number },
): number {
  if (family === 4 && address.family === 6) return 0;
  const bytes = family === 6 && address.family === 4 ? Uint8Array.of(...mappedPrefix, ...address.bytes) : address.bytes;
  const length = writeSocketAddress(into, 0, { ...address, family, bytes }, scope);
  into.writeUInt16BE(port, sockaddrIn.port);
  return length;
}

/** Who sent a datagram; IPv4 as itself, also on a socket for both. */
export function readEndpoint(name: Buffer, start: number): DatagramEndpoint {
  const port = name.readUInt16BE(start + sockaddrIn.port);
  if (name.readUInt16LE(start) === linux.AF_INET) {
    const first = start + sockaddrIn.address;
    return { address: formatAddress(name.subarray(first, first + 4)), port };
  }
  const first = start + sockaddrIn6.address;
  const bytes = name.subarray(first, first + 16);
  if (mappedPrefix.every((byte, index) => bytes[index] === byte)) {
    return { address: formatAddress(bytes.subarray(12)), port };
  }
  const scope = name.readUInt32LE(start + sockaddrIn6.scope);
  return { address: `${formatAddress(bytes)}${scope === 0 ? '' : `%${scope}`}`, port };
}
