import type { ColumnType, Table } from './table.ts';

/** The array that holds a column: 64-bit whole numbers as bigint, as they are on disk. */
export interface ColumnArrays {
  u8: Uint8Array;
  u16: Uint16Array;
  u32: Uint32Array;
  u64: BigUint64Array;
  f64: Float64Array;
}

export type Column = ColumnArrays[ColumnType];

/** Rows as a structure of arrays, in any order of time; every array is `rows` long. */
export interface ColumnBatch {
  table: Table;
  rows: number;
  columns: Readonly<Record<string, Column>>;
}

const makers: { [Type in ColumnType]: (rows: number) => ColumnArrays[Type] } = {
  u8: (rows) => new Uint8Array(rows),
  u16: (rows) => new Uint16Array(rows),
  u32: (rows) => new Uint32Array(rows),
  u64: (rows) => new BigUint64Array(rows),
  f64: (rows) => new Float64Array(rows),
};

export function makeColumn<Type extends ColumnType>(type: Type, rows: number): ColumnArrays[Type] {
  return makers[type](rows);
}

/** A batch with all zeroes, to be filled. */
export function makeBatch(table: Table, rows: number): ColumnBatch {
  const columns = Object.entries(table.columns).map(([name, type]) => [name, makeColumn(type, rows)] as const);
  return { table, rows, columns: Object.fromEntries(columns) };
}
