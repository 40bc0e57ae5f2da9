import fc from 'fast-check';
import { expect, test } from 'vitest';
import { calmFlap, calmUntil, flapPercent, stepFlap } from './flap.ts';

const ring = (...changesAt: number[]) => {
  let letter = 'U';
  let text = letter;
  for (let place = 1; place <= 20; place++) {
    if (changesAt.includes(place)) letter = letter === 'U' ? 'D' : 'U';
    text += letter;
  }
  return text;
};

// By hand: place x weighs 0.75 + (x-1)*0.5/19; percent = 100 * sum / 20 = 5 * sum.
test.each([
  [[], 0],
  [[1], 3.75],
  [[20], 6.25],
  [[1, 20], 10],
  [[10], 4.934],
  // 5 * (6*0.75 + (14+15+16+17+18+19)*0.5/19) = 5 * (4.5 + 2.60526)
  [[15, 16, 17, 18, 19, 20], 35.526],
  // 5 * (5*0.75 + (15+16+17+18+19)*0.5/19) = 5 * (3.75 + 2.23684)
  [[16, 17, 18, 19, 20], 29.934],
  [Array.from({ length: 20 }, (_, i) => i + 1), 100],
])('changes at %j are %d percent', (changes, percent) => {
  expect(flapPercent(ring(...changes))).toBe(percent);
});

test('the sixth change in a row starts flapping, sixteen calm steps end it', () => {
  let flap = calmFlap('up', 0);
  for (let i = 1; i <= 6; i++) {
    expect(flap.flapping).toBe(false);
    flap = stepFlap(flap, i % 2 === 1 ? 'down' : 'up', i * 1000, 60_000);
  }
  expect(flap.flapping).toBe(true);
  expect(calmUntil(flap, 6000 + 16 * 60_000 - 1, 60_000).flapping).toBe(true);
  expect(calmUntil(flap, 6000 + 16 * 60_000, 60_000).flapping).toBe(false);
  expect(flapPercent(calmUntil(flap, 6000 + 1e12, 60_000).ring)).toBe(0);
});

test('between 20 and 30 percent it stays as it was', () => {
  let flap = calmFlap('up', 0);
  for (let i = 1; i <= 5; i++) flap = stepFlap(flap, i % 2 === 1 ? 'down' : 'up', i, 60_000);
  expect(flap).toMatchObject({ flapping: false });
  expect(flapPercent(flap.ring)).toBeGreaterThan(20);
  expect(calmUntil({ ...flap, flapping: true }, 60_010, 60_000).flapping).toBe(true);
});

test('calm in one stride or in many comes to the same, and never raises the percentage', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom('up', 'down', 'partial'), fc.integer({ min: 0, max: 500 })), { maxLength: 30 }),
      fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 20 }),
      (changes, strides) => {
        let at = 0;
        let flap = calmFlap('up', 0);
        for (const [state, wait] of changes) flap = stepFlap(flap, state, (at += wait), 100);
        let many = flap;
        for (const stride of strides) {
          const next = calmUntil(many, (at += stride), 100);
          expect(flapPercent(next.ring)).toBeLessThanOrEqual(flapPercent(many.ring));
          many = next;
        }
        expect(many.ring).toHaveLength(21);
        expect(calmUntil(flap, at, 100)).toEqual(many);
      },
    ),
  );
});
