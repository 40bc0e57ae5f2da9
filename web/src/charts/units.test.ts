import { expect, test } from 'vitest';
import { formatValue, roundUp, unitOf } from './units.ts';

test.each([
  [0.000_45, 'seconds', /^450\s?[µμ]s$/],
  [0.0123, 'seconds', /^12\.3\s?ms$/],
  [2.5, 'seconds', /^2\.5\s?s/],
  [300, 'seconds', /^5\s?m/],
  [1536, 'bytes', /^1\.5 KiB$/],
  [0, 'bytes', /^0 B$/],
  [0.125, 'ratio', /^12\.5\s?%$/],
  [3.2, 'per-second', /^3\.2\/s$/],
  [1203, 'count', /^1,?203$/],
  [2_500_000, 'count', /^2\.5M$/],
] as const)('%s %s', (value, unit, wanted) => {
  expect(formatValue(value, unit)).toMatch(wanted);
});

test('aggregates change the unit where they must', () => {
  expect(unitOf('count', 'rate')).toBe('per-second');
  expect(unitOf('bytes', 'rate')).toBe('bytes-per-second');
  expect(unitOf('seconds', 'count')).toBe('count');
  expect(unitOf('seconds', 'p95')).toBe('seconds');
});

test('round numbers are never smaller', () => {
  expect(roundUp(0.0123, 'seconds')).toBeCloseTo(0.015);
  expect(roundUp(100, 'count')).toBeCloseTo(100);
  expect(roundUp(1_500_000_000, 'bytes')).toBe(1_610_612_736);
});
