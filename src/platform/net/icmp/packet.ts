/**
 * ICMP echo packets (RFC 792, RFC 4443 section 4). What identifies an echo travels in the payload, because the kernel
 * chooses the identifier of ping sockets and 16 bits of sequence number are used up in a second at high rates.
 *
 * Payload: slot (3 bytes, which waiting echo), nonce (3 bytes, random for each echo), then as much of the pinger's own
 * random secret as the size allows, then zeros. The sequence number repeats the low bits of the slot, because errors
 * of old routers quote the first eight bytes only (RFC 792).
 */

export type Family = 4 | 6;

export const icmpHeaderBytes = 8;
/** Slot and nonce. */
const cookieBytes = 6;
export const secretBytes = 8;

const echoRequest = { 4: 8, 6: 128 } as const;
const echoReply = { 4: 0, 6: 129 } as const;
const ipHeaderBytes = { 4: 20, 6: 40 } as const;
/** RouterOS' default of `packet-size`: the whole IP packet. */
const defaultPacketBytes = 54;
const largestPacketBytes = 65_535;

/** Bytes of the ICMP message in an IP packet of that size; never less than the cookie needs; undefined if too large. */
export function icmpBytesFor(family: Family, packetBytes: number = defaultPacketBytes): number | undefined {
  if (!(packetBytes <= largestPacketBytes)) return undefined;
  return Math.max(icmpHeaderBytes + cookieBytes, Math.trunc(packetBytes) - ipHeaderBytes[family]);
}

/** What identifies one echo. */
export interface Cookie {
  slot: number;
  nonce: number;
}

/** Writes header and cookie of an echo request; the checksum stays 0. */
export function writeEcho(
  bytes: Buffer,
  start: number,
  echo: { family: Family; identifier: number; cookie: Cookie; secret: Uint8Array; length: number },
): void {
  const { slot, nonce } = echo.cookie;
  bytes[start] = echoRequest[echo.family];
  bytes[start + 1] = 0;
  bytes[start + 2] = 0;
  bytes[start + 3] = 0;
  bytes[start + 4] = echo.identifier >> 8;
  bytes[start + 5] = echo.identifier;
  bytes[start + 6] = slot >> 8;
  bytes[start + 7] = slot;
  bytes[start + 8] = slot >> 16;
  bytes[start + 9] = slot >> 8;
  bytes[start + 10] = slot;
  bytes[start + 11] = nonce >> 16;
  bytes[start + 12] = nonce >> 8;
  bytes[start + 13] = nonce;
  const room = Math.min(secretBytes, echo.length - icmpHeaderBytes - cookieBytes);
  for (let index = 0; index < room; index++) bytes[start + 14 + index] = echo.secret[index] ?? 0;
}

/** Raw IPv4 sockets need the checksum by hand; ping sockets and IPv6 have the kernel compute it. */
export function writeChecksum(bytes: Buffer, start: number, length: number): void {
  const sum = checksum(bytes, start, length);
  bytes[start + 2] = sum >> 8;
  bytes[start + 3] = sum;
}

/** The Internet checksum (RFC 1071). */
export function checksum(bytes: Uint8Array, start: number, length: number): number {
  let sum = 0;
  const end = start + length;
  for (let index = start; index < end; index += 2) {
    sum += ((bytes[index] ?? 0) << 8) | (index + 1 < end ? (bytes[index + 1] ?? 0) : 0);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** One message as a socket delivered it: its bytes lie at [start, start + length). */
export interface Message {
  bytes: Buffer;
  start: number;
  length: number;
}

/** An echo message that was received or quoted. */
export interface Echo extends Cookie {
  identifier: number;
  sequence: number;
  /** Length of the ICMP message as far as it is there. */
  length: number;
  /** Where the secret begins. */
  secretStart: number;
  /** From the IP header, where the socket delivers one. */
  ttl: number | undefined;
}

/** Reads an echo reply; undefined if it is none, or too short to carry a cookie. */
export function readReply(message: Message, family: Family, withIpHeader: boolean): Echo | undefined {
  const { bytes } = message;
  let { start, length } = message;
  let ttl: number | undefined;
  if (withIpHeader) {
    if (length < 20 || (bytes[start] ?? 0) >> 4 !== 4) return undefined;
    const headerBytes = 4 * ((bytes[start] ?? 0) & 15);
    if (headerBytes < 20 || headerBytes > length) return undefined;
    ttl = bytes[start + 8];
    start += headerBytes;
    length -= headerBytes;
  }
  if (length < icmpHeaderBytes + cookieBytes) return undefined;
  if (bytes[start] !== echoReply[family] || bytes[start + 1] !== 0) return undefined;
  return readEcho(bytes, start, length, ttl);
}

/** Reads the echo request that an ICMP error quotes. Without a whole cookie, slot and nonce are -1. */
export function readQuoted(message: Message, family: Family): Echo | undefined {
  const { bytes, start, length } = message;
  if (length < icmpHeaderBytes || bytes[start] !== echoRequest[family]) return undefined;
  const echo = readEcho(bytes, start, length, undefined);
  return length < icmpHeaderBytes + cookieBytes ? { ...echo, slot: -1, nonce: -1 } : echo;
}

function readEcho(bytes: Buffer, start: number, length: number, ttl: number | undefined): Echo {
  const at = (offset: number) => bytes[start + offset] ?? 0;
  return {
    identifier: (at(4) << 8) | at(5),
    sequence: (at(6) << 8) | at(7),
    slot: (at(8) << 16) | (at(9) << 8) | at(10),
    nonce: (at(11) << 16) | (at(12) << 8) | at(13),
    length,
    secretStart: start + icmpHeaderBytes + cookieBytes,
    ttl,
  };
}

/** Whether the message carries as much of the secret as its length allows. */
export function carriesSecret(bytes: Buffer, echo: Echo, secret: Uint8Array): boolean {
  const room = Math.min(secretBytes, echo.length - icmpHeaderBytes - cookieBytes);
  for (let index = 0; index < room; index++) {
    if (bytes[echo.secretStart + index] !== secret[index]) return false;
  }
  return true;
}
