import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { flowKinds, type FlowKind } from '../../model/index.ts';
import { ManualClock, silentLog, systemClock, type Clock } from '../../platform/index.ts';
import { makeBatch } from '../batch.ts';
import { openSegmentsForReading } from '../segments/open-for-reading.ts';
import { openSegments } from '../segments/open-segments.ts';
import type { SegmentStore } from '../segments/segment-store.ts';
import { flowClass, flowRollups, flowsTable, partsOf } from '../table.ts';
import { openDuckDb, type DuckDbEngine } from './engine.ts';

const root = mkdtempSync(join(tmpdir(), 'qw-parts-'));
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const day = 1_700_006_400_000;
let folders = 0;
let directory: string;
let clock: ManualClock;
let segments: SegmentStore;
let engine: DuckDbEngine;
const opened: DuckDbEngine[] = [];

beforeEach(async () => {
  clock = new ManualClock(day + dayMs);
  directory = join(root, String(folders++));
  segments = await openSegments({ directory, clock, sealMs: 1 });
  // Statements take real time, hours don't.
  const ofEngine: Clock = { ...systemClock, now: () => clock.now() };
  engine = openDuckDb({ segments, clock: ofEngine, log: silentLog });
  opened.push(engine);
});
afterAll(async () => {
  await Promise.all(opened.map((one) => one.close()));
  rmSync(root, { recursive: true, force: true });
});

async function put(...rows: readonly [kind: FlowKind, ts: number, bytes: number][]): Promise<void> {
  const batch = makeBatch(flowsTable, rows.length);
  rows.forEach(([kind, ts, bytes], row) => {
    const { columns } = batch;
    (columns['kind'] as Uint8Array)[row] = flowKinds.indexOf(kind);
    (columns['ts'] as BigUint64Array)[row] = BigInt(ts);
    (columns['bytes'] as BigUint64Array)[row] = BigInt(bytes);
    (columns['sampling'] as Uint32Array)[row] = 1;
  });
  const written = engine.append(batch);
  await segments.seal();
  await written;
}

const tables = () => segments.segments().map(({ table, rows }) => [table, rows]);
async function kept(): Promise<unknown[]> {
  const select = ['kind', 'bytes'].map((name) => ({ name, value: { column: name } }));
  const { rows } = await engine.query({
    table: flowsTable,
    from: 0,
    to: day + 100 * dayMs,
    select,
    orderBy: [{ name: 'bytes' }],
  });
  return rows.map(([kind, bytes]) => `${flowKinds[Number(kind)]} ${bytes}`);
}

test('records of each kind are kept in files of their own, and asked for together', async () => {
  await put(
    ['nat', day, 1],
    ['traffic', day + 1, 2],
    ['traffic', day + 2, 3],
    ['drop', day + 3, 4],
    ['nat', day + 4, 5],
  );
  expect(tables()).toEqual([
    ['flows_nat', 2],
    ['flows', 2],
    ['flows_drop', 1],
  ]);
  expect(await kept()).toEqual(['nat 1', 'traffic 2', 'traffic 3', 'drop 4', 'nat 5']);
  const reader = await openSegmentsForReading({ directory });
  expect(reader.snapshot(flowsTable, 0, day + dayMs).segments).toHaveLength(3);
  expect(partsOf(flowsTable).map(({ name }) => name)).toEqual(flowKinds.map((kind) => flowClass(kind)));
});

test('what is too old of the whole table goes from all of its files', async () => {
  await put(['traffic', day, 1], ['nat', day, 2], ['nat', day + dayMs, 3]);
  await engine.dropBefore(flowsTable, day + 1);
  expect(await kept()).toEqual(['nat 3']);
});

test('each kind goes at its own time, and what the law protects stays over the size', async () => {
  await put(['traffic', day, 1], ['nat', day + 1, 2]);
  await put(['traffic', day + dayMs, 3], ['drop', day + dayMs, 4]);
  clock.advance(dayMs);
  const policy = {
    tables: {
      flows: { maxAgeMs: 36 * hourMs },
      flows_nat: { maxAgeMs: 100 * dayMs, keepMs: 50 * dayMs },
      flows_drop: { maxAgeMs: 100 * dayMs },
    },
  };
  const aged = await segments.retain(policy);
  expect(aged.dropped.map(({ table, rows, sha256 }) => [table, rows, sha256.length])).toEqual([['flows', 1, 64]]);
  expect(await kept()).toEqual(['nat 2', 'traffic 3', 'drop 4']);
  const tight = await segments.retain({ ...policy, maxBytes: 1 });
  expect(tight.dropped.map(({ table }) => table).sort()).toEqual(['flows', 'flows_drop']);
  expect(tight.excessBytes).toBeGreaterThan(0);
  expect(await kept()).toEqual(['nat 2']);
});

test('files of every kind are put together, and rollups hold traffic only', async () => {
  for (const bytes of [10, 20]) await put(['traffic', day, bytes], ['nat', day, bytes + 1]);
  clock.advance(2 * hourMs);
  await engine.maintain();
  expect(tables().sort(([a], [b]) => String(a).localeCompare(String(b)))).toEqual([
    ['flows', 2],
    ['flows_1h', 1],
    ['flows_1m', 1],
    ['flows_nat', 2],
  ]);
  const select = [{ name: 'bytes', value: { aggregate: 'sum' as const, of: { column: 'bytes' } } }];
  const { rows } = await engine.query({ table: flowRollups('1h'), from: 0, to: day + dayMs, select });
  expect(rows).toEqual([['30']]);
  expect(await kept()).toEqual(['traffic 10', 'nat 11', 'traffic 20', 'nat 21']);
});
