import { expect, test } from 'vitest';
import { durationText, instantText } from './instant-text.ts';

const at = Date.UTC(2026, 2, 28, 21, 0, 5);

test('moments are in UTC, with 24 hours, as each language writes dates', () => {
  expect(instantText(at, 'en')).toBe('2026-03-28 21:00:05 UTC');
  expect(instantText(at, 'ko')).toBe('2026. 3. 28. 21:00:05 UTC');
  expect(instantText(at, 'ja')).toBe('2026/03/28 21:00:05 UTC');
  expect(instantText(at, 'id')).toMatch(/^28 Mar 2026.* 21\.00\.05 UTC$/);
  expect(instantText(Number.NaN, 'ko')).toBe('NaN');
});

test('durations name their units, and nothing is left out', () => {
  expect(durationText(754_321, 'en')).toBe('12m34s');
  expect(durationText(754_321, 'ko')).toBe('12분 34초');
  expect(durationText(86_400_000 + 60_000, 'ja')).toBe('1 日 1 分');
  expect(durationText(754_321, 'id')).toBe('12 menit 34 detik');
  expect(durationText(0, 'ko')).toBe('0초');
  expect(durationText(250, 'id')).toBe('250 milidetik');
  expect(durationText(-5, 'ja')).toBe('0 秒');
});
