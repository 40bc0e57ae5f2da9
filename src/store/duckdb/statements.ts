import type { ColumnType, Table } from '../table.ts';
import type { PlannedOutput } from '../segments/segment-store.ts';
import { quote } from '../query/sql.ts';

/** Pieces of DuckDB's language around what dialects write. */

export const duckdbTypes: Readonly<Record<ColumnType, string>> = {
  u8: 'UTINYINT',
  u16: 'USMALLINT',
  u32: 'UINTEGER',
  u64: 'UBIGINT',
  f64: 'DOUBLE',
};

export const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/**
 * Files as a table. They are named as the process finds them from its own folder, since a path may hold characters that
 * would be a pattern.
 */
export const readFiles = (names: readonly string[]): string => `read_parquet([${names.map(text).join(', ')}])`;

/** Writes the rows of a statement with the columns of a table, in its order of sorting. */
export function copyTo(rows: string, table: Table, { metadata }: PlannedOutput, name: string): string {
  const columns = Object.entries(table.columns)
    .map(([column, type]) => `CAST(${quote(column)} AS ${duckdbTypes[type]}) AS ${quote(column)}`)
    .join(', ');
  const order = table.sortedBy.map(quote).join(', ');
  const pairs = Object.entries(metadata).map(([key, value]) => `${text(key)}: ${text(value)}`);
  const options = [
    'FORMAT parquet',
    'PARQUET_VERSION V2',
    'COMPRESSION zstd',
    'COMPRESSION_LEVEL 3',
    'ROW_GROUP_SIZE 122880',
    ...(pairs.length > 0 ? [`KV_METADATA {${pairs.join(', ')}}`] : []),
  ];
  return `COPY (SELECT ${columns} FROM (${rows}) AS _rows ORDER BY ${order}) TO ${text(name)} (${options.join(', ')})`;
}
