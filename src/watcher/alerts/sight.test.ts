import { expect, test } from 'vitest';
import { blindAfterMs, Sight } from './sight.ts';

function sightAt(...looks: readonly (readonly [at: number, nowMs: number])[]): Sight {
  const sight = new Sight();
  for (const [at, nowMs] of looks) sight.look(at, nowMs);
  return sight;
}

test('between looks that follow each other something is seen all the time', () => {
  const sight = sightAt([10_000, 0], [10_200, 200], [10_200 + blindAfterMs - 1, 200 + blindAfterMs - 1]);
  for (const at of [10_000, 10_100, 10_200, 11_000]) expect(sight.blindUntil(at)).toBeUndefined();
});

test.each([
  ['the process stood still', 5000],
  ['the machine slept or the clock was set forward', 200],
])('when %s nothing was seen', (_why, monotonicMs) => {
  const sight = new Sight();
  sight.look(10_000, 0);
  expect(sight.look(15_000, monotonicMs)).toEqual({ blindMs: 5000, isBack: false });
  expect([10_000, 10_001, 15_000, 15_001].map((at) => sight.blindUntil(at))).toEqual([
    undefined,
    15_000,
    15_000,
    undefined,
  ]);
});

test('when the clock was set back, what was unknown then may be known now', () => {
  const sight = sightAt([10_000, 0], [20_000, 200]);
  expect(sight.look(12_000, 400)).toEqual({ blindMs: 0, isBack: true });
  expect(sight.blindUntil(15_000)).toBeUndefined();
});
