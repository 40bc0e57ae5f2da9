import type { EpochMs } from '../../../model/index.ts';
import * as linux from '../constants.ts';

/** An end of a connection as `ends` counts them: of the original direction, then of the reply. */
export const connectionEnds = ['originalSource', 'originalDestination', 'replySource', 'replyDestination'] as const;
export type ConnectionEnd = (typeof connectionEnds)[number];

/** What went one way; missing where `nf_conntrack_acct` was off when the connection began. */
export interface DirectionCounters {
  packets: number;
  bytes: number;
}

/** A tracked connection with all that flow records are made of. */
export interface ConntrackEntry {
  /** The same in every message about this connection, and no other's as long as it lives. */
  key: string;
  family: 4 | 6;
  /** IP protocol: 1 ICMP, 6 TCP, 17 UDP, 58 ICMPv6. */
  protocol: number;
  /** Four words of each of `connectionEnds`, the most significant first; IPv4 addresses are ::ffff:a.b.c.d. */
  addresses: Uint32Array;
  /** Of each of `connectionEnds`; 0 where the protocol has none. */
  ports: Uint16Array;
  /** Type times 256 and code, of the original direction. */
  icmp: number;
  /** `IPS_*` bits: 2 replies were seen, 16 source address translated, 32 destination address translated. */
  status: number;
  zone: number;
  /** By the kernel's number; 0 for others than TCP. */
  tcpState: number;
  original?: DirectionCounters;
  reply?: DirectionCounters;
  /** With nanoseconds as far as a double holds them; missing where `nf_conntrack_timestamp` is off. */
  startedAt?: EpochMs;
  endedAt?: EpochMs;
}

/** Attributes of include/uapi/linux/netfilter/nfnetlink_conntrack.h. */
const CTA_TUPLE_ORIG = 1;
const CTA_TUPLE_REPLY = 2;
const CTA_STATUS = 3;
const CTA_PROTOINFO = 4;
const CTA_COUNTERS_ORIG = 9;
const CTA_COUNTERS_REPLY = 10;
const CTA_ID = 12;
const CTA_ZONE = 18;
const CTA_TIMESTAMP = 20;
const CTA_TUPLE_IP = 1;
const CTA_TUPLE_PROTO = 2;
/** CTA_IP_V4_SRC, V4_DST, V6_SRC, V6_DST: odd ones are sources. */
const lastIpv4Attribute = 2;
const CTA_PROTO_NUM = 1;
const CTA_PROTO_SRC_PORT = 2;
const CTA_PROTO_DST_PORT = 3;
/** CTA_PROTO_ICMP_TYPE and CODE, and those of ICMPv6. */
const icmpTypes = new Set([5, 8]);
const icmpCodes = new Set([6, 9]);
const CTA_PROTOINFO_TCP = 1;
const CTA_PROTOINFO_TCP_STATE = 1;
const CTA_COUNTERS_PACKETS = 1;
const CTA_COUNTERS_BYTES = 2;
const CTA_TIMESTAMP_START = 1;
const CTA_TIMESTAMP_STOP = 2;

const familyHeaderBytes = 4;
const attributeHeaderBytes = 4;
const attributeTypeMask = 0x3fff;
const wordsOfAddress = 4;
const mappedPrefix = 0xffff;
const nanosecondsOfMs = 1e6;

/** Calls back with type, first and last byte of each attribute; what is too long for what is there ends it. */
function eachAttribute(
  bytes: Buffer,
  from: number,
  to: number,
  take: (type: number, from: number, to: number) => void,
): void {
  for (let at = from; at + attributeHeaderBytes <= to;) {
    const length = bytes.readUInt16LE(at);
    if (length < attributeHeaderBytes || length > to - at) return;
    take(bytes.readUInt16LE(at + 2) & attributeTypeMask, at + attributeHeaderBytes, at + length);
    at += (length + 3) & ~3;
  }
}

