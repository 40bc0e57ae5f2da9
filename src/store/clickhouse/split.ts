import { makeColumn, type Column, type ColumnBatch } from '../batch.ts';
import { partitionMs } from './ddl.ts';

/** Rows of a batch that go into one partition on one shard. */
export interface Piece {
  shard: number;
  /** Days since 1970. */
  partition: number;
  batch: ColumnBatch;
}

/** By what a table is sorted by first: a series lives on one shard, so that what is asked for together lies together. */
export function shardOf(key: number, shards: number): number {
  // Fibonacci hashing: neighbours go to different shards.
  return Math.floor(((Math.imul(key, 0x9e37_79b1) >>> 0) / 0x1_0000_0000) * shards);
}

/** By shard and day, rows in their order: the same batch always makes the same pieces. */
export function split(batch: ColumnBatch, shards: number): Piece[] {
  const times = batch.columns['ts'] as BigUint64Array;
  const keys = batch.columns[batch.table.sortedBy[0] ?? 'ts'] as Column;
  const found = new Map<string, { shard: number; partition: number; rows: number[] }>();
  for (let row = 0; row < batch.rows; row++) {
    const partition = Math.floor(Number(times[row]) / partitionMs);
    const shard = shardOf(Number(keys[row]), shards);
    const key = `${shard} ${partition}`;
    let piece = found.get(key);
    if (!piece) found.set(key, (piece = { shard, partition, rows: [] }));
    piece.rows.push(row);
  }
  if (found.size === 1) {
    const [{ shard, partition } = { shard: 0, partition: 0 }] = found.values();
    return [{ shard, partition, batch }];
  }
  return [...found.values()].map(({ shard, partition, rows }) => ({ shard, partition, batch: take(batch, rows) }));
}

function take({ table, columns }: ColumnBatch, rows: readonly number[]): ColumnBatch {
  const taken = Object.entries(table.columns).map(([name, type]) => {
    const from = columns[name] as Column;
    const to = makeColumn(type, rows.length);
    for (const [at, row] of rows.entries()) to[at] = from[row] as never;
    return [name, to] as const;
  });
  return { table, rows: rows.length, columns: Object.fromEntries(taken) };
}
