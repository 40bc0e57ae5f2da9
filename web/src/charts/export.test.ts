import { expect, test } from 'vitest';
import { bucketsCsv, fileName, histogramCsv, linesCsv } from './export.ts';
import type { ChartLine } from './lines.ts';

const line = (name: string, values: (number | null)[]): ChartLine => ({
  key: name,
  name,
  labels: {},
  unit: 'seconds',
  values,
  past: false,
  last: null,
  avg: null,
  min: null,
  max: null,
});

test('names are quoted, formulas defused, gaps empty', () => {
  expect(linesCsv([0, 1000], [line('=cmd()', [1, null]), line('a,"b"', [0.5, 2])])).toBe(
    'time,\'=cmd() (seconds),"a,""b"" (seconds)"\r\n' +
      '1970-01-01T00:00:00.000Z,1,0.5\r\n1970-01-01T00:00:01.000Z,,2\r\n',
  );
});

test('buckets by step and in sum', () => {
  const table = {
    bounds: [1, 2],
    counts: [
      [3, 4],
      [0, 1],
    ],
    most: 4,
  };
  expect(bucketsCsv([0, 1000], table)).toBe(
    'time,1,2\r\n1970-01-01T00:00:00.000Z,3,4\r\n1970-01-01T00:00:01.000Z,0,1\r\n',
  );
  expect(histogramCsv(table)).toBe('from,to,samples\r\n1,2,3\r\n2,4,5\r\n');
});

test('file names', () => {
  expect(fileName('Latency, 95th percentile', 'csv')).toBe('Latency-95th-percentile.csv');
  expect(fileName('../../etc/passwd', 'png')).toBe('etc-passwd.png');
  expect(fileName('<>', 'png')).toBe('chart.png');
});
