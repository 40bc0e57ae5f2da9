import { expect, test } from 'vitest';
import type { FlowRow } from '../../../src/model/index.ts';
import '../text/language.ts';
import { columnsOf, nextSort, sortRows } from './table-columns.ts';
import { readView } from './view.ts';

const row = (source: string, bytes: number, more: Partial<FlowRow> = {}): FlowRow => ({
  values: [source],
  labels: [''],
  bytes,
  packets: 1,
  flows: 1,
  statistics: { total: bytes, average: bytes, median: 0, p95: 0, max: 0, activeSteps: 1 },
  filter: '',
  ...more,
});
const view = readView(new URLSearchParams('compare=1h'));
const columns = columnsOf(view, { groupBy: ['source'] });
const sorted = (rows: FlowRow[], sort: string) => sortRows(rows, columns, sort).map(({ values }) => values[0]);

test('rows stay as they were ranked until a column is pressed', () => {
  const rows = [row('10.0.0.9', 1), row('10.0.0.10', 3), row('10.0.0.1', 2)];
  expect(sorted(rows, '')).toEqual(['10.0.0.9', '10.0.0.10', '10.0.0.1']);
  expect(sorted(rows, 'bytes')).toEqual(['10.0.0.10', '10.0.0.1', '10.0.0.9']);
  expect(sorted(rows, 'bytes.up')).toEqual(['10.0.0.9', '10.0.0.1', '10.0.0.10']);
  // As numbers, not as letters.
  expect(sorted(rows, 'source.up')).toEqual(['10.0.0.1', '10.0.0.9', '10.0.0.10']);
  expect(sorted(rows, 'nonsense')).toEqual(['10.0.0.9', '10.0.0.10', '10.0.0.1']);
});

test('rows without a value come last, whichever way', () => {
  const rows = [row('a', 1), row('b', 1, { error: 0.2 }), row('c', 1, { error: 0 })];
  expect(sorted(rows, 'error')).toEqual(['b', 'c', 'a']);
  expect(sorted(rows, 'error.up')).toEqual(['c', 'b', 'a']);
});

test('a head sorts figures from the largest and names from the first, then the other way', () => {
  const [source, bytes] = [columns[0], columns[1]];
  if (!source || !bytes) throw new Error('there are no columns');
  expect(nextSort('', bytes)).toBe('bytes');
  expect(nextSort('bytes', bytes)).toBe('bytes.up');
  expect(nextSort('bytes.up', bytes)).toBe('bytes');
  expect(nextSort('', source)).toBe('source.up');
});

test('figures are said with their errors and with what they were before', () => {
  const past = { bytes: 100, packets: 0, flows: 0 };
  const text = (name: string, one: FlowRow) => columns.find((column) => column.name === name)?.text(one);
  expect(text('change', row('a', 150, { past }))).toBe('+50%');
  expect(text('change', row('a', 50, { past }))).toBe('-50%');
  expect(text('change', row('a', 50, { past: { ...past, bytes: 0 } }))).toBe('new');
  expect(text('error', row('a', 1, { error: 0.0213 }))).toBe('±2.13%');
  expect(text('error', row('a', 1, { error: 0 }))).toBe('');
  expect(text('error', row('a', 1))).toBe('error unknown');
  expect(text('source', row('', 1))).toBe('unknown');
});
