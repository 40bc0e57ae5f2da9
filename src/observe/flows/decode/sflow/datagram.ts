import { u32, wide } from '../bytes.ts';
import { textOf } from '../text-of.ts';
import { readEthernet, readIp } from '../packet-headers.ts';
import type {
  FlowRecord,
  InterfaceCounters,
  SflowAddress,
  SflowDatagram,
  SflowInterface,
  SflowSample,
  UnknownRecord,
} from './sample.ts';

/** More samples than a datagram can hold, and more records than a sample. */
const maxSamples = 2000;
const maxRecords = 500;
const maxPath = 255;

export function isSflow(bytes: Uint8Array): boolean {
  return bytes.length >= 28 && u32(bytes, 0) === 5 && (u32(bytes, 4) === 1 || u32(bytes, 4) === 2);
}

/** Undefined for what is no sFlow of version 5. */
export function readSflow(bytes: Uint8Array): SflowDatagram | undefined {
  if (!isSflow(bytes)) return undefined;
  const agentBytes = u32(bytes, 4) === 1 ? 4 : 16;
  let at = 8 + agentBytes;
  if (bytes.length - at < 16) return undefined;
  const count = u32(bytes, at + 12);
  const datagram: SflowDatagram = {
    agent: bytes.subarray(8, at),
    subAgent: u32(bytes, at),
    sequence: u32(bytes, at + 4),
    uptimeMs: u32(bytes, at + 8),
    samples: [],
    malformed: [],
  };
  at += 16;
  for (let index = 0; index < Math.min(count, maxSamples); index++) {
    if (bytes.length - at < 8) {
      datagram.malformed.push({ reason: 'bad-length', at });
      break;
    }
    const type = u32(bytes, at);
    const length = u32(bytes, at + 4);
    const from = at + 8;
    const to = from + length;
    if (to > bytes.length) {
      datagram.malformed.push({ reason: 'bad-length', at });
      break;
    }
    const sample = readSample(bytes, from, to, type >>> 12, type & 0xfff);
    if (sample) datagram.samples.push(sample);
    else datagram.malformed.push({ reason: 'bad-sample', at });
    at = to + ((4 - (length % 4)) % 4);
  }
  return datagram;
}

function readSample(
  bytes: Uint8Array,
  from: number,
  to: number,
  enterprise: number,
  format: number,
): SflowSample | undefined {
  if (enterprise !== 0 || format < 1 || format > 5) return { kind: 'unknown', enterprise, format };
  const words = (to - from) >>> 2;
  // Spread out, since objects put together of others cost more than what is read.
  if (format === 1 && words >= 8) {
    const source = u32(bytes, from + 4);
    const input = u32(bytes, from + 20);
    const output = u32(bytes, from + 24);
    return {
      kind: 'flow',
      sequence: u32(bytes, from),
      sourceType: source >>> 24,
      sourceIndex: source & 0xff_ffff,
      rate: u32(bytes, from + 8),
      pool: u32(bytes, from + 12),
      drops: u32(bytes, from + 16),
      input: interfaceOf(input >>> 30, input & 0x3fff_ffff),
      output: interfaceOf(output >>> 30, output & 0x3fff_ffff),
      records: readRecords(bytes, from + 32, to, u32(bytes, from + 28), readFlowRecord),
    };
  }
  if (format === 3 && words >= 11) {
    return {
      kind: 'flow',
      sequence: u32(bytes, from),
      sourceType: u32(bytes, from + 4),
      sourceIndex: u32(bytes, from + 8),
      rate: u32(bytes, from + 12),
      pool: u32(bytes, from + 16),
      drops: u32(bytes, from + 20),
      input: interfaceOf(u32(bytes, from + 24), u32(bytes, from + 28)),
      output: interfaceOf(u32(bytes, from + 32), u32(bytes, from + 36)),
      records: readRecords(bytes, from + 44, to, u32(bytes, from + 40), readFlowRecord),
    };
  }
  if (format === 5 && words >= 8) {
    return {
      kind: 'drop',
      sequence: u32(bytes, from),
      sourceType: u32(bytes, from + 4),
      sourceIndex: u32(bytes, from + 8),
      drops: u32(bytes, from + 12),
      input: interfaceOf(0, u32(bytes, from + 16)),
      output: interfaceOf(0, u32(bytes, from + 20)),
      reason: u32(bytes, from + 24),
      records: readRecords(bytes, from + 32, to, u32(bytes, from + 28), readFlowRecord),
    };
  }
  const sequence = words > 0 ? u32(bytes, from) : 0;
  if (format === 2 && words >= 3) {
    const source = u32(bytes, from + 4);
    const records = readRecords(bytes, from + 12, to, u32(bytes, from + 8), readCounters);
    return { kind: 'counters', sequence, sourceType: source >>> 24, sourceIndex: source & 0xff_ffff, records };
  }
  if (format === 4 && words >= 4) {
    const records = readRecords(bytes, from + 16, to, u32(bytes, from + 12), readCounters);
    return { kind: 'counters', sequence, sourceType: u32(bytes, from + 4), sourceIndex: u32(bytes, from + 8), records };
  }
  return undefined;
}

