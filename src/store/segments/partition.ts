import { setImmediate as nextTurn } from 'node:timers/promises';
import { assert, QwError, type EpochMs } from '../../model/index.ts';
import { makeBatch, makeColumn, type Column, type ColumnBatch } from '../batch.ts';
import { pick } from '../parquet/plain.ts';
import { wholeNumbers } from '../parquet/words.ts';
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
  const times = wholeNumbers(columns['ts'] as BigUint64Array, lastTime);
  const hours = new Set<number>();
  let before = -1;
  for (const ts of times ?? []) {
    if (ts >= lastTime) return refuse(`a time of ${ts} ms since 1970`, table);
    const hour = Math.floor(ts / hourMs);
    if (hour !== before) hours.add(hour);
    before = hour;
  }
  if (!times) refuse('a time beyond 2^53', table);
  if (hours.size > maxHours) refuse(`rows of ${hours.size} different hours`, table);
  return hours;
}

function refuse(what: string, table: Table): never {
  throw new QwError('BAD_INPUT', `${what} cannot be kept`, {
    where: table.name,
    hint: `give times before 2100, in milliseconds, of at most ${maxHours} different hours at once`,
  });
}

/** Smallest and greatest `ts`. */
export function timeRange({ columns }: ColumnBatch): { from: EpochMs; to: EpochMs } {
  let from = Infinity;
  let to = -Infinity;
  for (const ts of wholeNumbers(columns['ts'] as BigUint64Array, lastTime) ?? []) {
    if (ts < from) from = ts;
    if (ts > to) to = ts;
  }
  return { from, to };
}

/** The rows of these batches of one table, one batch an hour, in order of time. Takes turns with the event loop. */
export async function partition(table: Table, batches: readonly ColumnBatch[]): Promise<ColumnBatch[]> {
  const byHour = new Map<number, ColumnBatch[]>();
  for (const batch of batches) {
    for (const [hour, part] of splitByHour(batch)) {
      const parts = byHour.get(hour);
      if (parts) parts.push(part);
      else byHour.set(hour, [part]);
    }
    await nextTurn();
  }
  const joined: ColumnBatch[] = [];
  for (const [, parts] of [...byHour].sort(([a], [b]) => a - b)) {
    joined.push(join(table, parts));
    await nextTurn();
  }
  return joined;
}

function splitByHour(batch: ColumnBatch): Map<number, ColumnBatch> {
  const rowsByHour = new Map<number, number[]>();
  const times = wholeNumbers(batch.columns['ts'] as BigUint64Array, lastTime) ?? [];
  times.forEach((ts, row) => {
    const hour = Math.floor(ts / hourMs);
    const rows = rowsByHour.get(hour);
    if (rows) rows.push(row);
    else rowsByHour.set(hour, [row]);
  });
  const parts = new Map<number, ColumnBatch>();
  for (const [hour, rows] of rowsByHour) {
    if (rows.length === batch.rows) return new Map([[hour, batch]]);
    const columns = Object.entries(batch.table.columns).map(
      ([name, type]) => [name, pick(batch.columns[name] as Column, type, rows)] as const,
    );
    parts.set(hour, { table: batch.table, rows: rows.length, columns: Object.fromEntries(columns) });
  }
  return parts;
}

function join(table: Table, parts: readonly ColumnBatch[]): ColumnBatch {
  const [only] = parts;
  if (parts.length === 1 && only) return only;
  const batch = makeBatch(
    table,
    parts.reduce((sum, { rows }) => sum + rows, 0),
  );
  let at = 0;
  for (const part of parts) {
    for (const name of Object.keys(table.columns)) batch.columns[name]?.set(part.columns[name] as never, at);
    at += part.rows;
  }
  return batch;
}
