import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from './time.ts';

test('durations of the contract', () => {
  expect(['50ms', '5s', '1m30s', '1d', '1w2d3h4m5s6ms7us', '0s', '1.5s'].map(parseDuration)).toEqual([
    50, 5000, 90_000, 86_400_000, 788_645_006.007, 0, 1500,
  ]);
});

test.each(['', '5', 's', '5 s', '5s5s', '5ms3s', '-5s', '5sec', '1e3s', 'NaNs'])('%j is no duration', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

test('what is written is read back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000_000_000_000 }), (us) => {
      expect(parseDuration(formatDuration(us / 1000))).toBeCloseTo(us / 1000, 3);
    }),
  );
});
