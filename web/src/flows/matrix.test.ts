import { expect, test } from 'vitest';
import type { FlowAnswer, FlowRow } from '../../../src/model/index.ts';
import { matrixOf, shadeOf } from './matrix.ts';

const row = (bytes: number, ...values: string[]): FlowRow => ({
  values,
  labels: values.map(() => ''),
  bytes,
  packets: 1,
  flows: 1,
  statistics: { total: bytes, average: 0, median: 0, p95: 0, max: 0, activeSteps: 1 },
  filter: values.join(' and '),
});
const answer = (groupBy: FlowAnswer['groupBy'], ...rows: FlowRow[]): FlowAnswer => ({
  from: '',
  to: '',
  stepMs: 1000,
  at: [],
  groupBy,
  rows,
  omitted: 0,
  courses: [],
  total: { bytes: 0, packets: 0, flows: 0, statistics: row(0).statistics },
  bytesOf: 'packets',
  trust: { unknownSampling: 0, dropped: 0, notes: [] },
  sql: '',
  resolution: 'records',
  elapsedMs: 1,
});

test('the busiest come first on both sides, and a cell leads to its row', () => {
  const matrix = matrixOf(
    answer(['source', 'destination'], row(1, 'a', 'x'), row(50, 'b', 'y'), row(3, 'a', 'y')),
    'bytes',
    20,
  );
  expect(matrix.columns).toEqual(['y', 'x']);
  expect(matrix.rows.map(({ value }) => value)).toEqual(['b', 'a']);
  expect(matrix.rows[0]?.cells.map((cell) => cell && [cell.amount, cell.filter])).toEqual([[50, 'b and y'], undefined]);
});

test('further keys are added up, and such a cell leads nowhere', () => {
  const matrix = matrixOf(
    answer(['source', 'destination', 'service'], row(1, 'a', 'x', 'http'), row(2, 'a', 'x', 'ssh')),
    'bytes',
    20,
  );
  expect(matrix.rows[0]?.cells).toEqual([{ amount: 3, shade: 5, filter: undefined }]);
});

test('what has no room is counted', () => {
  const rows = Array.from({ length: 5 }, (_, index) => row(index + 1, `s${index}`, 'd'));
  const matrix = matrixOf(answer(['source', 'destination'], ...rows), 'bytes', 2);
  expect(matrix.rows.map(({ value }) => value)).toEqual(['s4', 's3']);
  expect(matrix.hidden).toEqual({ rows: 3, columns: 0 });
});

test('shades go by the order of magnitude', () => {
  expect([1, 10, 100, 1000, 10_000].map((amount) => shadeOf(amount, 1, 10_000))).toEqual([0, 1, 3, 4, 5]);
  expect(shadeOf(7, 7, 7)).toBe(5);
  expect(shadeOf(0, 1, 10)).toBe(0);
});
