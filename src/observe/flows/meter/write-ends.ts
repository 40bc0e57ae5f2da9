import type { FlowRows } from '../decode/flow-rows.ts';
import type { ConnectionTable } from './connection-table.ts';
import { keyAt } from './packet.ts';

/** ICMP and ICMPv6. */
const [icmp, icmp6] = [1, 58];

/** What the key of a connection says, seen from one of its halves, into an empty row. */
export function writeEnds(
  { narrow, words }: FlowRows,
  row: number,
  table: ConnectionTable,
  slot: number,
  half: 0 | 1,
): void {
  const source = half === 0 ? keyAt.lower : keyAt.upper;
  const destination = half === 0 ? keyAt.upper : keyAt.lower;
  words.source_high[2 * row + 1] = table.word(slot, source);
  words.source_high[2 * row] = table.word(slot, source + 1);
  words.source_low[2 * row + 1] = table.word(slot, source + 2);
  words.source_low[2 * row] = table.word(slot, source + 3);
  words.destination_high[2 * row + 1] = table.word(slot, destination);
  words.destination_high[2 * row] = table.word(slot, destination + 1);
  words.destination_low[2 * row + 1] = table.word(slot, destination + 2);
  words.destination_low[2 * row] = table.word(slot, destination + 3);
  const ports = table.word(slot, keyAt.ports);
  const rest = table.word(slot, keyAt.rest);
  const protocol = rest >>> 24;
  narrow.exporter[row] = table.word(slot, keyAt.exporter);
  narrow.protocol[row] = protocol;
  narrow.vlan[row] = rest & 0xfff;
  if (protocol === icmp || protocol === icmp6) {
    narrow.icmp[row] = ports;
    return;
  }
  narrow.source_port[row] = half === 0 ? ports >>> 16 : ports & 0xffff;
  narrow.destination_port[row] = half === 0 ? ports & 0xffff : ports >>> 16;
}
