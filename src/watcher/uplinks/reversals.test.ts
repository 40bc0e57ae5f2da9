import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { UplinkState, VerdictState } from '../../model/index.ts';
import { Reversals } from './reversals.ts';

const name = 'uplink/isp1/ipv4';

/** Looks once a second for so long; the second at which the cluster was believed, if it was. */
function believed(reversals: Reversals, own: UplinkState, verdict: VerdictState, from: number, seconds: number) {
  for (let second = from; second < from + seconds; second++) {
    if (reversals.look(name, own, verdict, second * 1000)) return second;
  }
  return undefined;
}

test('the cluster is believed after it has contradicted for a while, and only when it says up', () => {
  expect(believed(new Reversals(), 'dead', 'up', 100, 60)).toBe(105);
  for (const verdict of ['down', 'partial', 'unknown', 'degraded'] as const) {
    expect(believed(new Reversals(), 'dead', verdict, 100, 600)).toBeUndefined();
  }
  expect(believed(new Reversals(), 'unknown', 'up', 100, 600)).toBeUndefined();
});

test('what is in force stays while nobody can reach a verdict, and ends when both agree', () => {
  const reversals = new Reversals();
  believed(reversals, 'dead', 'up', 0, 60);
  expect(reversals.look(name, 'dead', 'partial', 10_000)).toBe(true);
  expect(reversals.look(name, 'held', 'up', 11_000)).toBe(true);
  expect(reversals.look(name, 'up', 'up', 12_000)).toBe(false);
  expect(believed(reversals, 'dead', 'up', 13, 60)).toBe(23);
  expect(reversals.look(name, 'dead', 'down', 24_000)).toBe(false);
  expect(reversals.inForce(name)).toBe(false);
  expect(believed(reversals, 'dead', 'up', 700, 60)).toBe(705);
});

test('however watchers change their minds, contradictions cause few switches', () => {
  const own = fc.constantFrom<UplinkState>('up', 'dead', 'bad', 'held');
  const verdict = fc.constantFrom<VerdictState>('up', 'down', 'partial', 'degraded');
  fc.assert(
    fc.property(fc.array(fc.tuple(own, verdict, fc.integer({ min: 1, max: 400 })), { maxLength: 40 }), (script) => {
      const reversals = new Reversals();
      let begun: number[] = [];
      let second = 0;
      for (const [state, said, seconds] of script) {
        for (let end = second + seconds; second < end; second++) {
          const before = reversals.inForce(name);
          if (reversals.look(name, state, said, second * 1000) && !before) begun.push(second);
        }
      }
      // 5 + 10 + 20 + 40 + 80 + 160 + 160 s of contradiction go before the seventh.
      for (const at of begun) {
        const within = begun.filter((other) => other >= at && other < at + 600);
        expect(within.length).toBeLessThanOrEqual(8);
      }
      begun = [];
    }),
    { numRuns: 200 },
  );
});

test('all that is contradicted is believed at the same look; what is failed on purpose is left out', () => {
  const reversals = new Reversals();
  const seen = ['isp1', 'isp2', 'isp3'].map((uplink) => ({ uplink, family: 4, state: 'dead', ...figures }) as const);
  const look = (nowMs: number) => reversals.lookAtAll(seen, () => 'up', 'isp3', nowMs);
  expect(look(0)).toBe(false);
  expect(look(6000)).toBe(true);
  const names = ['isp1', 'isp2', 'isp3'].map((uplink) => reversals.inForce(`uplink/${uplink}/ipv4`));
  expect(names).toEqual([true, true, false]);
  expect(look(7000)).toBe(false);
});

const figures = { sinceMs: 0, reason: '', failing: [], lossPercent: 0, flapPercent: 0 };
