import type { ColumnType, Table } from '../table.ts';
import { partitionKey } from './partitions.ts';

/**
 * Tables as ClickHouse has them. Names, types and queries are the same for every version; only what is physical differs:
 * codecs since 19.17, while 18.16 (Debian's) has none.
 */

const types: Readonly<Record<ColumnType, string>> = {
  u8: 'UInt8',
  u16: 'UInt16',
  u32: 'UInt32',
  u64: 'UInt64',
  f64: 'Float64',
};

export const clickhouseType = (type: ColumnType): string => types[type];

/** How a server is told that a block is there already; see `repetition.ts`. */
export type Repetition = 'token' | 'hash' | 'column';

/** Of plain tables on old servers: the number of the block that a row came in. */
export const blockColumn = 'block';

export function repetitionOf(version: string, isReplicated: boolean): Repetition {
  if (Number(version.split('.')[0]) >= 22) return 'token';
  return isReplicated ? 'hash' : 'column';
}

export interface DdlOptions {
  database: string;
  /** Copies that ZooKeeper or Keeper keeps equal: the name of the shard in paths. Without it a plain table. */
  replicatedAs?: string;
  /** `18.16.1` */
  version: string;
}

export function createTable(table: Table, { database, replicatedAs, version }: DdlOptions): string {
  const repetition = repetitionOf(version, replicatedAs !== undefined);
  const hasCodecs = Number(version.split('.')[0]) >= 20;
  const columns = Object.entries(table.columns).map(
    ([name, type]) => `${name} ${types[type]}${hasCodecs ? codec(name, type) : ''}`,
  );
  if (repetition === 'column') columns.push(`${blockColumn} ${types.u64}`);
  const engine =
    replicatedAs === undefined
      ? 'MergeTree()'
      : `ReplicatedMergeTree('/clickhouse/tables/${database}/${replicatedAs}/${table.name}', '{replica}')`;
  return [
    `CREATE TABLE IF NOT EXISTS ${database}.${table.name} (${columns.join(', ')})`,
    `ENGINE = ${engine}`,
    `PARTITION BY ${partitionKey(table)}`,
    `ORDER BY (${table.sortedBy.join(', ')})`,
    // Replicated tables remember blocks as they come.
    ...(repetition === 'token' && replicatedAs === undefined
      ? [`SETTINGS non_replicated_deduplication_window = ${rememberedBlocks}`]
      : []),
  ].join(' ');
}

/** Blocks of a table that a server compares with those that come: more than an hour of them. */
const rememberedBlocks = 1000;

/** Times come in steps; the rest is small numbers in wide types. */
function codec(name: string, type: ColumnType): string {
  if (name === 'ts') return ' CODEC(DoubleDelta, ZSTD(1))';
  return type === 'f64' ? ' CODEC(Gorilla, ZSTD(1))' : ' CODEC(T64, ZSTD(1))';
}
