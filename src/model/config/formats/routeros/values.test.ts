import { expect, test } from 'vitest';
import { atLeast, readCount, readDuration, readFlag, readPercent } from './values.ts';

test.each([
  ['1w2d3h4m5s6ms7us', 788_645_006.007],
  ['00:00:10', 10_000],
  ['1d00:00:10', 86_410_000],
  ['2w1d01:02:03.5', 1_299_723_500],
  ['10', 10_000],
  ['800ms', 800],
  ['soon', undefined],
  ['00:70:00', undefined],
  ['', undefined],
])('duration %s', (text, ms) => expect(readDuration(text)).toBe(ms));

test('a bare number counts microseconds for thr-tcp-conn-time', () => {
  expect(readDuration('250000', 'us')).toBe(250);
  expect(readDuration('1s', 'us')).toBe(1000);
});

test('flags, percentages, counts and versions', () => {
  expect(['yes', 'true', 'no', 'false', 'on'].map(readFlag)).toEqual([true, true, false, false, undefined]);
  expect(['85%', '85.0%', '85', '101', '-1'].map(readPercent)).toEqual([85, 85, 85, undefined, undefined]);
  expect(['4294967295', '4294967296', '1.5'].map(readCount)).toEqual([4_294_967_295, undefined, undefined]);
  expect(['7.20', '7.21beta2', '8.0', '7.4', '6.49'].map((v) => atLeast(v, 7, 20))).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
});
