import { expect, test } from 'vitest';
import { paceOf, refreshFrom } from './pace.ts';

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];

test.each([
  [5 * minute, 10_000],
  [10 * minute, 10_000],
  [15 * minute, 15_000],
  [hour, minute],
  [6 * hour, 6 * minute],
  [day, 10 * minute],
  [30 * day, 10 * minute],
])('the last %i ms are read again every %i ms', (lengthMs, paceMs) => {
  expect(paceOf(lengthMs)).toBe(paceMs);
});

test('the address has the last word, and nonsense has none', () => {
  const of = (text: string) => refreshFrom(new URLSearchParams(text), minute);
  expect([of('refresh=5s'), of('refresh=off'), of(''), of('refresh=1ms')]).toEqual([5000, undefined, minute, minute]);
  expect(refreshFrom(new URLSearchParams(''))).toBe(10_000);
});
