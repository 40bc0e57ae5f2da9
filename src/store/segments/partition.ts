import { setImmediate as nextTurn } from 'node:timers/promises';
import { assert, QwError, type EpochMs } from '../../model/index.ts';
import { makeColumn, type Column, type ColumnBatch } from '../batch.ts';
import { pick } from '../parquet/plain.ts';
import { wordsOf } from '../parquet/words.ts';
import type { Table } from '../table.ts';
import { hourMs } from './segment-name.ts';
import { lastTime } from './segment-store.ts';

/** Rows of more hours than this are not gathered together: each hour becomes a file. */
export const maxHours = 1000;

/** Refuses what cannot be a batch, with BAD_INPUT for its times; returns the hours that it has rows of. */
export function checkBatch({ table, rows, columns }: ColumnBatch): Set<number> {
  for (const [name, type] of Object.entries(table.columns)) {
    const column = columns[name];
    assert(column?.length === rows, `a batch of ${table.name} has ${rows} values in ${name}`);
    assert(column.constructor === makeColumn(type, 0).constructor, `${table.name}.${name} is an array of ${type}`);
  }
  const { from, to } = timeRange(columns['ts'] as BigUint64Array);
  if (to >= lastTime) refuse(`a time of ${to} ms since 1970`, table);
  if (rows === 0) return new Set();
  if (hourOf(from) === hourOf(to)) return new Set([hourOf(from)]);
  const hours = new Set(rowsByHour(columns['ts'] as BigUint64Array).keys());
  if (hours.size > maxHours) refuse(`rows of ${hours.size} different hours`, table);
  return hours;
}

const hourOf = (ts: EpochMs): number => Math.floor(ts / hourMs);

function refuse(what: string, table: Table): never {
  throw new QwError('BAD_INPUT', `${what} cannot be kept`, {
    where: table.name,
    hint: `give times before 2100, in milliseconds, of at most ${maxHours} different hours at once`,
  });
}

/** Smallest and greatest time, exact below 2^53. */
export function timeRange(times: BigUint64Array): { from: EpochMs; to: EpochMs } {
  const words = wordsOf(times);
  let from = Infinity;
  let to = -Infinity;
  for (let word = 0; word < words.length; word += 2) {
    const ts = (words[word + 1] as number) * 0x1_0000_0000 + (words[word] as number);
    if (ts < from) from = ts;
    if (ts > to) to = ts;
  }
  return { from, to };
}

/** The rows of these batches, in pieces of one hour each, by hour in order of time. Takes turns with the event loop. */
export async function partition(batches: readonly ColumnBatch[]): Promise<ColumnBatch[][]> {
  const byHour = new Map<number, ColumnBatch[]>();
  for (const batch of batches) {
    for (const [hour, part] of splitByHour(batch)) {
      const parts = byHour.get(hour);
      if (parts) parts.push(part);
      else byHour.set(hour, [part]);
    }
    await nextTurn();
  }
  return [...byHour].sort(([a], [b]) => a - b).map(([, parts]) => parts);
}

function splitByHour(batch: ColumnBatch): Map<number, ColumnBatch> {
  const times = batch.columns['ts'] as BigUint64Array;
  const { from, to } = timeRange(times);
  if (hourOf(from) === hourOf(to)) return new Map([[hourOf(from), batch]]);
  const parts = new Map<number, ColumnBatch>();
  for (const [hour, rows] of rowsByHour(times)) {
    const columns = Object.entries(batch.table.columns).map(
      ([name, type]) => [name, pick(batch.columns[name] as Column, type, rows)] as const,
    );
    parts.set(hour, { table: batch.table, rows: rows.length, columns: Object.fromEntries(columns) });
  }
  return parts;
}

function rowsByHour(times: BigUint64Array): Map<number, number[]> {
  const words = wordsOf(times);
  const found = new Map<number, number[]>();
  for (let row = 0; row < times.length; row++) {
    const hour = hourOf((words[2 * row + 1] as number) * 0x1_0000_0000 + (words[2 * row] as number));
    const rows = found.get(hour);
    if (rows) rows.push(row);
    else found.set(hour, [row]);
  }
  return found;
}
