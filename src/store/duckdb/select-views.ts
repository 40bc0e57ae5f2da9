import type { Labels } from '../segments/series-table.ts';
import type { Segment } from '../segments/segment-store.ts';
import { quote } from '../query/sql.ts';
import type { Table } from '../table.ts';
import { duckdbTypes, readFiles, text } from './statements.ts';

/** What a person's statement finds by name: tables, names for numbers, and addresses as people read them. */

/** The newest ones; a statement has to be read before it runs. */
const maxNames = 20_000;

export function viewOf(table: Table, segments: readonly Segment[]): string {
  const columns = Object.entries(table.columns)
    .map(
      ([name, type]) => `CAST(${segments.length > 0 ? quote(name) : 'NULL'} AS ${duckdbTypes[type]}) AS ${quote(name)}`,
    )
    .join(', ');
  const from = segments.length > 0 ? ` FROM ${readFiles(segments.map(({ name }) => name))}` : ' WHERE false';
  return `CREATE OR REPLACE TEMP VIEW ${quote(table.name)} AS SELECT ${columns}${from}`;
}

/** `names`: number, kind and text, which of an exporter is its address. */
export function namesView(entries: Iterable<readonly [number: number, labels: Labels]>): string {
  const rows = [...entries].slice(-maxNames).map(([number, { kind = '', text: name, address = '' }]) => {
    return `(${number}, ${text(kind)}, ${text(name ?? address)})`;
  });
  const values = rows.length > 0 ? rows.join(', ') : `(0, '', '')`;
  const none = rows.length > 0 ? '' : ' WHERE false';
  return `CREATE OR REPLACE TEMP VIEW names AS SELECT * FROM (VALUES ${values}) AS _names(number, kind, text)${none}`;
}

const byte = (shift: number): string => `((low >> ${shift}) & 255)`;
const group = (half: string, shift: number): string => `printf('%x', CAST((${half} >> ${shift}) & 65535 AS BIGINT))`;
const groups = ['high', 'low'].flatMap((half) => [48, 32, 16, 0].map((shift) => group(half, shift)));

/** `address(high, low)` as text; IPv6 with all of its groups. */
export const addressMacro = [
  `CREATE OR REPLACE TEMP MACRO address(high, low) AS`,
  `CASE WHEN high = 0 AND (low >> 32) = 65535 THEN concat_ws('.', ${[24, 16, 8, 0].map(byte).join(', ')})`,
  `ELSE concat_ws(':', ${groups.join(', ')}) END`,
].join(' ');
