import type { EpochMs } from '../../model/index.ts';
import { nodeDisk, type Disk } from '../../platform/index.ts';
import type { Column, ColumnBatch } from '../batch.ts';
import { pick } from '../parquet/plain.ts';
import { ParquetWriter } from '../parquet/writer.ts';
import type { Table } from '../table.ts';
import { readSegment } from './read-segment.ts';
import type { SegmentStore } from './segment-store.ts';
import type { SeriesTable } from './series-table.ts';

export interface ExportRange {
  table: Table;
  /** [from, to) by `ts`. */
  from: EpochMs;
  to: EpochMs;
  disk?: Disk;
}

/** Rows of text between two turns of the event loop. */
const rowsOfText = 2000;

/**
 * Durable rows of a range, some thousands at a time, segment after segment: roughly in order of time, and as they were
 * stored within a segment. Files stay until the last batch was taken or the iteration ends.
 */
export async function* exportRows(
  store: SegmentStore,
  { table, from, to, disk = nodeDisk }: ExportRange,
): AsyncGenerator<ColumnBatch> {
  const { segments, release } = store.snapshot(table, from, to);
  try {
    for (const segment of segments) {
      for await (const batch of readSegment(disk, segment, table)) {
        const some = withinRange(batch, BigInt(from), BigInt(to));
        if (some.rows > 0) yield some;
      }
    }
  } finally {
    release();
  }
}

/** One Parquet file in pieces; a row group a piece of `exportRows`. */
export async function exportParquet(
  store: SegmentStore,
  range: ExportRange,
  write: (bytes: Uint8Array) => Promise<void> | void,
): Promise<void> {
  const writer = new ParquetWriter(range.table, write);
  for await (const batch of exportRows(store, range)) await writer.add(batch);
  await writer.finish();
}

/**
 * RFC 4180 text in pieces: a line of names, then a line a row. A table with a `series` column has `labels` at the end, as
 * JSON.
 */
export async function* exportCsv(store: SegmentStore, range: ExportRange): AsyncGenerator<string> {
  const names = Object.keys(range.table.columns);
  const hasSeries = names.includes('series');
  yield `${[...names, ...(hasSeries ? ['labels'] : [])].join(',')}\r\n`;
  for await (const { rows, columns } of exportRows(store, range)) {
    const labels = hasSeries ? labelsOf(store.series, columns['series'] as Column) : undefined;
    for (let start = 0; start < rows; start += rowsOfText) {
      let text = '';
      for (let row = start; row < Math.min(rows, start + rowsOfText); row++) {
        const values = names.map((name) => String(columns[name]?.[row]));
        if (labels) values.push(labels(row));
        text += `${values.join(',')}\r\n`;
      }
      yield text;
    }
  }
}

function labelsOf(series: SeriesTable, ids: Column): (row: number) => string {
  return (row) => `"${JSON.stringify(series.labelsOf(Number(ids[row])) ?? {}).replaceAll('"', '""')}"`;
}

function withinRange(batch: ColumnBatch, from: bigint, to: bigint): ColumnBatch {
  const times = batch.columns['ts'] as BigUint64Array;
  const rows: number[] = [];
  for (let row = 0; row < batch.rows; row++) {
    const ts = times[row] as bigint;
    if (ts >= from && ts < to) rows.push(row);
  }
  if (rows.length === batch.rows) return batch;
  const columns = Object.entries(batch.table.columns).map(
    ([name, type]) => [name, pick(batch.columns[name] as Column, type, rows)] as const,
  );
  return { table: batch.table, rows: rows.length, columns: Object.fromEntries(columns) };
}
