import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { ManualClock, silentLog, systemClock, type Clock } from '../../platform/index.ts';
import { makeBatch, type ColumnBatch } from '../batch.ts';
import { latencyBucket } from '../latency-bucket.ts';
import type { Expression, Query, Selected } from '../query/query.ts';
import { openSegments } from '../segments/open-segments.ts';
import type { SegmentStore } from '../segments/segment-store.ts';
import {
  flowAccountsTable,
  flowRollups,
  flowsTable,
  latencyRollups,
  pointRollups,
  pointsTable,
  sampleRollups,
  samplesTable,
  type Table,
} from '../table.ts';
import { openDuckDb, type DuckDbEngine } from './engine.ts';

const root = mkdtempSync(join(tmpdir(), 'qw-maintenance-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const day = 20_000 * dayMs;

let wall: ManualClock;
let segments: SegmentStore;
let engine: DuckDbEngine;

beforeEach(async () => {
  wall = new ManualClock(day + hourMs / 2);
  segments = await openSegments({ directory: mkdtempSync(join(root, 'lake-')), clock: systemClock, sealMs: 5 });
  // Statements take real time, hours don't.
  const clock: Clock = {
    now: () => wall.now(),
    monotonic: () => performance.now() + wall.monotonic(),
    after: (delayMs, callback) => {
      const handle = setTimeout(callback, delayMs);
      return { cancel: () => clearTimeout(handle) };
    },
  };
  engine = openDuckDb({ segments, clock, log: silentLog });
  return () => engine.close();
});

interface SampleRow {
  at: number;
  series: number;
  outcome: number;
  latencyUs: number;
  loss: number;
}

function samples(rows: readonly SampleRow[]): ColumnBatch {
  const batch = makeBatch(samplesTable, rows.length);
  for (const [row, { at, series, outcome, latencyUs, loss }] of rows.entries()) {
    const values = {
      series,
      outcome,
      latency_us: latencyUs,
      latency_bucket: latencyBucket(latencyUs),
      loss_percent: loss,
    };
    for (const [name, value] of Object.entries(values)) (batch.columns[name] as Uint32Array)[row] = value;
    (batch.columns['ts'] as BigUint64Array)[row] = BigInt(at);
  }
  return batch;
}

/** Ten seconds apart, two series, one sample in five without a latency. */
const hourOfSamples = (start: number): ColumnBatch =>
  samples(
    Array.from({ length: 720 }, (_, at) => ({
      at: start + Math.floor(at / 2) * 10_000,
      series: at % 2,
      outcome: at % 4,
      latencyUs: at % 5 === 0 ? 0 : 1000 + at,
      loss: at % 3 === 0 ? 255 : at % 100,
    })),
  );

const column = (name: string): Expression => ({ column: name });

async function all(table: Table): Promise<Record<string, number>[]> {
  const names = Object.keys(table.columns);
  const select = names.map((name) => ({ name, value: column(name) }));
  const orderBy = ['ts', 'series', ...(names.includes('latency_bucket') ? ['latency_bucket'] : [])];
  const query: Query = { table, from: 0, to: 2 * day, select, orderBy: orderBy.map((name) => ({ name })) };
  const { rows } = await engine.query(query);
  return rows.map((row) => Object.fromEntries(row.map((value, at) => [names[at], Number(value)])));
}

async function sums(table: Table, ...names: string[]): Promise<number[]> {
  const select = names.map((name): Selected => ({ name, value: { aggregate: 'sum', of: column(name) } }));
  const { rows } = await engine.query({ table, from: 0, to: 2 * day, select });
  return (rows[0] ?? []).map(Number);
}

test('the hour that is over becomes one sorted file, and what is computed from it equals what a scan says', async () => {
  await engine.append(hourOfSamples(day));
  await engine.append(hourOfSamples(day + hourMs));
  const before = await all(samplesTable);
  expect(await engine.maintain()).toMatchObject({ rolled: 0, compacted: 0 });
  wall.advance(hourMs);
  expect(await engine.maintain()).toMatchObject({ rolled: 1 });
  expect(segments.segments(samplesTable).map(({ level, note }) => [level, note])).toEqual([
    [1, 'rolled'],
    [0, undefined],
  ]);
  expect(await all(samplesTable)).toEqual(before);

  const [first] = await all(sampleRollups('5m'));
  const rows = before.filter(({ ts = 0, series }) => ts < day + 300_000 && series === 0);
  const latencies = rows.flatMap(({ latency_us: us = 0 }) => (us > 0 ? [us] : []));
  const losses = rows.flatMap(({ loss_percent: loss = 255 }) => (loss < 255 ? [loss] : []));
  const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
  expect(first).toEqual({
    ts: day,
    series: 0,
    passed: rows.filter(({ outcome }) => outcome === 0).length,
    degraded: 0,
    failed: rows.filter(({ outcome }) => outcome === 2).length,
    unknown: 0,
    latency_count: latencies.length,
    latency_sum_us: sum(latencies),
    latency_min_us: Math.min(...latencies),
    latency_max_us: Math.max(...latencies),
    loss_count: losses.length,
    loss_sum_percent: sum(losses),
  });
  for (const [width, slices] of [
    ['1m', 60],
    ['5m', 12],
    ['1h', 1],
  ] as const) {
    expect(await all(sampleRollups(width))).toHaveLength(2 * slices);
    expect(await sums(sampleRollups(width), 'passed', 'degraded', 'failed', 'unknown')).toEqual([180, 180, 180, 180]);
    expect(await sums(latencyRollups(width), 'count')).toEqual([576]);
  }
  expect(engine.rolledUpTo(samplesTable)).toBe(day + hourMs);
});

test('what was done is not done again', async () => {
  await engine.append(hourOfSamples(day));
  wall.advance(hourMs);
  await engine.maintain();
  const files = segments.segments().map(({ name }) => name);
  wall.advance(hourMs);
  expect(await engine.maintain()).toEqual({ rolled: 0, compacted: 0 });
  expect(segments.segments().map(({ name }) => name)).toEqual(files);
});

test('rows that come late are counted once, whether their day is hours or one file', async () => {
  await engine.append(hourOfSamples(day));
  await engine.append(hourOfSamples(day + 3 * hourMs));
  wall.advance(5 * hourMs);
  await engine.maintain();
  const late = { series: 0, outcome: 2, latencyUs: 77, loss: 255 };
  await engine.append(samples([{ ...late, at: day + 5 }]));
  wall.advance(hourMs);
  expect(await engine.maintain()).toMatchObject({ rolled: 1 });
  expect(await sums(sampleRollups('1m'), 'failed')).toEqual([361]);

  wall.advance(dayMs);
  await engine.maintain();
  expect(segments.segments(samplesTable).map(({ level, rows }) => [level, rows])).toEqual([[2, 1441]]);
  expect(segments.segments(sampleRollups('1h'))).toHaveLength(1);
  await engine.append(samples([{ ...late, at: day + 3 * hourMs + 7 }]));
  expect(await engine.maintain()).toMatchObject({ rolled: 1 });
  for (const width of ['1m', '5m', '1h'] as const) expect(await sums(sampleRollups(width), 'failed')).toEqual([362]);
  expect(await sums(latencyRollups('1h'), 'count')).toEqual([2 * 576 + 2]);
  expect(segments.segments(samplesTable).map(({ level, rows }) => [level, rows])).toEqual([[2, 1442]]);
});

test('rollups outlive the rows that they were computed from, even when some of those come late', async () => {
  await engine.append(hourOfSamples(day));
  wall.advance(hourMs);
  await engine.maintain();
  await engine.dropBefore(samplesTable, day + hourMs);
  await engine.append(samples([{ at: day + 5, series: 0, outcome: 2, latencyUs: 77, loss: 255 }]));
  wall.advance(hourMs);
  await engine.maintain();
  expect(await sums(sampleRollups('1h'), 'failed')).toEqual([180]);
});

test('a rollup whose hour was not marked yet is made again in its own place', async () => {
  await engine.append(hourOfSamples(day));
  wall.advance(hourMs);
  const replace = segments.replace.bind(segments);
  segments.replace = (replacement) =>
    replacement.table === samplesTable ? Promise.reject(new Error('crashed')) : replace(replacement);
  await engine.maintain();
  expect(segments.segments(sampleRollups('1m'))).toHaveLength(1);
  segments.replace = replace;
  wall.advance(hourMs);
  await engine.maintain();
  expect(segments.segments(sampleRollups('1m'))).toHaveLength(1);
  expect(await sums(sampleRollups('1m'), 'failed')).toEqual([180]);
  expect(segments.segments(samplesTable).map(({ note }) => note)).toEqual(['rolled']);
});

test('points have their last value, and hours without a latency have no histogram', async () => {
  const batch = makeBatch(pointsTable, 3);
  for (const [row, [at, value]] of [
    [5, -1.5],
    [9, 4],
    [7, 8],
  ].entries()) {
    (batch.columns['ts'] as BigUint64Array)[row] = BigInt(day + (at ?? 0));
    (batch.columns['value'] as Float64Array)[row] = value ?? 0;
  }
  await engine.append(batch);
  await engine.append(samples([{ at: day, series: 1, outcome: 2, latencyUs: 0, loss: 100 }]));
  wall.advance(hourMs);
  await engine.maintain();
  expect(await all(pointRollups('1m'))).toEqual([
    { ts: day, series: 0, count: 3, sum: 10.5, min: -1.5, max: 8, last: 4 },
  ]);
  expect(segments.segments(latencyRollups('1m'))).toEqual([]);
});

function rowsOf(table: Table, rows: readonly Readonly<Record<string, number | bigint>>[]): ColumnBatch {
  const batch = makeBatch(table, rows.length);
  for (const [at, row] of rows.entries()) {
    for (const [name, value] of Object.entries(row)) {
      const values = batch.columns[name];
      if (values instanceof BigUint64Array) values[at] = BigInt(value);
      else if (values) values[at] = Number(value);
    }
  }
  return batch;
}

async function flowRows(width: '1m' | '1h') {
  const names = ['ts', 'exporter', 'service_port', 'flows', 'packets', 'bytes'];
  const select = names.map((name) => ({ name, value: column(name) }));
  const orderBy = names.slice(0, 3).map((name) => ({ name }));
  return (await engine.query({ table: flowRollups(width), from: 0, to: 2 * day, select, orderBy })).rows;
}

test('traffic is added up by sampling under the smaller port, without addresses, and without what is no traffic', async () => {
  const web = { ts: day + 5, exporter: 1, protocol: 6, sampling: 1, source_low: 7, source_port: 443 };
  await engine.append(
    rowsOf(flowsTable, [
      { ...web, destination_port: 50_000, packets: 2, bytes: 300 },
      { ...web, source_low: 8, source_port: 50_001, destination_port: 443, packets: 1, bytes: 60, sampling: 100 },
      { ...web, destination_port: 0, packets: 1, bytes: 40, ts: day + 60_000 },
      { ...web, source_port: 0, destination_port: 53, packets: 1, bytes: 2n ** 64n - 1n, sampling: 4 },
      { ...web, destination_port: 50_000, packets: 9, bytes: 9, kind: 1 },
    ]),
  );
  wall.advance(hourMs);
  await engine.maintain();
  expect(await flowRows('1m')).toEqual([
    [String(day), 1, 53, '1', '4', '18446744073709551615'],
    [String(day), 1, 443, '2', '102', '6300'],
    [String(day + 60_000), 1, 443, '1', '1', '40'],
  ]);
  expect(await flowRows('1h')).toEqual([
    [String(day), 1, 53, '1', '4', '18446744073709551615'],
    [String(day), 1, 443, '3', '103', '6340'],
  ]);
  expect(engine.rolledUpTo(flowsTable)).toBe(day + hourMs);
});

test('accounts of exporters become one file an hour, and have no rollups', async () => {
  for (const exporter of [2, 1]) {
    await engine.append(rowsOf(flowAccountsTable, [{ ts: day + 60_000, exporter, records: 10 }]));
  }
  wall.advance(hourMs);
  expect(await engine.maintain()).toEqual({ rolled: 1, compacted: 0 });
  expect(segments.segments().map(({ table, rows, note }) => [table, rows, note])).toEqual([
    ['flow_accounts', 2, 'rolled'],
  ]);
  expect(engine.rolledUpTo(flowAccountsTable)).toBe(0);
});

test('many small files of the present hour are put together before it is over', async () => {
  for (let second = 0; second < 125; second++)
    await engine.append(samples([{ at: day + second, series: 1, outcome: 0, latencyUs: 5, loss: 0 }]));
  expect(await engine.maintain()).toEqual({ rolled: 0, compacted: 1 });
  expect(segments.segments(samplesTable).map(({ level, rows, note }) => [level, rows, note])).toEqual([
    [1, 125, undefined],
  ]);
  expect(engine.rolledUpTo(samplesTable)).toBe(day);
}, 60_000);
