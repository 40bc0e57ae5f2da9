import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ManualClock } from '../platform/index.ts';
import { fraction, nextOnGrid, Schedule, spreadMs } from './schedule.ts';

test('entries start in the order of their time, each once, whatever was moved or removed', () => {
  const operation = fc.record({ entry: fc.nat(19), dueMs: fc.option(fc.nat(100), { nil: undefined }) });
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
      const clock = new ManualClock();
      const started: number[] = [];
      const schedule = new Schedule<{ id: number; dueMs: number; slot: number }>(clock, ({ id, dueMs }) => {
        expect(clock.monotonic()).toBeGreaterThanOrEqual(dueMs);
        started.push(id);
      });
      const entries = Array.from({ length: 20 }, (_, id) => ({ id, dueMs: 0, slot: -1 }));
      const expected = new Map<number, number>();
      for (const { entry, dueMs } of operations) {
        const one = entries[entry];
        if (!one) continue;
        if (dueMs === undefined) {
          schedule.remove(one);
          expected.delete(entry);
        } else {
          schedule.set(one, dueMs);
          expected.set(entry, dueMs);
        }
      }
      expect(schedule.size).toBe(expected.size);
      clock.advance(200);
      expect(started.toSorted((a, b) => a - b)).toEqual([...expected.keys()].sort((a, b) => a - b));
      const times = started.map((id) => expected.get(id) ?? 0);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    }),
  );
});

test('the grid never drifts and never looks back', () => {
  fc.assert(
    fc.property(fc.nat(10_000), fc.integer({ min: 1, max: 5000 }), fc.nat(1_000_000), (origin, interval, now) => {
      const next = nextOnGrid(origin, interval, now);
      expect(next).toBeGreaterThanOrEqual(Math.min(now, origin));
      expect(next === origin || (next > now && next - now <= interval)).toBe(true);
      expect((next - origin) % interval).toBe(0);
    }),
  );
});

test('names spread evenly, and always in the same way', () => {
  const buckets = Array.from({ length: 20 }, () => 0);
  for (let index = 0; index < 20_000; index++) {
    const bucket = Math.floor(fraction(`check ${index}`) * 20);
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }
  expect(Math.min(...buckets)).toBeGreaterThan(850);
  expect(Math.max(...buckets)).toBeLessThan(1150);
  expect(fraction('google-dns')).toBe(fraction('google-dns'));
  expect(spreadMs('a', 500, 3)).toBeLessThan(500);
  expect(spreadMs('a', 60_000, 3)).toBeLessThan(2000);
  expect(spreadMs('a', 60_000, 10_000)).toBe(fraction('a') * 10_000);
});
