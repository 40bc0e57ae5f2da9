import { expect, test } from 'vitest';
import type { ApiSample } from '../../../src/model/index.ts';
import { maxPoints, seriesData, tableRows, withSample, type SeriesData } from './series-data.ts';

const empty: SeriesData = { stepMs: 10_000, at: [], latencyMs: [], latencyMaxMs: [], lossPercent: [], failed: [] };
const sample = (seconds: number, over: Partial<ApiSample> = {}): ApiSample => ({
  check: 'x',
  startedAt: new Date(seconds * 1000).toISOString(),
  latenessMs: 0,
  durationMs: 1,
  outcome: 'pass',
  latencyMs: 10,
  lossPercent: 0,
  results: [],
  ...over,
});

test('samples of one step share its point, the next step has its own', () => {
  let data = withSample(empty, sample(1000), 0);
  data = withSample(data, sample(1005, { latencyMs: 30, lossPercent: 20 }), 0);
  data = withSample(data, sample(1010, { outcome: 'fail', latencyMs: undefined as never }), 0);
  expect(data).toMatchObject({
    at: [1000, 1010],
    latencyMs: [20, null],
    latencyMaxMs: [30, null],
    lossPercent: [20, 0],
    failed: [0, 1],
  });
});

test('points before the window leave, and the number of points is bounded', () => {
  let data = empty;
  for (let i = 0; i < maxPoints + 50; i++) data = withSample(data, sample(1000 + i * 10), 0);
  expect(data.at).toHaveLength(maxPoints);
  expect(data.latencyMs).toHaveLength(maxPoints);
  const later = withSample(data, sample(1000 + (maxPoints + 50) * 10), data.at[maxPoints - 2] ?? 0);
  expect(later.at).toHaveLength(3);
});

test('late and undated samples change nothing', () => {
  const data = withSample(empty, sample(1000), 0);
  expect(withSample(data, sample(500), 0)).toBe(data);
  expect(withSample(data, { ...sample(2000), startedAt: 'soon' }, 0)).toBe(data);
});

test('columns of unequal length are cut to the shortest', () => {
  const series = seriesData({
    ...empty,
    check: 'x',
    from: '',
    to: '',
    at: [1, 2],
    latencyMs: [1],
    latencyMaxMs: [1, 2],
    lossPercent: [0, 0],
    failed: [0, 0],
  });
  expect(series.at).toEqual([1]);
});

test('the table sums up steps: mean of averages, largest maximum, newest first', () => {
  const data: SeriesData = {
    stepMs: 1,
    at: [1, 2, 3],
    latencyMs: [10, 20, null],
    latencyMaxMs: [15, 25, null],
    lossPercent: [0, 50, null],
    failed: [0, 1, 2],
  };
  expect(tableRows(data, 2)).toEqual([
    { atSeconds: 3, latencyMs: null, latencyMaxMs: null, lossPercent: null, failed: 2 },
    { atSeconds: 1, latencyMs: 15, latencyMaxMs: 25, lossPercent: 50, failed: 1 },
  ]);
});
