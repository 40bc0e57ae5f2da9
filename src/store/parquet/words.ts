import type { Column } from '../batch.ts';

/** A column of 8 bytes a value as pairs of 32 bits, low word first: a bigint for each value would cost most of the time. */
export function wordsOf(column: BigUint64Array | Float64Array): Uint32Array {
  return new Uint32Array(column.buffer, column.byteOffset, column.length * 2);
}

export function isWide(column: Column): column is BigUint64Array | Float64Array {
  return column.BYTES_PER_ELEMENT === 8;
}

/** Whole numbers as doubles; undefined where one is not exact: 2^53 and above, or not below `limit`. */
export function wholeNumbers(column: Exclude<Column, Float64Array>, limit: number): Float64Array | undefined {
  const values = new Float64Array(column.length);
  if (!(column instanceof BigUint64Array)) {
    for (let row = 0; row < column.length; row++) {
      const value = column[row] as number;
      if (value >= limit) return undefined;
      values[row] = value;
    }
    return values;
  }
  const words = wordsOf(column);
  for (let row = 0; row < column.length; row++) {
    const high = words[2 * row + 1] as number;
    if (high >= 0x20_0000) return undefined;
    values[row] = high * 0x1_0000_0000 + (words[2 * row] as number);
  }
  return values;
}
