import { parquetWriteBuffer } from 'hyparquet-writer';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { cloudFormats, type CloudFormat } from '../../../model/index.ts';
import { CloudIntake } from './intake.ts';
import { readLogFile } from './read-log-file.ts';
import { HeldSink, noNames } from './sink.fixture.ts';

const root = mkdtempSync(join(tmpdir(), 'qw-parquet-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const end = 1_418_530_070;

/** As AWS writes them: names with underscores, numbers as numbers. */
function logOf(
  rows: number,
  { codec = 'GZIP', groups = rows }: { codec?: 'GZIP' | 'SNAPPY'; groups?: number } = {},
): Uint8Array {
  const of = <Value>(value: (row: number) => Value) => Array.from({ length: rows }, (_, row) => value(row));
  const text = (name: string, value: (row: number) => string) => ({ name, type: 'STRING', data: of(value) }) as const;
  const small = (name: string, value: (row: number) => number) => ({ name, type: 'INT32', data: of(value) }) as const;
  const long = (name: string, value: (row: number) => bigint) => ({ name, type: 'INT64', data: of(value) }) as const;
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        small('version', () => 2),
        text('account_id', () => '123456789010'),
        text('interface_id', () => 'eni-1'),
        text('srcaddr', (row) => (row === 1 ? '-' : '10.0.0.1')),
        text('dstaddr', (row) => (row === 1 ? '-' : '192.0.2.9')),
        small('srcport', () => 49_761),
        small('dstport', () => 443),
        small('protocol', () => 6),
        long('packets', () => 20n),
        long('bytes', (row) => BigInt(row)),
        long('start', () => BigInt(end - 60)),
        long('end', () => BigInt(end)),
        text('action', () => 'ACCEPT'),
        text('log_status', (row) => (row === 1 ? 'SKIPDATA' : 'OK')),
      ],
      codec,
      compressors: { GZIP: (input) => gzipSync(input) },
      rowGroupSize: groups,
    }),
  );
}

async function read(bytes: Uint8Array, format: CloudFormat = 'aws') {
  const path = join(root, 'log.parquet');
  writeFileSync(path, bytes);
  const sink = new HeldSink();
  const intake = new CloudIntake({ format, names: noNames, sink });
  const progress = { bytes: 0 };
  await readLogFile(path, intake, { now: () => 0, room: () => Promise.resolve(), progress });
  expect(await intake.settle()).toBe(true);
  return { bytes: sink.bytes, counts: intake.counts, progress: progress.bytes };
}

const timeout = 120_000;

test.each(['GZIP', 'SNAPPY'] as const)('a log of several row groups, compressed by %s', { timeout }, async (codec) => {
  const log = logOf(1000, { codec, groups: 600 });
  const { bytes, counts, progress } = await read(log);
  expect(bytes).toEqual(Array.from({ length: 1000 }, (_, row) => BigInt(row)).filter((one) => one !== 1n));
  expect(counts).toMatchObject({ entries: 1000, rows: 999, skippedData: 1 });
  expect(progress).toBe(log.length);
});

test('a row group of more rows than are taken at once', { timeout }, async () => {
  const { bytes, counts } = await read(logOf(120_000));
  expect(counts.rows).toBe(119_999);
  expect(new Set(bytes).size).toBe(119_999);
});

test('what is no such log is refused, and damage is told with its row group', { timeout }, async () => {
  const log = logOf(1000, { groups: 300 });
  await expect(read(log.subarray(0, log.length - 20))).rejects.toThrow('footer');
  const other = new Uint8Array(parquetWriteBuffer({ columnData: [{ name: 'a', type: 'INT32', data: [1] }] }));
  await expect(read(other)).rejects.toThrow('no columns srcaddr and end');
  for (const format of cloudFormats.filter((one) => one !== 'aws'))
    await expect(read(log, format)).rejects.toThrow('Parquet');
  const damaged = log.slice();
  // What lies in the middle belongs to the second of four groups.
  damaged.fill(0xff, Math.floor(log.length * 0.35), Math.floor(log.length * 0.4));
  await expect(read(damaged)).rejects.toThrow(/^row group [23] of 4: /);
});
