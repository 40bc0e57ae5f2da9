import type { ColumnBatch } from '../batch.ts';
import { encodeNative } from './native.ts';
import { split, type Piece } from './split.ts';
import type { Block } from './spool.ts';

/** What batches of one table are sent as: one block for each shard and partition, rows in the order in which they came. */
export function blocksOf(batches: readonly ColumnBatch[], shards: number): Block[] {
  // Batches are cut one by one, since most lie in one partition whole: their arrays are then copied but once.
  const pieces = batches.flatMap((batch) => split(batch, shards));
  const keyOf = ({ shard, partition }: Piece) => `${shard} ${partition.day} ${partition.part}`;
  return [...Map.groupBy(pieces, keyOf).values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const rows = group.reduce((sum, { batch }) => sum + batch.rows, 0);
    const bytes = encodeNative(group.map(({ batch }) => batch));
    return [{ shard: first.shard, table: first.batch.table.name, rows, bytes }];
  });
}
