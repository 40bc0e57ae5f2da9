import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rollupWidths } from '../../store/index.ts';
import { answerableStep, cover, withinRolled, type Kept } from './cover.ts';

const time = fc.integer({ min: 0, max: 1000 }).map((minutes) => minutes * 60_000);
const span = fc.option(
  fc.tuple(time, time).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) })),
  { nil: undefined },
);
const kept = fc
  .record({ raw: span, '1m': span, '5m': span, '1h': span })
  .map((spans): Kept => Object.fromEntries(Object.entries(spans).filter(([, one]) => one !== undefined)));

test('parts follow each other from beginning to end, and a slice never reaches over a step', () => {
  fc.assert(
    fc.property(kept, time, time, fc.constantFrom(1000, 60_000, 300_000, 3_600_000, 7_200_000), (has, a, b, stepMs) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b) + 1];
      const parts = cover(has, from, to, stepMs);
      let next = from;
      for (const { resolution, from: begins, to: ends } of parts) {
        expect(begins).toBe(next);
        expect(ends).toBeGreaterThan(begins);
        next = ends;
        if (resolution === 'raw') continue;
        expect(stepMs % rollupWidths[resolution]).toBe(0);
        expect(begins).toBeGreaterThanOrEqual(has[resolution]!.from);
        expect(ends).toBeLessThanOrEqual(has[resolution]!.to + rollupWidths[resolution]);
      }
      expect(next).toBe(to);
    }),
  );
});

test('steps grow only where slices reach back further than raw rows, and then to a multiple of them', () => {
  expect(answerableStep({ raw: { from: 0, to: 9 } }, 0, 1000)).toBe(1000);
  expect(answerableStep({}, 0, 1000)).toBe(1000);
  const week = 7 * 86_400_000;
  const has = { raw: { from: week, to: 2 * week }, '1m': { from: 0, to: week }, '1h': { from: 0, to: week } };
  expect(answerableStep(has, week, 1000)).toBe(1000);
  expect(answerableStep(has, 1000, 1000)).toBe(60_000);
  expect(answerableStep(has, 1000, 100_000)).toBe(120_000);
  expect(answerableStep({ ...has, '1m': { from: week - 3_600_000, to: week } }, 1000, 1000)).toBe(3_600_000);
  // A slice begins before the first row in it.
  expect(answerableStep({ raw: { from: 90_000, to: week }, '1m': { from: 60_000, to: week } }, 0, 1000)).toBe(1000);
});

test('sums beyond the time up to which all rows are summed up do not count', () => {
  const hour = 3_600_000;
  const table = (from: number, to: number) => ({ rows: 1, bytes: 1, from, to });
  const tables = {
    samples: table(0, 5 * hour),
    samples_1m: table(0, 5 * hour - 60_000),
    latency_1h: table(2 * hour, 4 * hour),
    points: table(0, 5 * hour),
    points_1m: table(0, 4 * hour - 60_000),
    others: table(0, 9 * hour),
  };
  const upTo = withinRolled(tables, ({ name }) => (name === 'samples' ? 2 * hour : 4 * hour));
  expect(upTo).toEqual({
    ...tables,
    samples_1m: table(0, 2 * hour - 60_000),
    latency_1h: undefined,
  });
  expect(Object.keys(upTo)).not.toContain('latency_1h');
});
