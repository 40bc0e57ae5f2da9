import { makeColumn, type Column, type ColumnBatch } from '../batch.ts';

/** A number, or a bigint where a double could not hold it: comparing the two kinds is exact in the language itself. */
export type Value = number | bigint;

/** Columns as they are scanned fast: 64-bit ones as doubles, unless there are values that a double cannot hold. */
export interface Scannable {
  rows: number;
  columns: Readonly<Record<string, Column>>;
  /** Smallest and greatest `ts`. */
  from: number;
  to: number;
}

const greatestExact = BigInt(Number.MAX_SAFE_INTEGER);

export function scannable({ rows, columns }: ColumnBatch): Scannable {
  const converted = Object.entries(columns).map(([name, column]) => [name, narrowed(column)] as const);
  const [from, to] = ends(columns['ts'] ?? new BigUint64Array());
  return { rows, columns: Object.fromEntries(converted), from, to };
}

function narrowed(column: Column): Column {
  if (!(column instanceof BigUint64Array)) return column;
  const doubles = makeColumn('f64', column.length);
  for (let row = 0; row < column.length; row++) {
    const value = column[row] ?? 0n;
    if (value > greatestExact) return column;
    doubles[row] = Number(value);
  }
  return doubles;
}

function ends(times: Column): [from: number, to: number] {
  let [from, to] = [Infinity, -Infinity];
  for (const time of times) {
    const at = Number(time);
    if (at < from) from = at;
    if (at > to) to = at;
  }
  return [from, to];
}

/** One form for each value, so that equal ones are the same key. */
export const normal = (value: Value): Value =>
  typeof value === 'bigint' && value <= greatestExact && value >= -greatestExact ? Number(value) : value;

/** Of whole numbers, exact. */
export function addWhole(a: Value, b: Value): Value {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return BigInt(a) + BigInt(b);
}
