import { expect, test } from 'vitest';
import { QwError } from '../../../model/index.ts';
import { ManualClock } from '../../../platform/index.ts';
import type { ColumnBatch } from '../../../store/index.ts';
import type { FlowRows } from '../decode/flow-rows.ts';
import { FlowWriter } from './flow-writer.ts';
import { RowPool } from './row-pool.ts';

function rowsOf(pool: RowPool, count: number): FlowRows {
  const rows = pool.take();
  rows.wide.bytes.fill(7n, 0, count);
  rows.narrow.protocol.fill(6, 0, count);
  rows.rows = count;
  return rows;
}

const turns = async () => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};

/** A store whose answers are given by hand. */
function store() {
  const asked: { batch: ColumnBatch; resolve: () => void; reject: (thrown: unknown) => void }[] = [];
  const append = (batch: ColumnBatch) =>
    new Promise<void>((resolve, reject) => {
      asked.push({ batch, resolve, reject });
    });
  return { asked, engine: { append } };
}

test('a store that stands still costs rows that are counted, and never more memory than the bound', async () => {
  const pool = new RowPool(100);
  const { asked, engine } = store();
  const writer = new FlowWriter({ engine, pool, clock: new ManualClock(), maxWaitingRows: 250 });
  for (let index = 0; index < 10; index++) writer.take(rowsOf(pool, 100));
  await turns();
  expect([writer.waiting, writer.refused, asked.length]).toEqual([200, 800, 2]);
  for (const one of asked) one.resolve();
  await writer.settled();
  expect([writer.waiting, writer.written]).toEqual([0, 200]);
  writer.take(rowsOf(pool, 100));
  expect(writer.waiting).toBe(100);
});

test('arrays are used again once they are written, and are empty then', async () => {
  const pool = new RowPool(100);
  const { asked, engine } = store();
  const writer = new FlowWriter({ engine, pool, clock: new ManualClock() });
  const rows = rowsOf(pool, 60);
  writer.take(rows);
  expect(pool.take()).not.toBe(rows);
  expect(asked[0]!.batch.columns['bytes']![59]).toBe(7n);
  asked[0]!.resolve();
  await writer.settled();
  expect(pool.take()).toBe(rows);
  expect(rows.rows).toBe(0);
  expect(rows.wide.bytes.every((value) => value === 0n)).toBe(true);
  expect(rows.narrow.protocol.every((value) => value === 0)).toBe(true);
});

test('an engine that goes on reading gets arrays of its own', async () => {
  const pool = new RowPool(100);
  const { asked, engine } = store();
  const writer = new FlowWriter({ engine, pool, clock: new ManualClock(), engineKeepsArrays: () => true });
  writer.take(rowsOf(pool, 3));
  asked[0]!.resolve();
  await writer.settled();
  expect([...asked[0]!.batch.columns['bytes']!]).toEqual([7n, 7n, 7n]);
  expect(asked[0]!.batch.columns['bytes']!.buffer.byteLength).toBe(24);
});

test('what the disk refuses is tried again, and given up at the end', async () => {
  const pool = new RowPool(100);
  const clock = new ManualClock();
  const { asked, engine } = store();
  const writer = new FlowWriter({ engine, pool, clock });
  writer.take(rowsOf(pool, 5));
  asked[0]!.reject(new QwError('TELEMETRY_UNWRITABLE', 'the disk is full'));
  await turns();
  expect([writer.problem, writer.waiting, writer.refused]).toEqual(['the disk is full', 5, 0]);
  clock.advance(1000);
  await turns();
  asked[1]!.resolve();
  await writer.settled();
  expect([writer.problem, writer.waiting, writer.written]).toEqual([undefined, 0, 5]);
  writer.take(rowsOf(pool, 5));
  writer.close();
  asked[2]!.reject(new QwError('TELEMETRY_UNWRITABLE', 'the disk is full'));
  await writer.settled();
  expect([writer.problem, writer.waiting, writer.refused]).toEqual(['the disk is full', 0, 5]);
});

test('what can never be kept is given up at once', async () => {
  const pool = new RowPool(100);
  const { asked, engine } = store();
  const writer = new FlowWriter({ engine, pool, clock: new ManualClock() });
  writer.take(rowsOf(pool, 5));
  asked[0]!.reject(new QwError('BAD_INPUT', 'a time of the year 3000'));
  await writer.settled();
  expect([writer.waiting, writer.refused]).toEqual([0, 5]);
});
