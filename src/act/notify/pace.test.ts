import { expect, test } from 'vitest';
import { Pace } from './pace.ts';

const pace = { burst: 2, everyMs: 1000 };

test('a burst, then one in each interval, place by place', () => {
  const turns = new Pace();
  expect([0, 0, 0].map(() => turns.take('a', pace, 0))).toEqual([0, 0, 1000]);
  expect(turns.take('b', pace, 0)).toBe(0);
  expect([turns.take('a', pace, 1000), turns.take('a', pace, 1000)]).toEqual([0, 1000]);
});

test('a place that fails is tried by one message at a time, ever less often, and by all again once it works', () => {
  const turns = new Pace();
  const wide = { burst: 1000, everyMs: 1 };
  let now = 0;
  let tries = 0;
  // A thousand messages wait all day for a place that takes nothing.
  for (; now < 86_400_000; now += 1000) {
    for (let message = 0; message < 3; message++) {
      if (turns.take('dead', wide, now) > 0) continue;
      tries++;
      turns.failed('dead', now, 0);
    }
  }
  expect(tries).toBeGreaterThan(1000);
  expect(tries).toBeLessThan(86_400 / 30 + 20);
  now += 60_000;
  expect(turns.take('dead', wide, now)).toBe(0);
  expect(turns.take('dead', wide, now)).toBe(5000);
  turns.worked('dead');
  expect([turns.take('dead', wide, now), turns.take('dead', wide, now)]).toEqual([0, 0]);
});

test('who asks for patience is left alone by all messages for so long', () => {
  const turns = new Pace();
  turns.failed('busy', 0, 35_000);
  expect(turns.take('busy', pace, 10_000)).toBe(25_000);
  expect(turns.take('busy', pace, 35_000)).toBe(0);
});
