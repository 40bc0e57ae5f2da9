import { expect, test } from 'vitest';
import { formatDuration, formatFinePercent, formatLatency, formatMoment, formatPercent } from './format.ts';

test('durations show their two largest units', () => {
  expect(formatDuration(-5)).toMatch(/^0\s?s/);
  expect(formatDuration(59_999)).toMatch(/^59\s?s/);
  expect(formatDuration(3 * 86_400_000 + 4 * 3_600_000 + 59_000)).toMatch(/^3\s?d\S* 4\s?h$/);
  expect(formatDuration(3_600_000)).toMatch(/^1\s?h$/);
});

test('latency changes its unit at a second', () => {
  expect(formatLatency(0.0431)).toMatch(/^0\.0431\s?ms$/);
  expect(formatLatency(1234)).toMatch(/^1\.23\s?s/);
});

test('percent keeps the digits that availability needs', () => {
  expect(formatPercent(33.333)).toMatch(/^33\.3\s?%$/);
  expect(formatFinePercent(99.9876)).toMatch(/^99\.988\s?%$/);
});

test('what is no time has no text', () => {
  expect(formatMoment('yesterday')).toBeUndefined();
});
