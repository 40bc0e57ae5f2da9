import { expect, test } from 'vitest';
import { metricsCsv } from './csv.ts';

const at = [Date.parse('2026-03-01T00:00:00Z'), Date.parse('2026-03-01T00:01:00Z')];
const answer = { metric: 'm', unit: 'seconds' as const, aggregate: 'avg', omitted: 0 };

test('a row a step and series; hostile names stay in their cell and are no formula', () => {
  const series = [
    { labels: { check: 'a,"b"\nc' }, values: [0.5, null] },
    { labels: { check: '=cmd|calc', site: 'x' }, values: [null, 1e-7] },
  ];
  expect(metricsCsv({ stepMs: 60_000, at, elapsedMs: 1, answers: [{ ...answer, series }] })).toBe(
    [
      'time,metric,aggregate,check,site,value',
      '2026-03-01T00:00:00.000Z,m,avg,"a,""b""\nc",,0.5',
      "2026-03-01T00:01:00.000Z,m,avg,'=cmd|calc,x,1e-7",
      '',
    ].join('\r\n'),
  );
});

test('a histogram has a row for each bucket that has anything', () => {
  const series = [
    {
      labels: {},
      values: [3, null],
      counts: [
        [1, 0, 2],
        [0, 0, 0],
      ],
    },
  ];
  const answers = [{ ...answer, aggregate: 'buckets', series, bounds: [0.001, 0.002, 0.004] }];
  expect(metricsCsv({ stepMs: 60_000, at, elapsedMs: 1, answers })).toBe(
    [
      'time,metric,aggregate,from,value',
      '2026-03-01T00:00:00.000Z,m,buckets,0.001,1',
      '2026-03-01T00:00:00.000Z,m,buckets,0.004,2',
      '',
    ].join('\r\n'),
  );
});
