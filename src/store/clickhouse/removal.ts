import type { EpochMs } from '../../model/index.ts';
import { sleep, type Clock } from '../../platform/index.ts';
import type { Table } from '../table.ts';
import { parsePartition, partitionCondition, partitionMs, partitionText, type Partition } from './partitions.ts';
import type { Asking, Server } from './server.ts';
import type { Shard } from './shard.ts';

/** Rows that are gone from one shard. */
export interface Removed {
  /** The name of the table, or of the part of it that the rows were in. */
  table: string;
  /** Smallest and greatest `ts`, both inclusive. */
  from: EpochMs;
  to: EpochMs;
  rows: number;
  shard: string;
  /** Of `copies`, those that were seen to have none of the rows any more; the others follow when they can. */
  confirmed: number;
  copies: number;
}

const asking: Asking = { timeoutMs: 30_000 };
/** Servers rewrite what holds other rows too, which takes them a while. */
const confirmMs = 120_000;
const lookAgainMs = 200;

/** Drops partitions whole: that leaves nothing to rewrite. */
export async function dropPartitions(
  shard: Shard,
  table: Table,
  isOver: (partition: Partition) => boolean,
  clock: Clock,
): Promise<Removed[]> {
  const removed: Removed[] = [];
  for (const partition of await partitionsOf(shard, table)) {
    if (!isOver(partition)) continue;
    const statement = `DROP PARTITION ${partitionText(table, partition)}`;
    removed.push(...(await remove(shard, table, { partition, statement, condition: '1 = 1' }, clock)));
  }
  return removed;
}

/** Deletes the rows of one part that are older: whole partitions at once, of the last one what has to go. */
export async function deleteBefore(
  shard: Shard,
  table: Table,
  { part, before }: { part: number; before: EpochMs },
  clock: Clock,
): Promise<Removed[]> {
  const isOf = (partition: Partition) => partition.part === part;
  const isOver = (partition: Partition) => isOf(partition) && (partition.day + 1) * partitionMs <= before;
  const removed = await dropPartitions(shard, table, isOver, clock);
  const last = (await partitionsOf(shard, table)).filter((one) => isOf(one) && one.day * partitionMs < before);
  for (const partition of last) {
    const condition = `ts < ${before}`;
    const statement = `DELETE WHERE ${partitionCondition(table, partition)} AND ${condition}`;
    removed.push(...(await remove(shard, table, { partition, statement, condition }, clock)));
  }
  return removed;
}

/** That any copy has, with the most rows that one has: the others may not have all of them yet. */
export async function partitionsOf(shard: Shard, table: Table): Promise<(Partition & { rows: number })[]> {
  const from = `FROM system.parts WHERE database = '${shard.database}' AND table = '${table.name}' AND active`;
  const found = await onCopies(shard, `SELECT partition, sum(rows) ${from} GROUP BY partition`);
  const partitions = new Map<string, Partition & { rows: number }>();
  for (const [text, rows] of found.flat()) {
    const partition = parsePartition(table, String(text));
    const known = partitions.get(String(text))?.rows ?? 0;
    if (partition) partitions.set(String(text), { ...partition, rows: Math.max(known, Number(rows)) });
  }
  return [...partitions.values()].toSorted((a, b) => a.day - b.day || a.part - b.part);
}

/** The answers of the copies that give one; rejects when none does. */
async function onCopies(shard: Shard, sql: string): Promise<Awaited<ReturnType<Server['select']>>[]> {
  const answers = await Promise.allSettled(shard.servers.map((server) => server.select(sql, asking)));
  const given = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  // Tells why, makes the tables where there are none, and what it lacks is not there.
  return given.length > 0 ? given : [await shard.select(sql, asking)];
}

interface Removal {
  partition: Partition;
  statement: string;
  /** Of the rows of the partition, those that go. */
  condition: string;
}

async function remove(
  shard: Shard,
  table: Table,
  { partition, statement, condition }: Removal,
  clock: Clock,
): Promise<Removed[]> {
  const name = `${shard.database}.${table.name}`;
  const from = `FROM ${name} WHERE ${partitionCondition(table, partition)} AND ${condition}`;
  const counted = (await onCopies(shard, `SELECT count(), min(ts), max(ts) ${from}`)).map(([row = []]) =>
    row.map(Number),
  );
  const [rows = 0, first = 0, last = 0] = counted.reduce((most, one) => ((one[0] ?? 0) > (most[0] ?? 0) ? one : most));
  if (rows === 0) return [];
  await shard.execute(`ALTER TABLE ${name} ${statement}`, asking);
  const untilMs = clock.monotonic() + confirmMs;
  const gone = await Promise.all(
    shard.servers.map(async (server) => {
      for (;;) {
        const left = await server.select(`SELECT count() ${from}`, asking).catch(() => undefined);
        if (!left || Number(left[0]?.[0]) === 0) return left !== undefined;
        if (clock.monotonic() >= untilMs) return false;
        await sleep(clock, lookAgainMs);
      }
    }),
  );
  const confirmed = gone.filter(Boolean).length;
  const what = { table: table.parts?.tables[partition.part] ?? table.name, shard: shard.name };
  return [{ ...what, from: first, to: last, rows, confirmed, copies: gone.length }];
}
