import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { silentLog, systemClock } from '../../platform/index.ts';
import { makeBatch, type ColumnBatch } from '../batch.ts';
import type { Query } from '../query/query.ts';
import { openSegmentsForReading } from '../segments/open-for-reading.ts';
import { openSegments } from '../segments/open-segments.ts';
import type { SegmentStore } from '../segments/segment-store.ts';
import { pointsTable } from '../table.ts';
import { openDuckDb, type DuckDbEngine } from './engine.ts';

const root = mkdtempSync(join(tmpdir(), 'qw-beside-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const start = 1_700_000_000_000 - (1_700_000_000_000 % 3_600_000);

function points(series: number, values: readonly number[]): ColumnBatch {
  const batch = makeBatch(pointsTable, values.length);
  for (const [row, value] of values.entries()) {
    (batch.columns['ts'] as BigUint64Array)[row] = BigInt(start + row);
    (batch.columns['series'] as Uint32Array)[row] = series;
    (batch.columns['value'] as Float64Array)[row] = value;
  }
  return batch;
}

const sum: Query = {
  table: pointsTable,
  from: start,
  to: start + 3_600_000,
  select: [{ name: 'sum', value: { aggregate: 'sum', of: { column: 'value' } } }],
};

let directory: string;
let writer: DuckDbEngine;
let segments: SegmentStore;

beforeEach(async () => {
  directory = mkdtempSync(join(root, 'lake-'));
  segments = await openSegments({ directory, clock: systemClock, sealMs: 5 });
  writer = openDuckDb({ segments, clock: systemClock, log: silentLog });
  return () => writer.close();
});

const reading = async (store: SegmentStore) => {
  const engine = openDuckDb({ segments: store, clock: systemClock, log: silentLog });
  return { engine, [Symbol.asyncDispose]: () => engine.close() };
};

test('a folder is asked beside the process that writes it, and shows what was sealed since', async () => {
  const series = segments.series.idOf({ place: 'office' });
  await writer.append(points(series, [1, 2]));
  const store = await openSegmentsForReading({ directory });
  await using beside = await reading(store);
  expect((await beside.engine.query(sum)).rows).toEqual([[3]]);
  expect(store.series.labelsOf(series)).toEqual({ place: 'office' });
  const later = segments.series.idOf({ place: 'home' });
  await writer.append(points(later, [4]));
  expect((await beside.engine.query(sum)).rows).toEqual([[7]]);
  expect(store.series.labelsOf(later)).toEqual({ place: 'home' });
});

test('a question whose files were compacted away meanwhile is asked again', async () => {
  await writer.append(points(1, [1, 2]));
  const store = await openSegmentsForReading({ directory });
  await using beside = await reading(store);
  await writer.append(points(1, [5]));
  await store.refresh?.();
  expect(store.segments()).toHaveLength(2);
  await writer.maintain();
  expect(segments.segments(pointsTable)).toHaveLength(1);
  const refresh = store.refresh?.bind(store);
  let calls = 0;
  store.refresh = async () => {
    // The first look is just before the files go.
    if (calls++ > 0) await refresh?.();
  };
  expect((await beside.engine.query(sum)).rows).toEqual([[8]]);
  expect(calls).toBe(2);
});

test('whoever reads changes nothing', async () => {
  await writer.append(points(1, [1]));
  const store = await openSegmentsForReading({ directory });
  await using beside = await reading(store);
  const refused = { code: 'TELEMETRY_UNWRITABLE' };
  await expect(beside.engine.append(points(1, [2]))).rejects.toMatchObject(refused);
  await expect(beside.engine.dropBefore(pointsTable, start)).rejects.toMatchObject(refused);
  await expect(store.retain({ tables: {} })).rejects.toMatchObject(refused);
  expect(() => store.series.idOf({ a: 'b' })).toThrow('for reading only');
  expect(await store.verify()).toEqual([]);
  expect((await writer.query(sum)).rows).toEqual([[1]]);
});

test('what a crash cut off at the end of the list is not there', async () => {
  await writer.append(points(1, [1]));
  appendFileSync(join(directory, 'manifest.jsonl'), '{"crc32":"00');
  const store = await openSegmentsForReading({ directory });
  expect(store.segments()).toHaveLength(1);
});

test('a folder without segments is an error', async () => {
  await expect(openSegmentsForReading({ directory: join(root, 'nothing') })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});
