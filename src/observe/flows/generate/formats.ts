import type { EpochMs } from '../../../model/index.ts';
import type { MadeFlow } from './traffic.ts';

export const generatedFormats = ['v5', 'v9', 'ipfix', 'sflow'] as const;
export type GeneratedFormat = (typeof generatedFormats)[number];

/** What a datagram says of itself. */
export interface Head {
  at: EpochMs;
  uptimeMs: number;
  /** Datagrams before this one, and records before it. */
  datagrams: number;
  records: number;
  domain: number;
  /** Of this one. */
  count: number;
  hasTemplate: boolean;
}

/** How a format lays out a datagram: a head, then a record each `recordBytes`. */
export interface Format {
  /** As many as fit into a packet of Ethernet. */
  recordsOfDatagram: number;
  headBytes(hasTemplate: boolean): number;
  recordBytes: number;
  head(view: DataView, head: Head, bytes: number): void;
  record(view: DataView, at: number, flow: MadeFlow, head: Head, index: number): void;
}

/** Number of the only template, and elements with their lengths (RFC 3954, section 8). */
const templateId = 256;
const fields: readonly (readonly [id: number, bytes: number])[] = [
  [8, 4],
  [12, 4],
  [15, 4],
  [10, 2],
  [14, 2],
  [2, 4],
  [1, 8],
  [7, 2],
  [11, 2],
  [4, 1],
  [6, 1],
  [5, 1],
  [16, 4],
  [17, 4],
  [9, 1],
  [13, 1],
  [61, 1],
];
const templateBytes = 8 + 4 * (fields.length + 2);
const lengthOf = (times: number) => fields.reduce((sum, [, bytes]) => sum + bytes, 2 * times);

/** The fields that v9 and IPFIX tell alike; returns where they end. */
function common(view: DataView, start: number, flow: MadeFlow): number {
  view.setUint32(start, flow.source);
  view.setUint32(start + 4, flow.destination);
  view.setUint32(start + 8, flow.nextHop);
  view.setUint16(start + 12, flow.input);
  view.setUint16(start + 14, flow.output);
  view.setUint32(start + 16, flow.packets);
  view.setBigUint64(start + 20, BigInt(flow.bytes));
  view.setUint16(start + 28, flow.sourcePort);
  view.setUint16(start + 30, flow.destinationPort);
  view.setUint8(start + 32, flow.protocol);
  view.setUint8(start + 33, flow.flags);
  view.setUint8(start + 34, flow.tos);
  view.setUint32(start + 35, flow.sourceAs);
  view.setUint32(start + 39, flow.destinationAs);
  view.setUint8(start + 43, flow.sourceMask);
  view.setUint8(start + 44, flow.destinationMask);
  view.setUint8(start + 45, flow.direction);
  return start + 46;
}

function template(view: DataView, at: number, set: number, times: readonly (readonly [number, number])[]): number {
  view.setUint16(at, set);
  view.setUint16(at + 2, templateBytes);
  view.setUint16(at + 4, templateId);
  view.setUint16(at + 6, fields.length + times.length);
  for (const [place, [id, bytes]] of [...fields, ...times].entries()) {
    view.setUint16(at + 8 + 4 * place, id);
    view.setUint16(at + 10 + 4 * place, bytes);
  }
  return at + templateBytes;
}

const v5: Format = {
  recordsOfDatagram: 30,
  headBytes: () => 24,
  recordBytes: 48,
  head(view, { at, uptimeMs, records, domain, count }) {
    view.setUint16(0, 5);
    view.setUint16(2, count);
    view.setUint32(4, uptimeMs);
    view.setUint32(8, Math.floor(at / 1000));
    view.setUint32(12, (at % 1000) * 1_000_000);
    view.setUint32(16, records >>> 0);
    view.setUint16(20, domain);
  },
  record(view, at, flow, { uptimeMs }) {
    view.setUint32(at, flow.source);
    view.setUint32(at + 4, flow.destination);
    view.setUint32(at + 8, flow.nextHop);
    view.setUint16(at + 12, flow.input);
    view.setUint16(at + 14, flow.output);
    view.setUint32(at + 16, flow.packets);
    view.setUint32(at + 20, flow.bytes);
    view.setUint32(at + 24, uptimeMs - flow.ageMs - flow.durationMs);
    view.setUint32(at + 28, uptimeMs - flow.ageMs);
    view.setUint16(at + 32, flow.sourcePort);
    view.setUint16(at + 34, flow.destinationPort);
    view.setUint8(at + 37, flow.flags);
    view.setUint8(at + 38, flow.protocol);
    view.setUint8(at + 39, flow.tos);
    view.setUint16(at + 40, flow.sourceAs);
    view.setUint16(at + 42, flow.destinationAs);
    view.setUint8(at + 44, flow.sourceMask);
    view.setUint8(at + 45, flow.destinationMask);
  },
};

