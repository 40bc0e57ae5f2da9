import { expect, test } from 'vitest';
import { timeTicks } from './canvas.ts';

test.each([60_000, 3_600_000, 86_400_000, 30 * 86_400_000])('ticks of %s ms have room and lie within', (lengthMs) => {
  const fromMs = Date.UTC(2026, 2, 1, 7, 13, 11);
  const ticks = timeTicks(fromMs, fromMs + lengthMs, 800);
  expect(ticks.length).toBeGreaterThan(1);
  expect(ticks.length).toBeLessThanOrEqual(Math.ceil(800 / 76) + 1);
  for (const { atMs } of ticks) {
    expect(atMs).toBeGreaterThanOrEqual(fromMs);
    expect(atMs).toBeLessThanOrEqual(fromMs + lengthMs);
  }
});
