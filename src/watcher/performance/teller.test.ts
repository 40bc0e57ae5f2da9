import { expect, it } from 'vitest';
import { CheckMinutes } from './check-minutes.ts';
import { Teller } from './teller.ts';

function rounds(count: number, ticks: number) {
  const minutes = new CheckMinutes();
  for (let at = 0; at < count; at++) minutes.add({ check: `c${at}`, outcome: 'pass', latencyMs: 1 }, 0);
  const teller = new Teller(minutes, () => [
    { to: 'b', windowMs: 60_000, sent: 0, answered: 0, unexplained: 0, stamps: 'kernel' },
  ]);
  return Array.from({ length: ticks }, (_, tick) => {
    const digest = teller.next({ at: tick, nowMs: 0 });
    teller.told(digest?.checks.length ?? 0);
    return digest;
  });
}

it('tells paths and a few checks together every ten seconds', () => {
  const told = rounds(3, 21);
  const spoke = told.flatMap((digest, tick) => (digest ? [tick] : []));
  expect(spoke).toEqual([0, 10, 20]);
  for (const tick of spoke) expect([told[tick]?.paths.length, told[tick]?.checks.length]).toEqual([1, 3]);
});

it('tells nothing but paths where there are no checks', () => {
  expect(rounds(0, 10).filter(Boolean)).toEqual([expect.objectContaining({ checks: [] })]);
});

it('tells many checks in portions, and more than a round holds in turn', () => {
  const some = rounds(600, 10).map((digest) => digest?.checks.length ?? 0);
  expect(some).toEqual([250, 250, 100, 0, 0, 0, 0, 0, 0, 0]);
  const names = rounds(6000, 24).flatMap((digest) => digest?.checks.map(({ check }) => check) ?? []);
  expect(names).toHaveLength(6000);
  expect(new Set(names).size).toBe(6000);
});
