import { expect, test } from 'vitest';
import { PassiveHint } from './passive-hint.ts';

/** Counters every 10 ms; the answers are the times at which the hint was given. */
function hints(rows: readonly (readonly [received: number, sent: number])[], timeoutMs = 20): number[] {
  const hint = new PassiveHint();
  return rows.flatMap(([received, sent], step) =>
    hint.observe({ received, sent }, timeoutMs, 10 * step) ? [10 * step] : [],
  );
}

test('traffic in both directions, and none at all, give no hint', () => {
  expect(hints(Array.from({ length: 50 }, (_, step) => [step, step] as const))).toEqual([]);
  expect(hints(Array.from({ length: 50 }, () => [7, 7] as const))).toEqual([]);
});

test('packets that go and are not answered do, once an answer should be there', () => {
  expect(
    hints([
      [5, 5],
      [5, 6],
      [5, 7],
      [5, 8],
      [5, 9],
      [6, 10],
      [6, 11],
    ]),
  ).toEqual([30, 40]);
});

test('one packet is not enough: it may be our own', () => {
  expect(hints([[5, 5], ...Array.from({ length: 30 }, () => [5, 6] as const)])).toEqual([]);
});

test('counters that begin anew give no hint', () => {
  expect(
    hints([
      [900, 900],
      [900, 3],
      [900, 3],
      [900, 3],
      [900, 3],
    ]),
  ).toEqual([]);
});
