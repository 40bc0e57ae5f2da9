import { expect, test } from 'vitest';
import type { Segment } from '../segments/segment-store.ts';
import { flowsTable, samplesTable } from '../table.ts';
import { maxRowsOf, sharesOf } from './shares.ts';

const most = maxRowsOf(flowsTable);
const segment = (rows: number, at: number): Segment => ({
  name: `flows-${at}`,
  path: '',
  table: 'flows',
  level: 0,
  rows,
  bytes: rows,
  from: at,
  to: at,
  sha256: '',
});
const rowsOf = (sizes: readonly number[]) =>
  sharesOf(flowsTable, sizes.map(segment)).map((share) => share.map(({ rows }) => rows));

test('a file has more rows where they are narrow', () => {
  expect(most).toBeGreaterThan(1_000_000);
  expect(maxRowsOf(samplesTable)).toBeGreaterThan(5 * most);
});

test('files are put together up to what can be sorted at once, in their order', () => {
  const third = Math.floor(most / 3);
  expect(rowsOf([third, third, third, third])).toEqual([[third, third, third], [third]]);
  expect(rowsOf([1, 2, 3])).toEqual([[1, 2, 3]]);
  expect(rowsOf([])).toEqual([]);
});

test('a large file stays by itself, and small ones around it go together', () => {
  expect(rowsOf([1, most, 2, most / 2, 3])).toEqual([[most], [most / 2], [1, 2, 3]]);
});
