import type { ApiMetricsAnswer } from '../../../src/model/index.ts';
import type { ChartLine } from './lines.ts';
import { endOf, totalsOf, type BucketTable } from './buckets.ts';

/** Charts as files: figures as CSV (RFC 4180), pictures as PNG. */

/** A text that a spreadsheet would run as a formula gets an apostrophe in front: names may come from outside. */
function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Rows of cells as RFC 4180 has them. */
export const csv = (rows: readonly (readonly (string | number | null)[])[]) =>
  `${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;

/** A row for each step, a column for each line, values in the metric's own unit; a gap is an empty cell. */
export function linesCsv(at: ApiMetricsAnswer['at'], lines: readonly ChartLine[]): string {
  return csv([
    ['time', ...lines.map(({ name, unit }) => `${name} (${unit})`)],
    ...at.map((ms, step) => [new Date(ms).toISOString(), ...lines.map(({ values }) => values[step] ?? null)]),
  ]);
}

/** A row for each step, a column for each bucket, named by where it begins. */
export function bucketsCsv(at: ApiMetricsAnswer['at'], table: BucketTable): string {
  return csv([
    ['time', ...table.bounds.map(String)],
    ...at.map((ms, step) => [new Date(ms).toISOString(), ...(table.counts[step] ?? [])]),
  ]);
}

/** A row for each bucket: where it begins and ends, and how many samples it has. */
export function histogramCsv(table: BucketTable): string {
  return csv([
    ['from', 'to', 'samples'],
    ...totalsOf(table).map((count, index) => [table.bounds[index] ?? 0, endOf(table.bounds, index), count]),
  ]);
}

/** Hands a file to whoever asked for it. */
export function download(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

/** A name that every file system takes. */
export const fileName = (title: string, ending: string): string =>
  `${
    title
      .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
      .replaceAll(/^[.-]+|-+$/g, '')
      .slice(0, 80) || 'chart'
  }.${ending}`;
