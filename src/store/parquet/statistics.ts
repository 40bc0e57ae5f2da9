import type { Column } from '../batch.ts';
import { encodePlain } from './plain.ts';
import { isWide, wordsOf } from './words.ts';

/** Smallest and greatest value as PLAIN has them; readers skip row groups by these. */
export interface Statistics {
  min: Uint8Array;
  max: Uint8Array;
}

/** Undefined for nothing, and where an f64 is not a number: no order holds then. */
export function statisticsOf(column: Column): Statistics | undefined {
  if (column.length === 0) return undefined;
  if (column instanceof Float64Array) return ofDoubles(column);
  const [least, greatest] = isWide(column) ? extremeRows(column) : extremeRowsNarrow(column);
  const one = (row: number) => Uint8Array.from(encodePlain(column.subarray(row, row + 1)));
  return { min: one(least), max: one(greatest) };
}

function extremeRowsNarrow(column: Uint8Array | Uint16Array | Uint32Array): [least: number, greatest: number] {
  let least = 0;
  let greatest = 0;
  for (let row = 1; row < column.length; row++) {
    if ((column[row] as number) < (column[least] as number)) least = row;
    if ((column[row] as number) > (column[greatest] as number)) greatest = row;
  }
  return [least, greatest];
}

function extremeRows(column: BigUint64Array): [least: number, greatest: number] {
  const words = wordsOf(column);
  let least = 0;
  let greatest = 0;
  const below = (a: number, b: number) => {
    const highA = words[2 * a + 1] as number;
    const highB = words[2 * b + 1] as number;
    return highA === highB ? (words[2 * a] as number) < (words[2 * b] as number) : highA < highB;
  };
  for (let row = 1; row < column.length; row++) {
    if (below(row, least)) least = row;
    if (below(greatest, row)) greatest = row;
  }
  return [least, greatest];
}

function ofDoubles(column: Float64Array): Statistics | undefined {
  let min = Infinity;
  let max = -Infinity;
  for (const value of column) {
    if (Number.isNaN(value)) return undefined;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  // Zero has two signs: parquet.thrift asks for -0 as the least and +0 as the greatest.
  return {
    min: encodePlain(Float64Array.of(min === 0 ? -0 : min)),
    max: encodePlain(Float64Array.of(max === 0 ? 0 : max)),
  };
}
