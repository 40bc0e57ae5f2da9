import type { Column } from '../batch.ts';

/** A column of 8 bytes a value as pairs of 32 bits, low word first: a bigint for each value would cost most of the time. */
export function wordsOf(column: BigUint64Array | Float64Array): Uint32Array {
  return new Uint32Array(column.buffer, column.byteOffset, column.length * 2);
}

export function isWide(column: Column): column is BigUint64Array | Float64Array {
  return column.BYTES_PER_ELEMENT === 8;
}

/** A value as a double: not exact from 2^53 on. */
export function numberAt(column: Exclude<Column, Float64Array>, row: number): number {
  return Number(column[row] ?? 0);
}
