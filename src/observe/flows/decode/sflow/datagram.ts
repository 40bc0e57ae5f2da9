import { u32, wide } from '../bytes.ts';
import { textOf } from '../text-of.ts';
import { readEthernet, readIp } from '../packet-headers.ts';
import { agentAt, DatagramHead, isInternal, isSampleType, SampleHead } from './heads.ts';
import { maxRecords, maxSamples, Parts } from './parts.ts';
import type {
  CounterSample,
  FlowRecord,
  InterfaceCounters,
  SflowAddress,
  SflowDatagram,
  SflowInterface,
  SflowSample,
  UnknownRecord,
} from './sample.ts';

const maxPath = 255;

/** Undefined for what is no sFlow of version 5. */
export function readSflow(bytes: Uint8Array): SflowDatagram | undefined {
  const head = new DatagramHead();
  if (!head.read(bytes)) return undefined;
  const { samplesAt, subAgent, sequence, uptimeMs, count } = head;
  const agent = bytes.subarray(agentAt, samplesAt - 16);
  const datagram: SflowDatagram = { agent, subAgent, sequence, uptimeMs, samples: [], malformed: [] };
  const parts = new Parts(maxSamples);
  parts.begin(samplesAt, bytes.length, count);
  while (parts.next(bytes)) {
    const { type, from, to } = parts;
    const sample = readSample(bytes, from, to, type);
    if (sample) datagram.samples.push(sample);
    else datagram.malformed.push({ reason: 'bad-sample', at: from - 8 });
  }
  if (parts.cutAt >= 0) datagram.malformed.push({ reason: 'bad-length', at: parts.cutAt });
  return datagram;
}

/** Undefined for one that is too short to be what it says. */
function readSample(bytes: Uint8Array, from: number, to: number, type: number): SflowSample | undefined {
  if (!isSampleType(type)) return { kind: 'unknown', enterprise: type >>> 12, format: type & 0xfff };
  const head = new SampleHead();
  if (!head.read(bytes, from, to, type)) return undefined;
  const { kind, sequence, sourceType, sourceIndex, rate, pool, drops, reason, recordsAt, count } = head;
  const of = { sequence, sourceType, sourceIndex };
  if (kind === 'counters') return { kind, ...of, records: readRecords(bytes, recordsAt, to, count, readCounters) };
  const input = interfaceOf(head.inputFormat, head.input);
  const output = interfaceOf(head.outputFormat, head.output);
  const records = readRecords(bytes, recordsAt, to, count, readFlowRecord);
  return kind === 'drop'
    ? { kind, ...of, drops, input, output, reason, records }
    : { kind, ...of, rate, pool, drops, input, output, records };
}

function interfaceOf(format: number, value: number): SflowInterface {
  if (format === 1) return { is: 'dropped', reason: value };
  if (format === 2) return { is: 'several', count: value };
  return isInternal(value) ? { is: 'internal' } : { is: 'interface', index: value };
}

/** What counters say of an interface. */
export function readCounterSample(bytes: Uint8Array, head: SampleHead, to: number): CounterSample {
  const { sequence, sourceType, sourceIndex, recordsAt, count } = head;
  const records = readRecords(bytes, recordsAt, to, count, readCounters);
  return { kind: 'counters', sequence, sourceType, sourceIndex, records };
}

/** Records that are whole; what is cut off ends the list. */
function readRecords<Found>(
  bytes: Uint8Array,
  from: number,
  to: number,
  count: number,
  read: (bytes: Uint8Array, from: number, to: number, type: number) => Found | undefined,
): (Found | UnknownRecord)[] {
  const records: (Found | UnknownRecord)[] = [];
  const parts = new Parts(maxRecords);
  parts.begin(from, to, count);
  while (parts.next(bytes)) {
    const { type } = parts;
    const found = read(bytes, parts.from, parts.to, type);
    records.push(found ?? { kind: 'unknown', enterprise: type >>> 12, format: type & 0xfff });
  }
  return records;
}

/** The type of a record that holds the beginning of a packet, and what that begins with. */
export const sampledHeader = 1;
export const headerProtocols = { ethernet: 1, ipv4: 11, ipv6: 12 } as const;

/** Undefined for what is unknown here, or too short to be what it says. */
export function readFlowRecord(bytes: Uint8Array, from: number, to: number, type: number): FlowRecord | undefined {
  const words = (to - from) >>> 2;
  const word = (index: number) => u32(bytes, from + 4 * index);
  switch (type) {
    case sampledHeader: {
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
      const family = type === 3 ? 4 : 6;
      const addressBytes = type === 3 ? 4 : 16;
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
  type: number,
): ({ kind: 'interface' } & InterfaceCounters) | undefined {
  if (type !== 1 || to - from < 88) return undefined;
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
