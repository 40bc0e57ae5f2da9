import { makeColumn, type Column } from '../batch.ts';
import type { ColumnType } from '../table.ts';

/** PLAIN: values one after the other, little-endian as every machine that Node runs on; small ones take four bytes. */
export function encodePlain(column: Column): Uint8Array {
  const wide = column instanceof Uint8Array || column instanceof Uint16Array ? Uint32Array.from(column) : column;
  return new Uint8Array(wide.buffer, wide.byteOffset, wide.byteLength);
}

/** The values of these rows, in this order. */
export function pick(column: Column, type: ColumnType, rows: ArrayLike<number>): Column {
  const picked = makeColumn(type, rows.length);
  for (let index = 0; index < rows.length; index++) picked[index] = column[rows[index] as number] as never;
  return picked;
}
