import type { Column } from '../batch.ts';
import { isWide, wordsOf } from './words.ts';

/** A row with the smallest value and one with the greatest. */
export interface Range {
  leastRow: number;
  greatestRow: number;
}

/** Undefined for no rows, and where an f64 is not a number: no order holds then. */
export function rangeOf(column: Column): Range | undefined {
  if (column.length === 0) return undefined;
  if (column instanceof Float64Array) return ofDoubles(column);
  return isWide(column) ? ofWide(column) : ofNarrow(column);
}

function ofNarrow(column: Uint8Array | Uint16Array | Uint32Array): Range {
  let leastRow = 0;
  let greatestRow = 0;
  let least = column[0] as number;
  let greatest = least;
  for (let row = 1; row < column.length; row++) {
    const value = column[row] as number;
    if (value < least) {
      least = value;
      leastRow = row;
    } else if (value > greatest) {
      greatest = value;
      greatestRow = row;
    }
  }
  return { leastRow, greatestRow };
}

function ofWide(column: BigUint64Array): Range {
  const words = wordsOf(column);
  let leastRow = 0;
  let greatestRow = 0;
  let leastLow = words[0] as number;
  let leastHigh = words[1] as number;
  let greatestLow = leastLow;
  let greatestHigh = leastHigh;
  for (let row = 1; row < column.length; row++) {
    const low = words[2 * row] as number;
    const high = words[2 * row + 1] as number;
    if (high < leastHigh || (high === leastHigh && low < leastLow)) {
      leastLow = low;
      leastHigh = high;
      leastRow = row;
    } else if (high > greatestHigh || (high === greatestHigh && low > greatestLow)) {
      greatestLow = low;
      greatestHigh = high;
      greatestRow = row;
    }
  }
  return { leastRow, greatestRow };
}

function ofDoubles(column: Float64Array): Range | undefined {
  let leastRow = 0;
  let greatestRow = 0;
  let least = column[0] as number;
  let greatest = least;
  for (let row = 0; row < column.length; row++) {
    const value = column[row] as number;
    if (Number.isNaN(value)) return undefined;
    if (value < least) {
      least = value;
      leastRow = row;
    } else if (value > greatest) {
      greatest = value;
      greatestRow = row;
    }
  }
  return { leastRow, greatestRow };
}