const internalIndex = 0x3fff_ffff;

function interfaceOf(format: number, value: number): SflowInterface {
  if (format === 1) return { is: 'dropped', reason: value };
  if (format === 2) return { is: 'several', count: value };
  return value === internalIndex || value === 0xffff_ffff ? { is: 'internal' } : { is: 'interface', index: value };
}

/** Records that are whole; what is cut off ends the list. */
function readRecords<Found>(
  bytes: Uint8Array,
  from: number,
  to: number,
  count: number,
  read: (bytes: Uint8Array, from: number, to: number, format: number) => Found | undefined,
): (Found | UnknownRecord)[] {
  const records: (Found | UnknownRecord)[] = [];
  let at = from;
  for (let index = 0; index < Math.min(count, maxRecords) && to - at >= 8; index++) {
    const type = u32(bytes, at);
    const length = u32(bytes, at + 4);
    const end = at + 8 + length;
    if (end > to) break;
    const enterprise = type >>> 12;
    const format = type & 0xfff;
    const found = enterprise === 0 ? read(bytes, at + 8, end, format) : undefined;
    records.push(found ?? { kind: 'unknown', enterprise, format });
    at = end + ((4 - (length % 4)) % 4);
  }
  return records;
}

const headerProtocols = { ethernet: 1, ipv4: 11, ipv6: 12 } as const;

function readFlowRecord(bytes: Uint8Array, from: number, to: number, format: number): FlowRecord | undefined {
  const words = (to - from) >>> 2;
  const word = (index: number) => u32(bytes, from + 4 * index);
  switch (format) {
    case 1: {
      if (words < 4) return undefined;
      const protocol = word(0);
      const end = Math.min(to, from + 16 + word(3));
      const headers =
        protocol === headerProtocols.ethernet
          ? readEthernet(bytes, from + 16, end)
          : protocol === headerProtocols.ipv4 || protocol === headerProtocols.ipv6
            ? readIp(bytes, from + 16, end)
            : undefined;
      return { kind: 'header', protocol, frameBytes: word(1), strippedBytes: word(2), headers };
    }
    case 3:
    case 4: {
      const family = format === 3 ? 4 : 6;
      const addressBytes = format === 3 ? 4 : 16;
      const after = 2 + addressBytes / 2;
      if (words < after + 4) return undefined;
      return {
        kind: 'ip',
        family,
        bytes: word(0),
        protocol: word(1),
        sourceAt: from + 8,
        destinationAt: from + 8 + addressBytes,
        sourcePort: word(after),
        destinationPort: word(after + 1),
        tcpFlags: word(after + 2),
        tos: word(after + 3),
      };
    }
    case 2:
      return words >= 6 ? { kind: 'ethernet', bytes: word(0), etherType: word(5) } : undefined;
    case 1001:
      return words >= 4 ? { kind: 'switch', sourceVlan: word(0), destinationVlan: word(2) } : undefined;
    case 1002: {
      const nextHop = addressAt(bytes, from, to);
      if (!nextHop || to - nextHop.end < 8) return undefined;
      const masks = { sourceMask: u32(bytes, nextHop.end), destinationMask: u32(bytes, nextHop.end + 4) };
      return { kind: 'router', nextHop: nextHop.address, ...masks };
    }
    case 1003:
      return readGateway(bytes, from, to);
    case 1007: {
      const source = addressAt(bytes, from, to);
      const destination = source && addressAt(bytes, source.end, to);
      return destination ? { kind: 'nat', source: source.address, destination: destination.address } : undefined;
    }
    case 1020:
      return words >= 2 ? { kind: 'nat-ports', sourcePort: word(0), destinationPort: word(1) } : undefined;
    case 1036:
      return words >= 1 ? { kind: 'egress-queue', queue: word(0) } : undefined;
    case 1037: {
      const rule = textAt(bytes, from + 4, to);
      if (!rule || to - rule.end < 4) return undefined;
      return { kind: 'rule', number: word(0), name: rule.text, direction: u32(bytes, rule.end) };
    }
    case 1038: {
      const name = textAt(bytes, from, to);
      return name && { kind: 'function', name: name.text };
    }
    default:
      return undefined;
  }
}

