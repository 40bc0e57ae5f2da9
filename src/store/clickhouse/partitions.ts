import type { Milliseconds } from '../../model/index.ts';
import type { Table } from '../table.ts';

/**
 * How a table is cut, on the servers and in what is sent to them: by the day, and by what tells apart rows that stay for
 * different times. So what has become too old is whole partitions, which go at once and leave nothing to rewrite, and one
 * request inserts into one partition: an insert is atomic for a partition, not for several.
 */

export const partitionMs: Milliseconds = 86_400_000;

/** One partition of a table. */
export interface Partition {
  /** Since 1970. */
  day: number;
  /** The value of the column of `parts`, which is its place in there; 0 in tables without. */
  part: number;
}

/** What follows PARTITION BY. */
export function partitionKey({ parts }: Table): string {
  const day = `intDiv(ts, ${partitionMs})`;
  return parts ? `(${parts.column}, ${day})` : day;
}

/** As `system.parts` and ALTER TABLE name it. */
export function partitionText({ parts }: Table, { day, part }: Partition): string {
  return parts ? `(${part},${day})` : String(day);
}

export function parsePartition({ parts }: Table, text: string): Partition | undefined {
  const found = (parts ? /^\((\d+), ?(\d+)\)$/ : /^()(\d+)$/).exec(text);
  return found ? { part: Number(found[1]), day: Number(found[2]) } : undefined;
}

/** Of its rows, in a condition. */
export function partitionCondition({ parts }: Table, { day, part }: Partition): string {
  const from = day * partitionMs;
  const range = `ts >= ${from} AND ts < ${from + partitionMs}`;
  return parts ? `${parts.column} = ${part} AND ${range}` : range;
}
