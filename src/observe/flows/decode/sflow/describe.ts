import { addressText } from '../address-text.ts';
import type { PacketHeaders } from '../packet-headers.ts';
import { readSflow } from './datagram.ts';
import type { FlowRecord, SflowSample } from './sample.ts';

/** A datagram of sFlow as people read it. */
export interface DescribedSflow {
  version: 5;
  agent: string;
  subAgent: number;
  sequence: number;
  uptimeMs: number;
  samples: Record<string, unknown>[];
  malformed: { reason: string; at: number }[];
}

/** Undefined for what is no sFlow of version 5. */
export function describeSflow(bytes: Uint8Array): DescribedSflow | undefined {
  const datagram = readSflow(bytes);
  if (!datagram) return undefined;
  const { agent, subAgent, sequence, uptimeMs, samples, malformed } = datagram;
  return {
    version: 5,
    agent: addressText(agent),
    subAgent,
    sequence,
    uptimeMs,
    samples: samples.map((sample) => describeSample(bytes, sample)),
    malformed,
  };
}

function describeSample(bytes: Uint8Array, sample: SflowSample): Record<string, unknown> {
  if (sample.kind === 'unknown' || sample.kind === 'counters') return { ...sample };
  return { ...sample, records: sample.records.map((record) => describeRecord(bytes, record)) };
}

function describeRecord(bytes: Uint8Array, record: FlowRecord): Record<string, unknown> {
  const address = (given: { family: 4 | 6; at: number } | undefined) =>
    given && addressText(bytes.subarray(given.at, given.at + (given.family === 4 ? 4 : 16)));
  switch (record.kind) {
    case 'header': {
      const { headers, ...rest } = record;
      return { ...rest, ...(headers && { headers: describeHeaders(bytes, headers) }) };
    }
    case 'ip': {
      const { sourceAt, destinationAt, family, ...rest } = record;
      const source = address({ family, at: sourceAt });
      return { ...rest, family, source, destination: address({ family, at: destinationAt }) };
    }
    case 'router':
    case 'gateway':
      return { ...record, nextHop: address(record.nextHop) };
    case 'nat':
      return { ...record, source: address(record.source), destination: address(record.destination) };
    default:
      return { ...record };
  }
}

function describeHeaders(bytes: Uint8Array, headers: PacketHeaders): Record<string, unknown> {
  const { network, transport, inner, vlans, labels, etherType } = headers;
  const size = network?.family === 6 ? 16 : 4;
  return {
    ...(etherType !== undefined && { etherType }),
    ...(vlans.length > 0 && { vlans }),
    ...(labels.length > 0 && { labels }),
    ...(network && {
      source: addressText(bytes.subarray(network.sourceAt, network.sourceAt + size)),
      destination: addressText(bytes.subarray(network.destinationAt, network.destinationAt + size)),
      protocol: network.protocol,
      tos: network.tos,
      totalBytes: network.totalBytes,
      ...(network.isLaterFragment && { isLaterFragment: true }),
    }),
    ...transport,
    ...(inner && { vni: inner.vni, inner: describeHeaders(bytes, inner) }),
  };
}
