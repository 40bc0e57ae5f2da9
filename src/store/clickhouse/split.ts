import type { Column, ColumnBatch } from '../batch.ts';
import { pick } from '../parquet/plain.ts';
import { isWide, wordsOf } from '../parquet/words.ts';
import { partitionMs, type Partition } from './partitions.ts';

/** Rows of a batch that go into one partition on one shard. */
export interface Piece {
  shard: number;
  partition: Partition;
  batch: ColumnBatch;
}

/** By what a table is sorted by first: a series lives on one shard, so that what is asked for together lies together. */
export function shardOf(key: number, shards: number): number {
  // Fibonacci hashing: neighbours go to different shards.
  return Math.floor(((Math.imul(key, 0x9e37_79b1) >>> 0) / 0x1_0000_0000) * shards);
}

/** Values of a column that tells parts apart: one byte. */
const partValues = 256;

/** By shard and partition, rows in their order: the same batch always makes the same pieces. */
export function split(batch: ColumnBatch, shards: number): Piece[] {
  const times = wordsOf(batch.columns['ts'] as BigUint64Array);
  const keys = batch.columns[batch.table.sortedBy[0] ?? 'ts'] as Column;
  const words = isWide(keys) ? wordsOf(keys) : keys;
  const step = isWide(keys) ? 2 : 1;
  const parts = partOf(batch);
  const pieces = new Map<number, number>();
  /** Only where there are several: the rows before the second one are all of the first, whose number is 0. */
  let pieceOf: Uint32Array | undefined;
  const counts: number[] = [];
  let lastNumber = -1;
  let last = 0;
  for (let row = 0; row < batch.rows; row++) {
    const ts = (times[2 * row + 1] as number) * 0x1_0000_0000 + (times[2 * row] as number);
    const partition = Math.floor(ts / partitionMs) * partValues + (parts ? (parts[row] as number) : 0);
    const number = partition * shards + (shards > 1 ? shardOf(words[row * step] as number, shards) : 0);
    if (number !== lastNumber) {
      let known = pieces.get(number);
      if (known === undefined) pieces.set(number, (known = counts.push(0) - 1));
      last = known;
      lastNumber = number;
      if (counts.length > 1) pieceOf ??= new Uint32Array(batch.rows);
    }
    if (pieceOf) pieceOf[row] = last;
    counts[last] = (counts[last] as number) + 1;
  }
  const place = (number: number) => {
    const partition = Math.floor(number / shards);
    return {
      shard: number % shards,
      partition: { day: Math.floor(partition / partValues), part: partition % partValues },
    };
  };
  if (!pieceOf) return [...pieces.keys()].map((number) => ({ ...place(number), batch }));
  const rows = counts.map((count) => new Uint32Array(count));
  const filled = counts.map(() => 0);
  for (let row = 0; row < batch.rows; row++) {
    const piece = pieceOf[row] as number;
    const at = filled[piece] as number;
    (rows[piece] as Uint32Array)[at] = row;
    filled[piece] = at + 1;
  }
  return [...pieces].map(([number, piece]) => ({ ...place(number), batch: take(batch, rows[piece] as Uint32Array) }));
}

function partOf({ table, columns }: ColumnBatch): Uint8Array | undefined {
  const values = table.parts && columns[table.parts.column];
  return values instanceof Uint8Array ? values : undefined;
}

function take({ table, columns }: ColumnBatch, rows: Uint32Array): ColumnBatch {
  const taken = Object.entries(table.columns).map(
    ([name, type]) => [name, pick(columns[name] as Column, type, rows)] as const,
  );
  return { table, rows: rows.length, columns: Object.fromEntries(taken) };
}
