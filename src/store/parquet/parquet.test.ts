import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { parquetMetadata, parquetReadObjects, type FileMetaData } from 'hyparquet';
import { afterAll, expect, test } from 'vitest';
import { makeBatch, type Column, type ColumnBatch } from '../batch.ts';
import type { ColumnType, Table } from '../table.ts';
import { Choices } from './choices.ts';
import { readFooter, readRowGroup } from './read.ts';
import { encodeParquet, ParquetWriter } from './writer.ts';

const table: Table = {
  name: 'wide',
  columns: { ts: 'u64', small: 'u8', middle: 'u16', large: 'u32', huge: 'u64', real: 'f64' },
  sortedBy: ['ts'],
};

const greatest: Record<Exclude<ColumnType, 'u64' | 'f64'>, number> = { u8: 0xff, u16: 0xffff, u32: 0xffff_ffff };

/** Columns of different temper: equal, few values, rising by little, all over the range. */
function values(type: ColumnType, rows: number): fc.Arbitrary<(number | bigint)[]> {
  const exactly = { minLength: rows, maxLength: rows };
  if (type === 'f64') {
    const any = fc.double({ noNaN: true });
    const few = fc.array(fc.constantFrom(0, -0, 1.5, -Infinity, 1e300), exactly);
    return fc.oneof(
      fc.array(any, exactly),
      few,
      any.map((value) => Array<number>(rows).fill(value)),
    );
  }
  const max = type === 'u64' ? 2n ** 64n - 1n : BigInt(greatest[type]);
  const any = fc.bigInt(0n, max);
  const rising = fc.tuple(fc.bigInt(0n, max / 2n), fc.array(fc.bigInt(0n, 50n), exactly)).map(([start, steps]) => {
    let value = start;
    return steps.map((step) => (value = value + step > max ? start : value + step));
  });
  const whole = fc.oneof(
    fc.array(any, exactly),
    fc.array(fc.constantFrom(0n, 1n, max, max / 2n), exactly),
    rising,
    any.map((value) => Array<bigint>(rows).fill(value)),
  );
  return type === 'u64' ? whole : whole.map((list) => list.map(Number));
}

const batches: fc.Arbitrary<ColumnBatch> = fc
  .oneof(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 100, max: 700 }))
  .chain((rows) =>
    fc.tuple(...Object.values(table.columns).map((type) => values(type, rows))).map((columns) => {
      const batch = makeBatch(table, rows);
      Object.keys(table.columns).forEach((name, at) => {
        const column = batch.columns[name] as Column;
        columns[at]?.forEach((value, row) => (column[row] = value as never));
      });
      return batch;
    }),
  );

const rowsOf = (batch: ColumnBatch) =>
  Array.from({ length: batch.rows }, (_, row) =>
    Object.fromEntries(Object.entries(batch.columns).map(([name, column]) => [name, column[row] ?? 0])),
  );

const bufferOf = (bytes: Buffer) =>
  bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;

const zstd = { ZSTD: (input: Uint8Array) => zstdDecompressSync(input) };

/** Rows as hyparquet has them. */
async function foreign(bytes: Buffer): Promise<Record<string, number | bigint>[]> {
  const rows = await parquetReadObjects({ file: bufferOf(bytes), compressors: zstd });
  return rows as Record<string, number | bigint>[];
}

const fileOf = (bytes: Buffer) => ({
  write: () => Promise.reject(new Error('read only')),
  read: (position: number, length: number) => Promise.resolve(Buffer.from(bytes.subarray(position, position + length))),
  sync: () => Promise.resolve(),
  truncate: () => Promise.resolve(),
  size: () => Promise.resolve(bytes.length),
  close: () => Promise.resolve(),
});

function statisticsIn(metadata: FileMetaData, name: string) {
  return metadata.row_groups[0]?.columns.find((column) => column.meta_data?.path_in_schema[0] === name)?.meta_data
    ?.statistics;
}

test('any batch is read by hyparquet as it was written, statistics included', async () => {
  await fc.assert(
    fc.asyncProperty(batches, async (batch) => {
      const bytes = await encodeParquet(batch, { maker: 'test' });
      expect(await foreign(bytes)).toEqual(rowsOf(batch));
      const metadata = parquetMetadata(bufferOf(bytes));
      for (const [name, column] of Object.entries(batch.columns)) {
        const found = statisticsIn(metadata, name);
        const sorted = [...column].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
        // Sums with +0 because zero has two signs, and either is right.
        expect(Number(found?.min_value) + 0, name).toBe(Number(sorted[0]) + 0);
        expect(Number(found?.max_value) + 0, name).toBe(Number(sorted.at(-1)) + 0);
      }
    }),
    { numRuns: 60 },
  );
});

/** More rows than a page holds, and than a dictionary has values. */
function long(rows: number): ColumnBatch {
  const batch = makeBatch(table, rows);
  for (let row = 0; row < rows; row++) {
    batch.columns['ts']![row] = BigInt(1_700_000_000_000 + row * 7) as never;
    batch.columns['small']![row] = (row % 3) as never;
    batch.columns['middle']![row] = ((row * 31) % 60_000) as never;
    batch.columns['large']![row] = Math.imul(row, 0x9e37_79b1) as never;
    batch.columns['huge']![row] = (BigInt(row) << 40n) as never;
    batch.columns['real']![row] = (row / 7) as never;
  }
  return batch;
}

