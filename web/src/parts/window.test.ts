import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { offsetsOf, windowOf } from './window.ts';

test('the window covers what is visible, and no more than needed', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 20, max: 90 }), { maxLength: 300 }),
      fc.integer({ min: -500, max: 30_000 }),
      fc.integer({ min: 0, max: 1200 }),
      fc.integer({ min: 0, max: 10 }),
      (heights, top, height, overscan) => {
        const offsets = offsetsOf(heights, heights.length);
        const { from, to } = windowOf({ offsets, top, height, overscan });
        expect(from).toBeGreaterThanOrEqual(0);
        expect(to).toBeLessThanOrEqual(heights.length);
        expect(to - from).toBeLessThanOrEqual(height / 20 + 3 + 2 * overscan);
        for (let line = 0; line < heights.length; line++) {
          const visible = (offsets[line + 1] ?? 0) > top && (offsets[line] ?? 0) < top + height;
          if (visible) expect(line >= from && line < to).toBe(true);
        }
      },
    ),
  );
});

test('an empty list has an empty window', () => {
  expect(windowOf({ offsets: offsetsOf([], 0), top: 0, height: 100, overscan: 5 })).toEqual({ from: 0, to: 0 });
});
