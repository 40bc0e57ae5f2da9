import { mkdtempSync, openSync, closeSync, fsyncSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';
import { DuckDBDataChunk, DuckDBInstance } from '@duckdb/node-api';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { systemClock } from '../../src/platform/index.ts';
import { openSegments, type ColumnBatch, type Table } from '../../src/store/index.ts';
import { median, rounded, type BenchOptions, type BenchRow } from '../bench.ts';
import { flows, samples } from './rows.ts';

const batchRows = 10_000;

/** Processor time of a row from columns to a durable file, ours and two others in turns, in this process. */
export async function write({ quick, log }: BenchOptions): Promise<{ rows: BenchRow[]; notes: string[] }> {
  const batches = quick ? 20 : 50;
  const rounds = quick ? 1 : 5;
  const kinds: Record<string, ColumnBatch[]> = {
    samples: Array.from({ length: batches }, (_, at) => samples(1000, batchRows / 1000, (at * batchRows) / 1000)),
    flows: Array.from({ length: batches }, (_, at) => flows(batchRows, at * batchRows)),
  };
  const rows: BenchRow[] = [];
  for (const [name, given] of Object.entries(kinds)) {
    const costs = { ours: [] as number[], duckdb: [] as number[], hyparquet: [] as number[] };
    // The first round warms the compiler up and does not count.
    for (let round = 0; round <= rounds; round++) {
      const ours = await cpuOf(given, intoSegments);
      const duckdb = await cpuOf(given, intoDuckDb);
      const hyparquet = await cpuOf(given, intoHyparquet);
      log(
        `${name}, round ${round} of ${rounds}: ${[ours, duckdb, hyparquet].map((one) => one.toFixed(2)).join(' ')} us a row`,
      );
      if (round === 0) continue;
      costs.ours.push(ours);
      costs.duckdb.push(duckdb);
      costs.hyparquet.push(hyparquet);
    }
    rows.push({
      table: name,
      rows: batches * batchRows,
      oursCpuUs: rounded(median(costs.ours)),
      duckdbCpuUs: rounded(median(costs.duckdb)),
      hyparquetWriterCpuUs: rounded(median(costs.hyparquet)),
      ofDuckdb: rounded(median(costs.ours) / median(costs.duckdb)),
      ofHyparquetWriter: rounded(median(costs.ours) / median(costs.hyparquet)),
    });
  }
  return {
    rows,
    notes: [
      'write: batches of 10,000 rows; ours: segments of 100,000 rows, zstd 1, hash, manifest, fsync; DuckDB: data chunks filled by copying memory, a flush a batch, checkpoint at the end; hyparquet-writer: files of 100,000 rows, zstd 1, fsync',
      'write: processor time of the whole process, all its threads, in turns in one process',
    ],
  };
}

async function cpuOf(
  batches: readonly ColumnBatch[],
  into: (directory: string, batches: readonly ColumnBatch[]) => Promise<void>,
): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'qw-bench-write-'));
  try {
    const before = process.cpuUsage();
    await into(directory, batches);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / (batches.length * batchRows);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function intoSegments(directory: string, batches: readonly ColumnBatch[]): Promise<void> {
  const store = await openSegments({ directory, clock: systemClock });
  await Promise.all(batches.map((batch) => store.append(batch)).concat(store.seal()));
  await store.close();
}

const duckdbTypes = { u8: 'UTINYINT', u16: 'USMALLINT', u32: 'UINTEGER', u64: 'UBIGINT', f64: 'DOUBLE' } as const;

async function intoDuckDb(directory: string, batches: readonly ColumnBatch[]): Promise<void> {
  const { default: bindings } = await import('@duckdb/node-bindings');
  const table = batches[0]?.table as Table;
  const columns = Object.entries(table.columns);
  const instance = await DuckDBInstance.create(`${directory}/data.duckdb`, { threads: '2' });
  const connection = await instance.connect();
  await connection.run(
    `CREATE TABLE rows (${columns.map(([name, type]) => `${name} ${duckdbTypes[type]}`).join(', ')})`,
  );
  const appender = await connection.createAppender('rows');
  const types = columns.map((_, at) => appender.columnType(at));
  for (const batch of batches) {
    for (let from = 0; from < batch.rows; from += 2048) {
      const count = Math.min(2048, batch.rows - from);
      const chunk = DuckDBDataChunk.create(types, count);
      columns.forEach(([name], at) => {
        const column = batch.columns[name]?.subarray(from, from + count);
        if (!column) return;
        const vector = bindings.data_chunk_get_vector(chunk.chunk, at);
        bindings.copy_data_to_vector(vector, 0, column.buffer as ArrayBuffer, column.byteOffset, column.byteLength);
      });
      appender.appendDataChunk(chunk);
    }
    appender.flushSync();
  }
  appender.closeSync();
  await connection.run('CHECKPOINT');
  connection.closeSync();
  instance.closeSync();
}

const level1 = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

function intoHyparquet(directory: string, batches: readonly ColumnBatch[]): Promise<void> {
  const filesOf = 10;
  for (let at = 0; at < batches.length; at += filesOf) {
    const some = batches.slice(at, at + filesOf);
    const columnData = Object.entries(some[0]?.table.columns ?? {}).map(([name, type]) => {
      const rows = some.reduce((sum, batch) => sum + batch.rows, 0);
      const data = type === 'u64' ? new BigInt64Array(rows) : new Int32Array(rows);
      some.forEach((batch, part) => data.set(batch.columns[name] as never, part * batchRows));
      return { name, data, type: type === 'u64' ? ('INT64' as const) : ('INT32' as const) };
    });
    const bytes = parquetWriteBuffer({
      columnData,
      codec: 'ZSTD',
      compressors: { ZSTD: (input) => zstdCompressSync(input, level1) },
    });
    const file = openSync(`${directory}/${at}.parquet`, 'w');
    writeSync(file, new Uint8Array(bytes));
    fsyncSync(file);
    closeSync(file);
  }
  return Promise.resolve();
}
