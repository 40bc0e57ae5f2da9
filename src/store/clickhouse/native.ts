import type { Column, ColumnBatch } from '../batch.ts';
import type { ColumnType } from '../table.ts';
import { clickhouseType } from './ddl.ts';

/**
 * ClickHouse's Native format, as the HTTP interface takes it: one block of columns, each the arrays of all batches as they
 * lie in memory (ClickHouse documentation, "Native format"). Nothing is converted, so a row costs a copy.
 */
export function encodeNative(batches: readonly ColumnBatch[]): Buffer {
  const [first] = batches;
  if (!first) throw new RangeError('expected rows');
  const { name: table, columns: types } = first.table;
  const names = Object.entries(types);
  const parts: Uint8Array[] = [varint(names.length), varint(batches.reduce((sum, { rows }) => sum + rows, 0))];
  for (const [name, type] of names) {
    parts.push(text(name), text(clickhouseType(type)));
    for (const { rows, columns } of batches) {
      const column = columns[name];
      if (column?.length !== rows)
        throw new RangeError(`column ${name} of ${table} has ${column?.length} rows, expected ${rows}`);
      parts.push(bytesOf(column));
    }
  }
  return Buffer.concat(parts);
}

/** Name, type and values of one column. */
export function encodeNativeColumn(name: string, type: ColumnType, column: Column): Uint8Array[] {
  return [text(name), text(clickhouseType(type)), bytesOf(column)];
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Column): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

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
