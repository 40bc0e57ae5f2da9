import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readDuration, writeDuration } from './duration.ts';

test.each([
  ['50ms', 50],
  ['1m30s', 90_000],
  ['1d', 86_400_000],
  ['1w', 604_800_000],
  ['', undefined],
  ['1', undefined],
  ['-1s', undefined],
  ['1s ', undefined],
])('%s is %s', (text, ms) => {
  expect(readDuration(text)).toBe(ms);
});

test('what is written reads back', () => {
  fc.assert(
    fc.property(fc.nat(2_000_000_000), (ms) => {
      expect(readDuration(writeDuration(ms))).toBe(ms);
    }),
  );
  expect(writeDuration(86_400_000)).toBe('1d');
});
