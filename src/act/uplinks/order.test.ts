import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { UplinkOrder, UplinkState } from '../../model/index.ts';
import { orderUplinks, type OrderQuestion } from './order.ts';

const uplinks = [
  { name: 'isp2', priority: 2 },
  { name: 'isp1', priority: 1 },
  { name: 'isp3', priority: 3 },
];
const order = (states: Record<string, UplinkState>, before?: string[], more: Partial<OrderQuestion> = {}) =>
  orderUplinks({
    family: 4,
    mode: 'failover',
    uplinks,
    stateOf: (name) => states[name] ?? 'unknown',
    before: before && { family: 4, serving: before, leaving: [] },
    ...more,
  });

test('at the start, and while nothing is known, the configured order holds', () => {
  expect(order({}).serving).toEqual(['isp1', 'isp2', 'isp3']);
  expect(order({ isp2: 'up' }, ['isp1', 'isp2', 'isp3']).serving).toEqual(['isp1', 'isp2', 'isp3']);
});

test('an uplink that never answered gives way after a while to one that does', () => {
  const longUnknown = (name: string) => name === 'isp1';
  expect(order({ isp2: 'up' }, ['isp1', 'isp2'], { longUnknown }).serving).toEqual(['isp2']);
  expect(order({}, ['isp1', 'isp2'], { longUnknown }).serving[0]).toBe('isp1');
});

test('dead and bad uplinks are left, and left at once', () => {
  expect(order({ isp1: 'dead', isp2: 'up', isp3: 'up' }, ['isp1', 'isp2', 'isp3'])).toEqual({
    family: 4,
    serving: ['isp2', 'isp3'],
    leaving: ['isp1'],
  });
  expect(order({ isp1: 'bad', isp2: 'up' }, ['isp1', 'isp2']).serving).toEqual(['isp2']);
});

test('one that is held is not used before its hold is over, and then takes its place again', () => {
  expect(order({ isp1: 'held', isp2: 'up' }, ['isp2']).serving).toEqual(['isp2']);
  const back = order({ isp1: 'up', isp2: 'up' }, ['isp2']);
  expect(back).toEqual({ family: 4, serving: ['isp1', 'isp2'], leaving: [] });
});

test('of a bad lot the best is used, and nothing moves for nothing', () => {
  expect(order({ isp1: 'dead', isp2: 'bad', isp3: 'dead' }, ['isp1']).serving).toEqual(['isp2']);
  expect(order({ isp1: 'bad', isp2: 'held', isp3: 'dead' }, ['isp1']).serving).toEqual(['isp2']);
  expect(order({ isp1: 'bad', isp2: 'bad', isp3: 'bad' }, ['isp2']).serving).toEqual(['isp2']);
  expect(order({ isp1: 'dead', isp2: 'dead', isp3: 'dead' }, ['isp2']).serving).toEqual(['isp2']);
});

test("an operator's choice is used while it is not dead", () => {
  const up = { isp1: 'up', isp2: 'up', isp3: 'up' } as const;
  expect(order(up, ['isp1'], { chosen: 'isp2' }).serving).toEqual(['isp2', 'isp3']);
  expect(order({ ...up, isp2: 'dead' }, ['isp2'], { chosen: 'isp2' }).serving).toEqual(['isp1', 'isp3']);
});

test('whatever happens, somebody serves, and nobody serves who is worse than one that does not', () => {
  const state = fc.constantFrom<UplinkState>('unknown', 'up', 'bad', 'dead', 'held');
  const rank = { up: 0, unknown: 1, held: 1, bad: 3, dead: 4 };
  fc.assert(
    fc.property(fc.array(fc.tuple(state, state, state), { minLength: 1, maxLength: 20 }), (steps) => {
      let before: UplinkOrder | undefined;
      for (const [isp1, isp2, isp3] of steps) {
        const states = { isp1, isp2, isp3 } as Record<string, UplinkState>;
        const next = order(states, before && [...before.serving]);
        expect(next.serving.length).toBeGreaterThan(0);
        const best = Math.min(...Object.values(states).map((one) => rank[one]));
        for (const name of next.serving) expect(rank[states[name] ?? 'dead']).toBeLessThanOrEqual(Math.max(best, 1));
        for (const name of next.leaving) expect(next.serving).not.toContain(name);
        // The same states once more change nothing.
        expect(order(states, [...next.serving])).toEqual({ ...next, leaving: [] });
        before = next;
      }
    }),
  );
});
