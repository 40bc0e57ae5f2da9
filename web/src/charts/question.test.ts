import { expect, test } from 'vitest';
import type { Chart } from '../../../src/model/index.ts';
import { matchersOf, questionOf } from './question.ts';

const chart: Chart = {
  title: 'A',
  type: 'line',
  width: 6,
  height: 3,
  queries: [{ metric: 'm', where: { check: '$check' }, 'group-by': ['check'], aggregate: 'p95' }],
  series: 20,
  thresholds: [],
};
const window = { fromMs: 0, toMs: 3_600_000 };

test('conditions become matchers', () => {
  const where = { a: 'x', b: ['x.y', 'z'], c: { not: 'x' }, d: { not: ['x', 'y'] }, e: { matches: 'x.*' } };
  expect(matchersOf(where, {})).toEqual([
    { label: 'a', is: '=', value: 'x' },
    { label: 'b', is: '=~', value: 'x\\.y|z' },
    { label: 'c', is: '!=', value: 'x' },
    { label: 'd', is: '!~', value: 'x|y' },
    { label: 'e', is: '=~', value: 'x.*' },
  ]);
});

test('a variable stands for what is chosen; nothing chosen is no condition', () => {
  expect(matchersOf({ a: '$a' }, {})).toEqual([]);
  expect(matchersOf({ a: '$a' }, { a: [] })).toEqual([]);
  expect(matchersOf({ a: '$a' }, { a: ['x'] })).toEqual([{ label: 'a', is: '=', value: 'x' }]);
  expect(matchersOf({ a: { not: '$a' } }, { a: ['x', 'y'] })).toEqual([{ label: 'a', is: '!~', value: 'x|y' }]);
  expect(matchersOf({ a: '$Price' }, {})).toEqual([{ label: 'a', is: '=', value: '$Price' }]);
});

test('many values stay within what a matcher may have', () => {
  const many = Array.from({ length: 500 }, (_, index) => `value-${index}`);
  expect(matchersOf({ a: '$a' }, { a: many })[0]?.value.length).toBeLessThanOrEqual(1024);
});

test('a comparison asks the same again, earlier; a histogram asks for buckets of all together', () => {
  const compared = questionOf({ ...chart, compare: 86_400_000 }, {}, window, 600);
  expect(compared.queries.map(({ shiftMs }) => shiftMs)).toEqual([0, 86_400_000]);
  const heat = questionOf({ ...chart, type: 'heat-map', compare: 1 }, {}, window, 600);
  expect(heat.queries).toEqual([{ metric: 'm', where: [], groupBy: [], aggregate: 'buckets', shiftMs: 0 }]);
});

test('the width decides how many points, within bounds', () => {
  expect(questionOf(chart, {}, window, 600).points).toBe(240);
  expect(questionOf(chart, {}, window, 0).points).toBe(20);
  expect(questionOf(chart, {}, window, 1e6).points).toBeLessThanOrEqual(2000);
});
