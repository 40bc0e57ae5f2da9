import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeBatch, type ColumnBatch } from '../batch.ts';
import { pointsTable } from '../table.ts';
import { partitionMs } from './ddl.ts';
import { encodeNative } from './native.ts';
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
          ({ ts, series }) => Math.floor(ts / partitionMs) === partition && shardOf(series, shards) === shard,
        );
        expect(rowsOf(batch)).toEqual(expected.map(({ ts, series, value }) => [ts, series, value]));
      }
      expect(pieces.reduce((sum, { batch }) => sum + batch.rows, 0)).toBe(rows.length);
    }),
  );
});

test('neighbouring series spread over the shards', () => {
  const counts = [0, 0, 0];
  for (let series = 1; series <= 3000; series++) counts[shardOf(series, 3)]!++;
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(50);
});

test('a block is what the server documents: counts, then name, type and array of each column', () => {
  const bytes = Buffer.from(encodeNative(batchOf([{ ts: 1, series: 2, value: 0.5 }])));
  const expected = [
    '0301',
    `02${Buffer.from('ts').toString('hex')}06${Buffer.from('UInt64').toString('hex')}0100000000000000`,
    `06${Buffer.from('series').toString('hex')}06${Buffer.from('UInt32').toString('hex')}02000000`,
    `05${Buffer.from('value').toString('hex')}07${Buffer.from('Float64').toString('hex')}000000000000e03f`,
  ].join('');
  expect(bytes.toString('hex')).toBe(expected);
});