/** First and last, in milliseconds of uptime. */
const uptimes = [
  [22, 4],
  [21, 4],
] as const;

const v9: Format = {
  recordsOfDatagram: 26,
  headBytes: (hasTemplate) => 24 + (hasTemplate ? templateBytes : 0),
  recordBytes: lengthOf(4),
  head(view, { at, uptimeMs, datagrams, domain, count, hasTemplate }, bytes) {
    view.setUint16(0, 9);
    view.setUint16(2, count + (hasTemplate ? 1 : 0));
    view.setUint32(4, uptimeMs);
    view.setUint32(8, Math.floor(at / 1000));
    view.setUint32(12, datagrams >>> 0);
    view.setUint32(16, domain);
    const set = hasTemplate ? template(view, 20, 0, uptimes) : 20;
    view.setUint16(set, templateId);
    view.setUint16(set + 2, bytes - set);
  },
  record(view, at, flow, { uptimeMs }) {
    const times = common(view, at, flow);
    view.setUint32(times, uptimeMs - flow.ageMs - flow.durationMs);
    view.setUint32(times + 4, uptimeMs - flow.ageMs);
  },
};

/** First and last, in milliseconds since 1970. */
const absolutes = [
  [152, 8],
  [153, 8],
] as const;

const ipfix: Format = {
  recordsOfDatagram: 22,
  headBytes: (hasTemplate) => 20 + (hasTemplate ? templateBytes : 0),
  recordBytes: lengthOf(8),
  head(view, { at, records, domain, hasTemplate }, bytes) {
    view.setUint16(0, 10);
    view.setUint16(2, bytes);
    view.setUint32(4, Math.floor(at / 1000));
    view.setUint32(8, records >>> 0);
    view.setUint32(12, domain);
    const set = hasTemplate ? template(view, 16, 2, absolutes) : 16;
    view.setUint16(set, templateId);
    view.setUint16(set + 2, bytes - set);
  },
  record(view, start, flow, { at }) {
    const times = common(view, start, flow);
    view.setBigUint64(times, BigInt(at - flow.ageMs - flow.durationMs));
    view.setBigUint64(times + 8, BigInt(at - flow.ageMs));
  },
};

/** One of so many packets. */
const samplingRate = 1024;
const sampledBytes = 54;
/** A sample of one packet's first bytes, padded to words (sFlow version 5, section 5). */
const sampleBytes = 8 + 32 + 8 + 16 + 56;

const sflow: Format = {
  recordsOfDatagram: 11,
  headBytes: () => 28,
  recordBytes: sampleBytes,
  head(view, { uptimeMs, datagrams, domain, count }) {
    view.setUint32(0, 5);
    view.setUint32(4, 1);
    view.setUint32(8, 0xc000_0201);
    view.setUint32(12, domain);
    view.setUint32(16, datagrams >>> 0);
    view.setUint32(20, uptimeMs);
    view.setUint32(24, count);
  },
  record(view, at, flow, { records }, index) {
    const number = records + index;
    view.setUint32(at, 1);
    view.setUint32(at + 4, sampleBytes - 8);
    view.setUint32(at + 8, number >>> 0);
    view.setUint32(at + 12, flow.input);
    view.setUint32(at + 16, samplingRate);
    view.setUint32(at + 20, (number * samplingRate) >>> 0);
    view.setUint32(at + 28, flow.input);
    view.setUint32(at + 32, flow.output);
    view.setUint32(at + 36, 1);
    view.setUint32(at + 40, 1);
    view.setUint32(at + 44, sampleBytes - 48);
    const packetBytes = Math.min(1500, Math.max(40, Math.floor(flow.bytes / flow.packets)));
    // Ethernet, and what an Ethernet frame ends with.
    view.setUint32(at + 48, 1);
    view.setUint32(at + 52, packetBytes + 18);
    view.setUint32(at + 56, 4);
    view.setUint32(at + 60, sampledBytes);
    packet(view, at + 64, flow, packetBytes);
  },
};

function packet(view: DataView, at: number, flow: MadeFlow, bytes: number): void {
  view.setUint16(at + 12, 0x0800);
  view.setUint8(at + 14, 0x45);
  view.setUint8(at + 15, flow.tos);
  view.setUint16(at + 16, bytes);
  view.setUint8(at + 22, 60);
  view.setUint8(at + 23, flow.protocol);
  view.setUint32(at + 26, flow.source);
  view.setUint32(at + 30, flow.destination);
  if (flow.protocol === 1) {
    view.setUint16(at + 34, flow.destinationPort);
    return;
  }
  view.setUint16(at + 34, flow.sourcePort);
  view.setUint16(at + 36, flow.destinationPort);
  if (flow.protocol === 6) view.setUint16(at + 46, 0x5000 | flow.flags);
}

export const formats: Readonly<Record<GeneratedFormat, Format>> = { v5, v9, ipfix, sflow };
