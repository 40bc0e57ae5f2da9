import { expect, test } from 'vitest';
import {
  formatCount,
  formatDuration,
  formatFinePercent,
  formatLatency,
  formatList,
  formatMoment,
  formatPercent,
} from './format.ts';
import { language } from './language.ts';

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

test('each language has its own words and its own digits', () => {
  try {
    language.value = 'ko';
    expect(formatDuration(3 * 86_400_000 + 4 * 3_600_000)).toBe('3일 4시간');
    expect(formatMoment(Date.UTC(2026, 2, 28, 21))).toMatch(/^2026\. 3\. 2\d\. \d+시 0분 0초/);
    expect(formatList(['w1', 'w2'])).toBe('w1 및 w2');
    language.value = 'ja';
    expect(formatDuration(5 * 60_000)).toBe('5 分');
    language.value = 'id';
    expect(formatDuration(5 * 60_000 + 3000)).toBe('5 menit 3 detik');
    expect(formatPercent(33.333)).toBe('33,3%');
    expect(formatLatency(0.0431)).toBe('0,0431 ms');
    expect(formatCount(1_203)).toBe('1.203');
  } finally {
    language.value = 'en';
  }
});
