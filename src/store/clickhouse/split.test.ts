import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeBatch, type ColumnBatch } from '../batch.ts';
import { flowsTable, pointsTable } from '../table.ts';
import { encodeNative } from './native.ts';
import { parsePartition, partitionMs, partitionText } from './partitions.ts';
import { blocksOf } from './blocks.ts';
import { shardOf, split } from './split.ts';

function batchOf(rows: readonly { ts: number; series: number; value: number }[]): ColumnBatch {
  const batch = makeBatch(pointsTable, rows.length);
  for (const [at, { ts, series, value }] of rows.entries()) {
    (batch.columns['ts'] as BigUint64Array)[at] = BigInt(ts);
    (batch.columns['series'] as Uint32Array)[at] = series;
    (batch.columns['value'] as Float64Array)[at] = value;
  }
  return batch;
}

const rowsOf = ({ rows, columns }: ColumnBatch) =>
  Array.from({ length: rows }, (_, at) => ['ts', 'series', 'value'].map((name) => Number(columns[name]?.[at])));

test('every row lands in exactly one piece, of its own shard and day, in its order', () => {
  const row = fc.record({
    ts: fc.integer({ min: 0, max: 5 * partitionMs }),
    series: fc.integer({ min: 0, max: 0xffff_ffff }),
    value: fc.integer(),
  });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 50 }), fc.integer({ min: 1, max: 5 }), (rows, shards) => {
      const pieces = split(batchOf(rows), shards);
      for (const { shard, partition, batch } of pieces) {
        const expected = rows.filter(
          ({ ts, series }) => Math.floor(ts / partitionMs) === partition.day && shardOf(series, shards) === shard,
        );
        expect(rowsOf(batch)).toEqual(expected.map(({ ts, series, value }) => [ts, series, value]));
      }
      expect(pieces.reduce((sum, { batch }) => sum + batch.rows, 0)).toBe(rows.length);
    }),
  );
});

test('kinds of flows that stay for different times never share a block', () => {
  const batch = makeBatch(flowsTable, 6);
  for (let row = 0; row < 6; row++) {
    (batch.columns['ts'] as BigUint64Array)[row] = BigInt((row < 4 ? 3 : 4) * partitionMs + row);
    (batch.columns['kind'] as Uint8Array)[row] = row % 2;
  }
  const pieces = split(batch, 1).map(({ partition, batch: { columns, rows } }) => [
    partitionText(flowsTable, partition),
    Array.from({ length: rows }, (_, at) => Number(columns['ts']?.[at]) % partitionMs),
  ]);
  expect(pieces).toEqual([
    ['(0,3)', [0, 2]],
    ['(1,3)', [1, 3]],
    ['(0,4)', [4]],
    ['(1,4)', [5]],
  ]);
});

test('a partition is read as it is named, and nothing else is one', () => {
  expect(parsePartition(flowsTable, partitionText(flowsTable, { part: 3, day: 19_000 }))).toEqual({
    part: 3,
    day: 19_000,
  });
  expect(parsePartition(flowsTable, '(3, 19000)')).toEqual({ part: 3, day: 19_000 });
  expect(parsePartition(pointsTable, partitionText(pointsTable, { part: 0, day: 19_000 }))).toEqual({
    part: 0,
    day: 19_000,
  });
  expect(parsePartition(flowsTable, '19000')).toBeUndefined();
  expect(parsePartition(pointsTable, "tuple('x')")).toBeUndefined();
});

test('neighbouring series spread over the shards', () => {
  const counts = [0, 0, 0];
  for (let series = 1; series <= 3000; series++) counts[shardOf(series, 3)]!++;
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(50);
});

test('a block is what the server documents: counts, then name, type and array of each column', () => {
  const bytes = Buffer.from(encodeNative([batchOf([{ ts: 1, series: 2, value: 0.5 }])]));
  const expected = [
    '0301',
    `02${Buffer.from('ts').toString('hex')}06${Buffer.from('UInt64').toString('hex')}0100000000000000`,
    `06${Buffer.from('series').toString('hex')}06${Buffer.from('UInt32').toString('hex')}02000000`,
    `05${Buffer.from('value').toString('hex')}07${Buffer.from('Float64').toString('hex')}000000000000e03f`,
  ].join('');
  expect(bytes.toString('hex')).toBe(expected);
});

test('batches become one block for each partition, rows in the order in which they came', () => {
  const batches = [0, 1, 0].map((day, at) => batchOf([{ ts: day * partitionMs + at, series: at, value: at }]));
  const blocks = blocksOf(
    [
      ...batches,
      batchOf([
        { ts: 5, series: 9, value: 1 },
        { ts: partitionMs, series: 9, value: 2 },
      ]),
    ],
    1,
  );
  const block = (rows: { ts: number; series: number; value: number }[]) =>
    encodeNative([batchOf(rows)]).toString('hex');
  expect(
    blocks.map(({ shard, table, rows, bytes }) => [shard, table, rows, Buffer.from(bytes).toString('hex')]),
  ).toEqual([
    [
      0,
      'points',
      3,
      block([
        { ts: 0, series: 0, value: 0 },
        { ts: 2, series: 2, value: 2 },
        { ts: 5, series: 9, value: 1 },
      ]),
    ],
    [
      0,
      'points',
      2,
      block([
        { ts: partitionMs + 1, series: 1, value: 1 },
        { ts: partitionMs, series: 9, value: 2 },
      ]),
    ],
  ]);
});
