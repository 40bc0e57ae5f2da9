import { expect, test } from 'vitest';
import type { ApiMetricAnswer } from '../../../src/model/index.ts';
import { bucketsOf, endOf, totalsOf } from './buckets.ts';

const answer = (bounds: number[], ...counts: number[][]): ApiMetricAnswer => ({
  metric: 'm',
  unit: 'seconds',
  aggregate: 'buckets',
  series: [{ labels: {}, values: [], counts }],
  omitted: 0,
  bounds,
});

test('histograms with other bounds are added up bucket by bucket', () => {
  const table = bucketsOf([answer([1, 2], [3, 4], [0, 1]), answer([2, 4], [10, 20])], 2);
  expect(table).toEqual({
    bounds: [1, 2, 4],
    counts: [
      [3, 14, 20],
      [0, 1, 0],
    ],
    most: 20,
  });
  expect(totalsOf(table)).toEqual([3, 15, 20]);
});

test('more steps or buckets than were announced are left out', () => {
  expect(bucketsOf([answer([1], [1, 99], [2], [3])], 2)).toEqual({ bounds: [1], counts: [[1], [2]], most: 2 });
});

test('the last bucket ends in proportion', () => {
  expect([endOf([1, 2, 4], 0), endOf([1, 2, 4], 2), endOf([3], 0)]).toEqual([2, 8, 6]);
});
