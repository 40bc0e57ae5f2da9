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

test('what was sent while nobody listened is known afterwards, and is not what got lost on the way', () => {
  fc.assert(
    fc.property(unitsArbitrary, start, fc.boolean(), fc.integer({ min: 0, max: 8 }), (given, from, behind, away) => {
      const units = [3, 5, 7, 4, ...given, 6, 2];
      const stopAt = units.length - 2 - Math.min(away, given.length - 1);
      const before = play(units.slice(0, stopAt), from, new Set(), behind);
      const after = new SequenceTracker(before.save());
      const sum = (some: readonly number[]) => some.reduce((total, count) => total + count, 0);
      let next = from + sum(units.slice(0, -2));
      for (const count of units.slice(-2)) {
        after.offer((behind ? next + count : next) >>> 0, count);
        next += count;
      }
      expect(after).toMatchObject({ lost: 0, received: 8, missedBefore: sum(units.slice(stopAt, -2)), restarts: 0 });
    }),
  );
});

test('an exporter that began anew meanwhile tells nothing of what was sent before', () => {
  const tracker = new SequenceTracker({ next: 5_000_000, countsBehind: false });
  tracker.offer(0, 10);
  tracker.offer(10, 10);
  expect(tracker).toMatchObject({ lost: 0, received: 20, missedBefore: 0 });
  const far = new SequenceTracker({ next: 0, countsBehind: false });
  far.offer(2_000_000, 1);
  expect(far).toMatchObject({ lost: 0, missedBefore: 0 });
  expect(new SequenceTracker().save()).toBeUndefined();
});
