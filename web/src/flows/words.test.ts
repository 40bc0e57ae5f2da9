import { expect, test } from 'vitest';
import '../text/language.ts';
import { connectivityHref } from './connectivity.ts';
import { filterErrorOf } from './filter-error.ts';
import { keyName, linesOf, rowName } from './words.ts';

const problem = (detail: string) => ({ type: 'about:blank', title: '', status: 400, code: 'BAD_INPUT', detail });

test('an arrow stands between two ends of the same kind, and only there', () => {
  expect(rowName({ values: ['a', 'b'], labels: ['', ''] }, ['source', 'destination'])).toBe('a → b');
  expect(rowName({ values: ['a', '', '443'], labels: ['', '', 'https'] }, ['source', 'destination', 'service'])).toBe(
    'a → unknown, 443 (https)',
  );
  expect(rowName({ values: ['a', 'b'], labels: [] }, ['exporter', 'output'])).toBe('a, b');
});

test('ends of conversations have names of their own', () => {
  expect(keyName('destination', 'client-server')).toBe('Server');
  expect(keyName('destination', 'source-destination')).toBe('Destination');
});

test('the past of a line follows all present ones, with a key that ends alike for its colour', () => {
  const courses = [
    { row: 0, rates: [1, 2], pastRates: [0, 1] },
    { row: -1, rates: [3, 4], pastRates: [5, 6] },
  ];
  const statistics = { total: 1, average: 1, median: 1, p95: 1, max: 1, activeSteps: 1 };
  const rows = [{ values: ['a'], labels: [''], bytes: 1, packets: 1, flows: 1, statistics, filter: '' }];
  const lines = linesOf({ courses, rows, groupBy: ['source'] }, 'per-second');
  expect(lines.map(({ name, past, max }) => [name, past, max])).toEqual([
    ['a', false, 2],
    ['all others', false, 4],
    ['a, before', true, 1],
    ['all others, before', true, 6],
  ]);
  const ending = (key: string | undefined) => key?.slice(key.indexOf(' '));
  expect(ending(lines[2]?.key)).toBe(ending(lines[0]?.key));
});

test('what is wrong with a filter is told from other problems, with its column', () => {
  expect(filterErrorOf(problem('filter, column 7: expected an address'))).toEqual({
    message: 'expected an address',
    column: 7,
  });
  expect(filterErrorOf(problem('the store does not answer'))).toBeUndefined();
  expect(filterErrorOf(undefined)).toBeUndefined();
});

test('a row leads to a test of its connection where there is such a page, and where it says from where to where', () => {
  const row = { values: ['10.0.0.1', '10.0.0.2', '443', ''] };
  const by = ['source', 'destination', 'destination-port', 'protocol'] as const;
  expect(connectivityHref(row, by, true)).toBe('/connectivity?source=10.0.0.1&destination=10.0.0.2&port=443');
  expect(connectivityHref(row, by, false)).toBeUndefined();
  expect(connectivityHref(row, ['source', 'service'], true)).toBeUndefined();
});
