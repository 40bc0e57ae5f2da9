import type { Column, ColumnBatch } from '../batch.ts';
import type { ColumnType } from '../table.ts';
import { clickhouseType } from './ddl.ts';

/**
 * ClickHouse's Native format, as the HTTP interface takes it: one block of columns, each the array as it lies in memory
 * (ClickHouse documentation, "Native format"). Nothing is converted, so a row costs a copy.
 */
export function encodeNative({ table, rows, columns }: ColumnBatch): Uint8Array {
  const names = Object.keys(table.columns);
  const parts: Uint8Array[] = [varint(names.length), varint(rows)];
  for (const name of names) {
    const column = columns[name];
    const type = table.columns[name];
    if (column === undefined || type === undefined || column.length !== rows)
      throw new RangeError(`column ${name} of ${table.name} has ${column?.length} rows, expected ${rows}`);
    parts.push(...encodeNativeColumn(name, type, column));
  }
  return Buffer.concat(parts);
}

/** Name, type and values of one column. */
export function encodeNativeColumn(name: string, type: ColumnType, column: Column): Uint8Array[] {
  const values = new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
  return [text(name), text(clickhouseType(type)), values];
}

/** Seven bits a byte, the lowest first. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

function text(value: string): Uint8Array {
  const bytes = Buffer.from(value, 'utf8');
  return Buffer.concat([varint(bytes.length), bytes]);
}
