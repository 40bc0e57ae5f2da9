import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyRollup } from '../rollup.ts';
import { Strip } from './strip.ts';

const widthMs = 300_000;

test('a strip keeps the newest slices in order, as they were', () => {
  fc.assert(
    fc.property(fc.integer({ min: 4, max: 48 }), fc.integer({ min: 0, max: 150 }), (capacity, count) => {
      const strip = new Strip(widthMs, capacity);
      const pushed = Array.from({ length: count }, (_, i) => ({
        ...emptyRollup((1000 + i) * widthMs),
        passed: i,
        failed: 2 * i,
        latencySumMs: i / 4,
        latencyCount: i,
        lossSumPercent: i / 2,
        lossCount: 1,
        worst: 'partial' as const,
      }));
      for (const rollup of pushed) strip.push(rollup);
      const kept = pushed.slice(-capacity);
      expect([...strip.rollups()]).toEqual(kept);
      expect(strip.oldest).toBe(kept[0]?.from ?? Infinity);
    }),
  );
});

test('a count that does not fit stays at the most', () => {
  const strip = new Strip(widthMs, 4);
  strip.push({ ...emptyRollup(widthMs), passed: 70_000 });
  expect([...strip.rollups()][0]?.passed).toBe(65_535);
});
