import { expect, test } from 'vitest';
import { severityOf, sparkPath } from './value-view.tsx';

test('the gravest threshold that is reached counts', () => {
  const thresholds = [
    { value: 5, severity: 'critical' as const },
    { value: 1, severity: 'warning' as const },
  ];
  expect([0, 1, 6, null].map((value) => severityOf(value, thresholds))).toEqual([
    undefined,
    'warning',
    'critical',
    undefined,
  ]);
});

test('a gap begins a new stroke', () => {
  expect(sparkPath([0, 1, null, 1, 1], 0, 1).match(/M/g)).toHaveLength(2);
  expect(sparkPath([2, 2], 2, 2)).not.toContain('NaN');
});