test('several row groups and pages come back as they were', async () => {
  const parts: Uint8Array[] = [];
  const writer = new ParquetWriter(table, (bytes) => void parts.push(bytes));
  const groups = [long(45_000), long(1), long(20_000)];
  for (const group of groups) await writer.add(group);
  await writer.finish({ one: 'ä', two: '' });
  const bytes = Buffer.concat(parts);
  const file = fileOf(bytes);
  const footer = await readFooter(file, bytes.length);
  expect(footer.rows).toBe(65_001);
  expect([...footer.metadata]).toEqual([
    ['one', 'ä'],
    ['two', ''],
  ]);
  expect(footer.groups[2]).toEqual({ rows: 20_000, from: 1_700_000_000_000, to: 1_700_000_000_000 + 19_999 * 7 });
  for (const [index, group] of groups.entries()) {
    expect(await readRowGroup(file, bytes.length, footer, index, table)).toEqual(group);
  }
});

const encodings = { plain: 'PLAIN', delta: 'DELTA_BINARY_PACKED' } as const;

/** A file in which every column that allows it has this encoding. */
async function encodedAs(encoding: keyof typeof encodings, isCompressed: boolean, batch: ColumnBatch) {
  const choices = new Choices();
  for (const name of Object.keys(table.columns)) choices.set(`wide.${name}`, { encoding, isCompressed, ratio: 1 });
  const parts: Uint8Array[] = [];
  const writer = new ParquetWriter(table, (bytes) => void parts.push(bytes), choices);
  await writer.add(batch);
  await writer.finish();
  return Buffer.concat(parts);
}

const encodingsIn = (bytes: Buffer) =>
  parquetMetadata(bufferOf(bytes)).row_groups[0]?.columns.map(({ meta_data }) => meta_data?.encodings[0]);

test.each(Object.entries(encodings))('values encoded as %s come back as they were', async (encoding, name) => {
  await fc.assert(
    fc.asyncProperty(batches, fc.boolean(), async (batch, isCompressed) => {
      const bytes = await encodedAs(encoding as keyof typeof encodings, isCompressed, batch);
      expect(await foreign(bytes)).toEqual(rowsOf(batch));
    }),
    { numRuns: 30 },
  );
  const bytes = await encodedAs(encoding as keyof typeof encodings, true, long(45_000));
  expect(encodingsIn(bytes)).toContain(name);
  expect(await foreign(bytes)).toEqual(rowsOf(long(45_000)));
});

test('a table without rows is a file without rows', async () => {
  const bytes = await encodeParquet(makeBatch(table, 0));
  expect(await foreign(bytes)).toEqual([]);
});

test('few rows are encoded as sparingly as many', async () => {
  const bytes = await encodeParquet(long(500));
  const columns = parquetMetadata(bufferOf(bytes)).row_groups[0]?.columns ?? [];
  expect(columns[0]?.meta_data?.encodings).toEqual(['DELTA_BINARY_PACKED']);
});

test('the event loop runs on while a segment is written', async () => {
  let turns = 0;
  let done = false;
  const turn = () => {
    turns += 1;
    if (!done) setImmediate(turn);
  };
  setImmediate(turn);
  await encodeParquet(long(100_000));
  done = true;
  // Three pages in each of six columns, each with a turn of its own at least.
  expect(turns).toBeGreaterThanOrEqual(18);
});

const folder = mkdtempSync(`${tmpdir()}/qw-parquet-`);
afterAll(() => rmSync(folder, { recursive: true }));

const duckdb = await import('@duckdb/node-api').catch(() => undefined);
const withDuckdb = duckdb ? test : test.skip;

withDuckdb(
  'any batch is read by DuckDB as it was written, and its statistics are believed',
  async () => {
    const instance = await duckdb!.DuckDBInstance.create(':memory:', { threads: '1' });
    const connection = await instance.connect();
    let files = 0;
    const check = async (batch: ColumnBatch, bytes = encodeParquet(batch)) => {
      // A name of its own, as segments have: DuckDB keeps what it read of a file by name, length and second of change.
      const path = `${folder}/any-${files++}.parquet`;
      writeFileSync(path, await bytes);
      const all = await connection.runAndReadAll(`SELECT * FROM read_parquet('${path}')`);
      expect(all.getRowObjects()).toEqual(rowsOf(batch));
      const lastTs = String(batch.columns['ts']?.at(-1));
      const found = await connection.runAndReadAll(`SELECT count(*) FROM read_parquet('${path}') WHERE ts = ${lastTs}`);
      const same = [...(batch.columns['ts'] ?? [])].filter((ts) => String(ts) === lastTs);
      expect(Number(found.getRows()[0]?.[0])).toBe(same.length);
    };
    try {
      await fc.assert(
        fc.asyncProperty(batches, (batch) => check(batch)),
        { numRuns: 40 },
      );
      await check(long(45_000));
      for (const encoding of Object.keys(encodings) as (keyof typeof encodings)[]) {
        await fc.assert(
          fc.asyncProperty(batches, (batch) => check(batch, encodedAs(encoding, true, batch))),
          { numRuns: 15 },
        );
        await check(long(45_000), encodedAs(encoding, false, long(45_000)));
      }
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  },
  60_000,
);

test('rows in pieces make the same file as in one', async () => {
  await fc.assert(
    fc.asyncProperty(batches, fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 4 }), async (batch, cuts) => {
      const ends = [0, ...cuts.map((cut) => Math.min(cut, batch.rows)).sort((a, b) => a - b), batch.rows];
      const pieces = ends.slice(1).map((end, at): ColumnBatch => {
        const part = Object.entries(batch.columns).map(
          ([name, column]) => [name, column.slice(ends[at], end)] as const,
        );
        return { table, rows: end - (ends[at] ?? 0), columns: Object.fromEntries(part) };
      });
      const parts: Uint8Array[] = [];
      const writer = new ParquetWriter(table, (bytes) => void parts.push(bytes));
      await writer.add(...pieces);
      await writer.finish();
      expect(Buffer.concat(parts).equals(await encodeParquet(batch))).toBe(true);
    }),
    { numRuns: 50 },
  );
});
