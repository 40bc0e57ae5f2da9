import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawBars } from './draw-chart.ts';

test('bars, with and without letters beyond ASCII', () => {
  expect(drawBars([0, 1, 2, 4], { width: 4, height: 2, unicode: true })).toEqual(['   █', ' ▄██']);
  expect(drawBars([0, 1, 3, 6], { width: 4, height: 2, unicode: false })).toEqual(['   |', ' .||']);
  expect(drawBars([], { width: 4, height: 1, unicode: true })).toEqual(['']);
});

test('as wide and high as there is room, no peak is lost, and what is there is seen', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 1000 }), { minLength: 1, maxLength: 200 }),
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 1, max: 10 }),
      fc.boolean(),
      (values, width, height, unicode) => {
        const lines = drawBars(values, { width, height, unicode });
        expect(lines).toHaveLength(height);
        expect(lines.every((line) => line.length === width)).toBe(true);
        if (Math.max(...values) > 0) expect(lines[0]).toContain(unicode ? '█' : '|');
        if (values.every((value) => value > 0)) expect(lines.at(-1)).not.toContain(' ');
        if (!unicode) expect(lines.join('')).toMatch(/^[ .:|]*$/);
      },
    ),
  );
});
