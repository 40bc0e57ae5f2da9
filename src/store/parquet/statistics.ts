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
  let min = column[0] as number;
  let max = min;
  for (let row = 1; row < column.length; row++) {
    const value = column[row] as number;
    if (value < min) {
      min = value;
      least = row;
    } else if (value > max) {
      max = value;
      greatest = row;
    }
  }
  return [least, greatest];
}

function extremeRows(column: BigUint64Array): [least: number, greatest: number] {
  const words = wordsOf(column);
  let least = 0;
  let greatest = 0;
  let minLow = words[0] as number;
  let minHigh = words[1] as number;
  let maxLow = minLow;
  let maxHigh = minHigh;
  for (let row = 1; row < column.length; row++) {
    const low = words[2 * row] as number;
    const high = words[2 * row + 1] as number;
    if (high < minHigh || (high === minHigh && low < minLow)) {
      minLow = low;
      minHigh = high;
      least = row;
    } else if (high > maxHigh || (high === maxHigh && low > maxLow)) {
      maxLow = low;
      maxHigh = high;
      greatest = row;
    }
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
