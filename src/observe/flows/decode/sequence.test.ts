import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SequenceTracker } from './sequence.ts';

/** Units of messages that are told apart, and the place of one that is lost. */
const unitsArbitrary = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 8, maxLength: 60 });
const start = fc.oneof(fc.nat(1000), fc.integer({ min: 0xffff_ff00, max: 0xffff_ffff }));

function play(units: readonly number[], from: number, lost: ReadonlySet<number>, countsBehind: boolean) {
  const tracker = new SequenceTracker();
  let sequence = from;
  units.forEach((count, index) => {
    const next = (sequence + count) >>> 0;
    if (!lost.has(index)) tracker.offer(countsBehind ? next : sequence, count);
    sequence = next;
  });
  return tracker;
}

test('nothing is lost where everything came, whether numbers are of the first unit or behind the last', () => {
  fc.assert(
    fc.property(unitsArbitrary, start, fc.boolean(), (given, from, countsBehind) => {
      // Enough that differ to see how it counts.
      const units = [3, 5, 7, 4, ...given];
      expect(play(units, from, new Set(), countsBehind).lost).toBe(0);
    }),
  );
});

test('what is lost is counted to the unit, either way', () => {
  fc.assert(
    fc.property(unitsArbitrary, start, fc.boolean(), fc.nat(), (given, from, countsBehind, place) => {
      const units = [3, 5, 7, 4, ...given, 2, 6];
      const index = 4 + (place % given.length);
      expect(play(units, from, new Set([index]), countsBehind).lost).toBe(units[index]);
    }),
  );
});

test('an exporter that sends one unit at a time is not mistaken', () => {
  expect(play(Array<number>(50).fill(1), 0, new Set([10, 11, 30]), false).lost).toBe(3);
});

test('a message that was overtaken fills its gap, one that comes twice counts once, a new beginning loses nothing', () => {
  const tracker = new SequenceTracker();
  tracker.offer(0, 10);
  tracker.offer(30, 10);
  expect(tracker.lost).toBe(20);
  tracker.offer(20, 10);
  expect(tracker.lost).toBe(10);
  tracker.offer(20, 10);
  tracker.offer(10, 10);
  expect(tracker.lost).toBe(0);
  tracker.offer(4_000_000, 10);
  expect([tracker.lost, tracker.restarts]).toEqual([0, 1]);
});
