import { u32 } from '../bytes.ts';
import type { FlowRows } from '../flow-rows.ts';
import { PacketHead } from '../packet-head.ts';
import { headerProtocols, readFlowRecord, sampledHeader } from './datagram.ts';
import type { FlowRecord } from './sample.ts';

/** Records of a sample into the columns of its row. */
export class RecordWriter {
  readonly #packet = new PacketHead();

  /** True for a record that tells of the packet itself. */
  write(rows: FlowRows, row: number, bytes: Uint8Array, from: number, to: number, type: number): boolean {
    // Nearly all that comes: read without an object in between.
    if (type === sampledHeader) return this.#header(rows, row, bytes, from, to);
    const record = readFlowRecord(bytes, from, to, type);
    return record !== undefined && writeRecord(rows, row, bytes, record);
  }

  #header(rows: FlowRows, row: number, bytes: Uint8Array, from: number, to: number): boolean {
    if (to - from < 16) return false;
    const packet = this.#packet;
    const protocol = u32(bytes, from);
    const frameBytes = u32(bytes, from + 4);
    const strippedBytes = u32(bytes, from + 8);
    const end = Math.min(to, from + 16 + u32(bytes, from + 12));
    const { narrow, words } = rows;
    if (protocol === headerProtocols.ethernet) packet.readFrame(bytes, from + 16, end);
    else if (protocol === headerProtocols.ipv4 || protocol === headerProtocols.ipv6) {
      packet.readPacket(bytes, from + 16, end);
    } else packet.family = 0;
    const { family } = packet;
    // Other exporters count from the IP header on. A frame that is longer than its packet was filled up.
    const networkBytes = family === 0 ? 0 : packet.totalBytes;
    setWide(words.bytes, row, networkBytes || Math.max(0, frameBytes - strippedBytes));
    if (family === 0) return true;
    setAddress(words.source_low, words.source_high, row, bytes, packet.sourceAt, family);
    setAddress(words.destination_low, words.destination_high, row, bytes, packet.destinationAt, family);
    narrow.protocol[row] = packet.protocol;
    narrow.tos[row] = packet.tos;
    if (packet.vlans.length > 0) narrow.vlan[row] = packet.vlans[0] as number;
    if (!packet.hasTransport) return true;
    narrow.source_port[row] = packet.sourcePort;
    narrow.destination_port[row] = packet.destinationPort;
    narrow.tcp_flags[row] = packet.tcpFlags;
    narrow.icmp[row] = packet.icmp;
    return true;
  }
}

function writeRecord(rows: FlowRows, row: number, bytes: Uint8Array, record: FlowRecord): boolean {
  const { narrow, words } = rows;
  switch (record.kind) {
    case 'ip':
      setWide(words.bytes, row, record.bytes);
      setAddress(words.source_low, words.source_high, row, bytes, record.sourceAt, record.family);
      setAddress(words.destination_low, words.destination_high, row, bytes, record.destinationAt, record.family);
      narrow.protocol[row] = record.protocol;
      narrow.source_port[row] = record.sourcePort;
      narrow.destination_port[row] = record.destinationPort;
      narrow.tcp_flags[row] = record.tcpFlags;
      narrow.tos[row] = record.tos;
      return true;
    case 'ethernet':
      setWide(words.bytes, row, record.bytes);
      return true;
    case 'switch':
      if (narrow.vlan[row] === 0) narrow.vlan[row] = record.sourceVlan;
      return false;
    case 'router':
      narrow.source_mask[row] = record.sourceMask;
      narrow.destination_mask[row] = record.destinationMask;
      if (record.nextHop) {
        setAddress(words.next_hop_low, words.next_hop_high, row, bytes, record.nextHop.at, record.nextHop.family);
      }
      return false;
    case 'gateway':
      narrow.source_as[row] = record.source;
      // A destination of one's own has no path.
      narrow.destination_as[row] = record.path.at(-1) ?? record.own;
      return false;
    case 'nat': {
      const { source, destination } = record;
      if (source) setAddress(words.nat_source_low, words.nat_source_high, row, bytes, source.at, source.family);
      if (destination) {
        const { at, family } = destination;
        setAddress(words.nat_destination_low, words.nat_destination_high, row, bytes, at, family);
      }
      return false;
    }
    case 'nat-ports':
      narrow.nat_source_port[row] = record.sourcePort;
      narrow.nat_destination_port[row] = record.destinationPort;
      return false;
    default:
      // Queues, rules and functions have no column of their own.
      return false;
  }
}

export function setWide(column: Uint32Array, row: number, value: number): void {
  column[2 * row] = value;
  column[2 * row + 1] = value / 0x1_0000_0000;
}

function setAddress(
  low: Uint32Array,
  high: Uint32Array,
  row: number,
  bytes: Uint8Array,
  at: number,
  family: 4 | 6,
): void {
  if (family === 4) {
    low[2 * row] = u32(bytes, at);
    low[2 * row + 1] = 0xffff;
    high[2 * row] = 0;
    high[2 * row + 1] = 0;
    return;
  }
  high[2 * row + 1] = u32(bytes, at);
  high[2 * row] = u32(bytes, at + 4);
  low[2 * row + 1] = u32(bytes, at + 8);
  low[2 * row] = u32(bytes, at + 12);
}
