import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gridOf, maxSlots, slotFrom, slotOf } from './grid.ts';

const seconds = (min: number, max: number) => fc.integer({ min, max }).map((count) => count * 1000);

test('a window sees its rows, and none before but those of at most one 360th of it', () => {
  fc.assert(
    fc.property(
      seconds(1, 3600),
      fc.oneof(seconds(10, 86_400), fc.integer({ min: 10_000, max: 86_400_000 })),
      fc.integer({ min: 500_000_000, max: 600_000_000 }),
      (intervalMs, windowMs, turns) => {
        const grid = gridOf(intervalMs, windowMs);
        const at = turns * intervalMs;
        const first = slotFrom(at - windowMs, grid);
        const last = slotOf(at, grid);
        expect(last - first + 1).toBeLessThanOrEqual(grid.slots);
        expect(grid.slots).toBeLessThanOrEqual(maxSlots + 2);
        expect(slotOf(at, grid)).toBe(last);
        expect(slotOf(at - windowMs + 1, grid)).toBeGreaterThanOrEqual(first);
        const beginsEarlierMs = at - windowMs - first * grid.slotMs;
        expect(beginsEarlierMs).toBeGreaterThanOrEqual(0);
        expect(beginsEarlierMs).toBeLessThan(Math.ceil(windowMs / maxSlots));
      },
    ),
  );
});

test('windows of whole intervals are exact', () => {
  for (const [intervalMs, windowMs] of [
    [10_000, 60_000],
    [10_000, 25_000],
    [7000, 14_000],
    [10_000, 3_600_000],
  ] as const) {
    const grid = gridOf(intervalMs, windowMs);
    const at = 12_345_678 * intervalMs;
    expect(slotFrom(at - windowMs, grid) * grid.slotMs).toBe(at - windowMs);
  }
});

test('parts of a millisecond make no slots of their own', () => {
  expect(gridOf(1000.5, 60_000).slots).toBeLessThanOrEqual(maxSlots + 1);
});
