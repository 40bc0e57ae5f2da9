import type { PacketHeaders } from '../packet-headers.ts';

/**
 * sFlow version 5 (sflow.org/sflow_version_5.txt): a datagram holds samples, a sample holds records, and each says its
 * format and its length, so that what is unknown is passed over. Numbers are of four bytes, opaque bytes are filled up to
 * four.
 */
export interface SflowDatagram {
  agent: Uint8Array;
  subAgent: number;
  sequence: number;
  uptimeMs: number;
  samples: SflowSample[];
  malformed: { reason: 'bad-length' | 'bad-sample'; at: number }[];
}

export type SflowSample = FlowSample | CounterSample | DropSample | UnknownSample;

interface Sampled {
  sequence: number;
  /** 0 an interface, 1 a VLAN, 2 an entity. */
  sourceType: number;
  sourceIndex: number;
}

interface FlowSample extends Sampled {
  kind: 'flow';
  rate: number;
  /** Packets that could have been sampled, and samples that were lost for want of resources. */
  pool: number;
  drops: number;
  input: SflowInterface;
  output: SflowInterface;
  records: FlowRecord[];
}

/** A packet that was dropped (sflow.org/sflow_drops.txt). */
interface DropSample extends Sampled {
  kind: 'drop';
  drops: number;
  input: SflowInterface;
  output: SflowInterface;
  reason: number;
  records: FlowRecord[];
}

export interface CounterSample extends Sampled {
  kind: 'counters';
  records: (({ kind: 'interface' } & InterfaceCounters) | UnknownRecord)[];
}

interface UnknownSample {
  kind: 'unknown';
  enterprise: number;
  format: number;
}

/** `index` of an interface; a packet may have been dropped for a reason, or have gone out by several interfaces. */
export type SflowInterface =
  | { is: 'interface'; index: number }
  | { is: 'dropped'; reason: number }
  | { is: 'several'; count: number }
  | { is: 'internal' };

export type FlowRecord =
  | { kind: 'header'; protocol: number; frameBytes: number; strippedBytes: number; headers: PacketHeaders | undefined }
  | {
      kind: 'ip';
      family: 4 | 6;
      bytes: number;
      protocol: number;
      sourceAt: number;
      destinationAt: number;
      sourcePort: number;
      destinationPort: number;
      tcpFlags: number;
      tos: number;
    }
  | { kind: 'switch'; sourceVlan: number; destinationVlan: number }
  | { kind: 'router'; nextHop: SflowAddress | undefined; sourceMask: number; destinationMask: number }
  | { kind: 'gateway'; nextHop: SflowAddress | undefined; own: number; source: number; path: number[] }
  | { kind: 'nat'; source: SflowAddress | undefined; destination: SflowAddress | undefined }
  | { kind: 'nat-ports'; sourcePort: number; destinationPort: number }
  | { kind: 'ethernet'; bytes: number; etherType: number }
  /** Where in a device a packet was dropped: a queue, a rule, a function of its software. */
  | { kind: 'egress-queue'; queue: number }
  | { kind: 'rule'; number: number; name: string; direction: number }
  | { kind: 'function'; name: string }
  | UnknownRecord;

export interface SflowAddress {
  family: 4 | 6;
  at: number;
}

export interface UnknownRecord {
  kind: 'unknown';
  enterprise: number;
  format: number;
}

export interface InterfaceCounters {
  index: number;
  type: number;
  speed: string;
  /** 1 full duplex, 2 half, 3 in, 4 out. */
  direction: number;
  /** Bit 0: administratively up; bit 1: operationally up. */
  status: number;
  inBytes: string;
  inPackets: number;
  inMulticast: number;
  inBroadcast: number;
  inDiscards: number;
  inErrors: number;
  outBytes: string;
  outPackets: number;
  outMulticast: number;
  outBroadcast: number;
  outDiscards: number;
  outErrors: number;
}
