import type { FlowAnswer, FlowLatencyAnswer, FlowRecordsAnswer, FlowSqlAnswer } from '../../model/index.ts';

/** Answers about traffic as tables (RFC 4180), for spreadsheets and notebooks. */

type Cell = string | number | null;

export function flowsCsv({ groupBy, rows }: FlowAnswer): string {
  const keys = groupBy.flatMap((key) => [key, `${key}-label`]);
  const statistics = ['average', 'median', 'p95', 'max', 'activeSteps'] as const;
  const head = [...keys, 'bytes', 'packets', 'flows', ...statistics, 'error', 'pastBytes', 'pastPackets', 'pastFlows'];
  const lines = rows.map((row): Cell[] => {
    const { bytes, packets, flows, error = null, past } = row;
    const told = row.values.flatMap((value, at) => [value, row.labels[at] ?? '']);
    const before = [past?.bytes ?? null, past?.packets ?? null, past?.flows ?? null];
    return [...told, bytes, packets, flows, ...statistics.map((name) => row.statistics[name]), error, ...before];
  });
  return table(head, lines);
}

export function flowLatencyCsv({ groupBy, rows }: FlowLatencyAnswer): string {
  const figures = ['records', 'averageMs', 'medianMs', 'p95Ms', 'p99Ms', 'maxMs', 'deviationMs'] as const;
  return table(
    [...groupBy, ...figures],
    rows.map((row) => [...row.values, ...figures.map((name) => row[name])]),
  );
}

export function flowRecordsCsv({ items }: FlowRecordsAnswer): string {
  const first = items[0];
  if (!first) return table(['start', 'end'], []);
  const names = Object.keys(first).filter((name) => name !== 'more') as Exclude<keyof typeof first, 'more'>[];
  const more = [...new Set(items.flatMap((item) => Object.keys(item.more)))].sort();
  return table(
    [...names, ...more],
    items.map((item) => [...names.map((name) => item[name]), ...more.map((name) => item.more[name] ?? null)]),
  );
}

export const flowSqlCsv = ({ columns, rows }: FlowSqlAnswer): string => table(columns, rows);

function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return `${[head, ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}

/** A text that a spreadsheet would run as a formula is made one that it shows. */
function cell(value: Cell): string {
  if (typeof value !== 'string') return value === null ? '' : String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