/** The body of a message of ctnetlink, from its family on. Undefined for other families, and for what lacks an address. */
export function decodeEntry(body: Buffer): ConntrackEntry | undefined {
  if (body.length < familyHeaderBytes) return undefined;
  const number = body.readUInt8(0);
  if (number !== linux.AF_INET && number !== linux.AF_INET6) return undefined;
  const entry: ConntrackEntry = {
    key: '',
    family: number === linux.AF_INET ? 4 : 6,
    protocol: 0,
    addresses: new Uint32Array(connectionEnds.length * wordsOfAddress),
    ports: new Uint16Array(connectionEnds.length),
    icmp: 0,
    status: 0,
    zone: 0,
    tcpState: 0,
  };
  let id = 0;
  let found = 0;
  let tuple = '';
  eachAttribute(body, familyHeaderBytes, body.length, (type, from, to) => {
    if (type === CTA_TUPLE_ORIG) {
      found += readTuple(body, from, to, entry, 0);
      tuple = body.toString('latin1', from, to);
    } else if (type === CTA_TUPLE_REPLY) found += readTuple(body, from, to, entry, 2);
    else if (type === CTA_COUNTERS_ORIG) entry.original = readCounters(body, from, to);
    else if (type === CTA_COUNTERS_REPLY) entry.reply = readCounters(body, from, to);
    else if (type === CTA_TIMESTAMP) readTimes(body, from, to, entry);
    else if (type === CTA_PROTOINFO) readState(body, from, to, entry);
    else if (to - from >= 4 && type === CTA_STATUS) entry.status = body.readUInt32BE(from);
    else if (to - from >= 4 && type === CTA_ID) id = body.readUInt32BE(from);
    else if (to - from >= 2 && type === CTA_ZONE) entry.zone = body.readUInt16BE(from);
  });
  if (found < connectionEnds.length) return undefined;
  // The kernel's number is a hash, and two connections may share it; together with the tuple it is one connection's.
  entry.key = `${id.toString(36)} ${entry.zone} ${tuple}`;
  return entry;
}

/** The number of addresses. */
function readTuple(bytes: Buffer, from: number, to: number, entry: ConntrackEntry, end: number): number {
  let found = 0;
  eachAttribute(bytes, from, to, (type, start, stop) => {
    if (type === CTA_TUPLE_IP) {
      eachAttribute(bytes, start, stop, (kind, at, last) => {
        const place = (end + ((kind + 1) % 2)) * wordsOfAddress;
        if (kind <= lastIpv4Attribute && last - at >= 4) {
          entry.addresses[place + 2] = mappedPrefix;
          entry.addresses[place + 3] = bytes.readUInt32BE(at);
          found++;
        } else if (kind > lastIpv4Attribute && last - at >= 16) {
          for (let word = 0; word < wordsOfAddress; word++)
            entry.addresses[place + word] = bytes.readUInt32BE(at + 4 * word);
          found++;
        }
      });
    } else if (type === CTA_TUPLE_PROTO) {
      eachAttribute(bytes, start, stop, (kind, at, last) => readTransport(bytes, kind, at, last, entry, end));
    }
  });
  return found;
}

function readTransport(bytes: Buffer, kind: number, at: number, to: number, entry: ConntrackEntry, end: number): void {
  if (to - at < 1) return;
  if (kind === CTA_PROTO_NUM) entry.protocol = bytes.readUInt8(at);
  else if (kind === CTA_PROTO_SRC_PORT || kind === CTA_PROTO_DST_PORT) {
    if (to - at >= 2) entry.ports[end + kind - CTA_PROTO_SRC_PORT] = bytes.readUInt16BE(at);
  } else if (end === 0 && icmpTypes.has(kind)) entry.icmp |= bytes.readUInt8(at) << 8;
  else if (end === 0 && icmpCodes.has(kind)) entry.icmp |= bytes.readUInt8(at);
}

function readCounters(bytes: Buffer, from: number, to: number): DirectionCounters {
  const counters = { packets: 0, bytes: 0 };
  eachAttribute(bytes, from, to, (type, at, last) => {
    if (last - at < 8) return;
    if (type === CTA_COUNTERS_PACKETS) counters.packets = readWide(bytes, at);
    else if (type === CTA_COUNTERS_BYTES) counters.bytes = readWide(bytes, at);
  });
  return counters;
}

function readTimes(bytes: Buffer, from: number, to: number, entry: ConntrackEntry): void {
  eachAttribute(bytes, from, to, (type, at, last) => {
    if (last - at < 8) return;
    const time = readWide(bytes, at) / nanosecondsOfMs;
    // A connection that goes on has an end of zero.
    if (time === 0) return;
    if (type === CTA_TIMESTAMP_START) entry.startedAt = time;
    else if (type === CTA_TIMESTAMP_STOP) entry.endedAt = time;
  });
}

function readState(bytes: Buffer, from: number, to: number, entry: ConntrackEntry): void {
  eachAttribute(bytes, from, to, (type, start, stop) => {
    if (type !== CTA_PROTOINFO_TCP) return;
    eachAttribute(bytes, start, stop, (kind, at, last) => {
      if (kind === CTA_PROTOINFO_TCP_STATE && last > at) entry.tcpState = bytes.readUInt8(at);
    });
  });
}

/** 64 bits in network order; exact up to 2^53. */
function readWide(bytes: Buffer, at: number): number {
  return bytes.readUInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4);
}
