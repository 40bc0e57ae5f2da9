import type { Column } from '../batch.ts';
import { encodePlain } from './plain.ts';
import type { Range } from './range.ts';

/** Smallest and greatest value as PLAIN has them; readers skip row groups by these. */
export interface Statistics {
  min: Uint8Array;
  max: Uint8Array;
}

export function statisticsOf(column: Column, { leastRow, greatestRow }: Range): Statistics {
  if (column instanceof Float64Array) {
    const [min = 0, max = 0] = [column[leastRow], column[greatestRow]];
    // Zero has two signs: parquet.thrift asks for -0 as the least and +0 as the greatest.
    return {
      min: encodePlain(Float64Array.of(min === 0 ? -0 : min)),
      max: encodePlain(Float64Array.of(max === 0 ? 0 : max)),
    };
  }
  const one = (row: number) => Uint8Array.from(encodePlain(column.subarray(row, row + 1)));
  return { min: one(leastRow), max: one(greatestRow) };
}