/** A length, as many bytes of text, and what fills them up to four. */
function textAt(bytes: Uint8Array, at: number, to: number): { text: string; end: number } | undefined {
  if (to - at < 4) return undefined;
  const length = u32(bytes, at);
  // The last of a record is not always filled up.
  if (at + 4 + length > to) return undefined;
  return { text: textOf(bytes, at + 4, length), end: at + 4 + length + ((4 - (length % 4)) % 4) };
}

/** A type, and as many bytes as it has: 1 IPv4, 2 IPv6, 0 none. */
function addressAt(
  bytes: Uint8Array,
  at: number,
  to: number,
): { address: SflowAddress | undefined; end: number } | undefined {
  if (to - at < 4) return undefined;
  const type = u32(bytes, at);
  if (type === 0) return { address: undefined, end: at + 4 };
  const length = type === 1 ? 4 : type === 2 ? 16 : undefined;
  if (length === undefined || to - at - 4 < length) return undefined;
  return { address: { family: type === 1 ? 4 : 6, at: at + 4 }, end: at + 4 + length };
}

function readGateway(bytes: Uint8Array, from: number, to: number): FlowRecord | undefined {
  const hop = addressAt(bytes, from, to);
  if (!hop || to - hop.end < 16) return undefined;
  const { address: nextHop, end } = hop;
  const [own, source, segments] = [u32(bytes, end), u32(bytes, end + 4), u32(bytes, end + 12)];
  const path: number[] = [];
  let at = end + 16;
  for (let segment = 0; segment < Math.min(segments, maxPath) && to - at >= 8; segment++) {
    const count = u32(bytes, at + 4);
    at += 8;
    for (let index = 0; index < count && path.length < maxPath && to - at >= 4; index++, at += 4) {
      path.push(u32(bytes, at));
    }
  }
  return { kind: 'gateway', nextHop, own, source, path };
}

function readCounters(
  bytes: Uint8Array,
  from: number,
  to: number,
  format: number,
): ({ kind: 'interface' } & InterfaceCounters) | undefined {
  if (format !== 1 || to - from < 88) return undefined;
  const word = (index: number) => u32(bytes, from + 4 * index);
  const long = (index: number) => String(wide(bytes, from + 4 * index, 8));
  return {
    kind: 'interface',
    index: word(0),
    type: word(1),
    speed: long(2),
    direction: word(4),
    status: word(5),
    inBytes: long(6),
    inPackets: word(8),
    inMulticast: word(9),
    inBroadcast: word(10),
    inDiscards: word(11),
    inErrors: word(12),
    outBytes: long(14),
    outPackets: word(16),
    outMulticast: word(17),
    outBroadcast: word(18),
    outDiscards: word(19),
    outErrors: word(20),
  };
}
