import { byteMeanings, flowKinds, flowReporters, samplingSources, type EpochMs } from '../../../model/index.ts';
import type { ByteMeaning, FlowKind, FlowReporter, SamplingSource } from '../../../model/index.ts';
import type { FlowRows, NarrowColumn, WideColumn } from '../decode/flow-rows.ts';
import type { NameBook } from '../names.ts';
import type { AddressWords } from './address.ts';

/** What gives numbers to names. */
export type CloudNames = Pick<NameBook, 'exporter' | 'name' | 'network' | 'reason'>;

/** One row, as an entry of a log says it. */
export interface CloudRecord {
  startMs: EpochMs;
  endMs: EpochMs;
  exporter: number;
  kind: FlowKind;
  reporter: FlowReporter;
  samplingFrom: SamplingSource;
  bytesOf: ByteMeaning;
  source: AddressWords;
  destination: AddressWords;
  natSource?: AddressWords;
  nextHop?: AddressWords;
  bytes: bigint;
  packets: bigint;
  /** Further columns that are not 0. */
  columns: Partial<Record<NarrowColumn, number>>;
}

const noDirection = 255;
const longestMs = 2 ** 32 - 1;

/** Writes a record behind the last row, where there must be room. */
export function appendRecord(rows: FlowRows, record: CloudRecord, receivedAt: EpochMs): void {
  const row = rows.rows++;
  const { narrow, wide } = rows;
  const { startMs, endMs, columns } = record;
  narrow.direction[row] = noDirection;
  for (const name in columns) narrow[name as NarrowColumn][row] = columns[name as NarrowColumn] ?? 0;
  narrow.exporter[row] = record.exporter;
  narrow.kind[row] = flowKinds.indexOf(record.kind);
  narrow.reporter[row] = flowReporters.indexOf(record.reporter);
  narrow.bytes_of[row] = byteMeanings.indexOf(record.bytesOf);
  narrow.sampling[row] = 1;
  narrow.sampling_from[row] = samplingSources.indexOf(record.samplingFrom);
  wide.ts[row] = BigInt(Math.floor(endMs));
  narrow.duration_ms[row] = startMs < endMs ? Math.min(longestMs, Math.round(endMs - startMs)) : 0;
  narrow.lateness_ms[row] = Math.min(longestMs, Math.max(0, Math.round(receivedAt - endMs)));
  rows.start[row] = startMs;
  rows.end[row] = endMs;
  wide.bytes[row] = record.bytes;
  wide.packets[row] = record.packets;
  setAddress(rows, 'source', row, record.source);
  setAddress(rows, 'destination', row, record.destination);
  if (record.natSource) setAddress(rows, 'nat_source', row, record.natSource);
  if (record.nextHop) setAddress(rows, 'next_hop', row, record.nextHop);
}

function setAddress(
  { words }: FlowRows,
  name: 'source' | 'destination' | 'next_hop' | 'nat_source',
  row: number,
  address: AddressWords,
): void {
  const high = words[`${name}_high` satisfies WideColumn];
  const low = words[`${name}_low` satisfies WideColumn];
  high[2 * row + 1] = address[0];
  high[2 * row] = address[1];
  low[2 * row + 1] = address[2];
  low[2 * row] = address[3];
}
