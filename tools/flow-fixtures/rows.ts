import { flowKinds } from '../../src/model/index.ts';
import { FlowDecoder } from '../../src/observe/flows/decode/decoder.ts';
import type { FlowRows } from '../../src/observe/flows/decode/flow-rows.ts';
import { SflowDecoder } from '../../src/observe/flows/decode/sflow/decoder.ts';
import { ipv6Text } from '../../src/observe/flows/decode/address-text.ts';
import { isSflow } from '../../src/observe/flows/decode/sflow/heads.ts';
import type { CapturedDatagram } from '../../src/observe/flows/pcap.ts';

/** A row as it goes into the store, in words. */
export interface PlainRow {
  kind: string;
  source: string;
  destination: string;
  nextHop: string;
  startMs: number;
  endMs: number;
  bytes: string;
  packets: string;
  narrow: Readonly<Record<string, number>>;
}

/** What the fast decoders make of datagrams. */
export function rowsOf(datagrams: readonly CapturedDatagram[]): PlainRow[] {
  const rows: PlainRow[] = [];
  const onRows = (full: FlowRows) => rows.push(...plainRows(full));
  const flows = new FlowDecoder({ onRows });
  const samples = new SflowDecoder({ onRows });
  for (const { payload, source, at } of datagrams) {
    if (isSflow(payload)) samples.decode(payload, { exporter: source, receivedAt: at });
    else flows.decode(payload, { exporter: source, receivedAt: at });
  }
  flows.flush();
  samples.flush();
  return rows;
}

function plainRows(rows: FlowRows): PlainRow[] {
  return Array.from({ length: rows.rows }, (_, row) => {
    const address = (name: 'source' | 'destination' | 'next_hop') =>
      addressText(rows.wide[`${name}_high`][row] ?? 0n, rows.wide[`${name}_low`][row] ?? 0n);
    return {
      kind: flowKinds[rows.narrow.kind[row] ?? 0] ?? '',
      source: address('source'),
      destination: address('destination'),
      nextHop: address('next_hop'),
      startMs: rows.start[row] ?? Number.NaN,
      // Whoever exports with a wrong clock has its times moved; here they are compared as they were said.
      endMs: rows.end[row] ?? Number.NaN,
      bytes: String(rows.wide.bytes[row]),
      packets: String(rows.wide.packets[row]),
      narrow: Object.fromEntries(Object.entries(rows.narrow).map(([name, column]) => [name, column[row] as number])),
    };
  });
}

function addressText(high: bigint, low: bigint): string {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, high);
  view.setBigUint64(8, low);
  return high === 0n && low >> 32n === 0xffffn ? bytes.subarray(12).join('.') : ipv6Text(bytes, 0);
}
