import { blockColumn } from './ddl.ts';
import { encodeNativeColumn } from './native.ts';
import { partitionMs } from './partitions.ts';
import type { Asking, Server } from './server.ts';
import type { Waiting } from './spool.ts';

/**
 * A block whose answer was lost is sent again, and must not be stored twice. Replicated tables know the blocks that they
 * have; since version 22 every table does, by a token. A plain table of an older server is asked for the number of the block,
 * which each of its rows carries there.
 */

/** The same block in Native format with the number of it in each row. */
export function withBlockColumn(bytes: Uint8Array, { number, rows }: Pick<Waiting, 'number' | 'rows'>): Uint8Array {
  const head = Buffer.concat(encodeNativeColumn(blockColumn, 'u64', new BigUint64Array(0)));
  const whole = Buffer.allocUnsafe(bytes.length + head.length + 8 * rows);
  whole.set(bytes);
  // The number of columns stands first, in a byte as long as there are fewer than 128.
  whole[0] = (bytes[0] ?? 0) + 1;
  whole.set(head, bytes.length);
  const value = Buffer.alloc(8);
  value.writeBigUInt64LE(BigInt(number));
  return whole.fill(value, bytes.length + head.length);
}

/** By this a server tells what is being stored now. */
export const queryIdOf = (database: string, { table, number }: Waiting): string => `${database}.${table}.${number}`;

/**
 * Whether a block that was sent before is stored. Rejects while the server is at it: only when it has stopped is the number of
 * rows the last word.
 */
export async function isStored(
  server: Server,
  database: string,
  block: Waiting,
  { bytes, asking }: { bytes: Buffer; asking: Asking },
): Promise<boolean> {
  const id = queryIdOf(database, block);
  const [running] = await server.select(`SELECT count() FROM system.processes WHERE query_id = '${id}'`, asking);
  if (Number(running?.[0]) > 0) throw new Error(`${server.url} is still storing a block that was sent before`);
  const from = Math.floor(firstTime(bytes) / partitionMs) * partitionMs;
  const where = `ts >= ${from} AND ts < ${from + partitionMs} AND ${blockColumn} = ${block.number}`;
  const [found] = await server.select(`SELECT count() FROM ${database}.${block.table} WHERE ${where}`, asking);
  return Number(found?.[0]) >= block.rows;
}

/** `ts` is the first column of every table, and a block lies in one partition. */
function firstTime(bytes: Buffer): number {
  let at = 1;
  while ((bytes[at] ?? 0) >= 128) at++;
  at++;
  for (let text = 0; text < 2; text++) at += 1 + (bytes[at] ?? 0);
  return Number(bytes.readBigUInt64LE(at));
}
