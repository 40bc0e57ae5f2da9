import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AnchorKind } from '../../model/index.ts';
import { settings, simulate, type Path } from './simulated-path.fixture.ts';

const states = (changes: readonly { state: string }[]) => changes.map(({ state }) => state);
/** An outage of everything from 5 s on. */
const diesAt =
  (deadMs: number, rttMs: number, backMs = Infinity): Path =>
  (_kind, sentMs) =>
    sentMs >= deadMs && sentMs < backMs ? 'lost' : rttMs;
const all: AnchorKind[] = ['icmp', 'large', 'tcp'];

test('an uplink that never answered stays unknown, however long', () => {
  const { changes, judge } = simulate(() => 'lost', { untilMs: 60_000, kinds: all });
  expect(changes).toEqual([]);
  expect(judge.opinion(60_000)).toMatchObject({ state: 'unknown', reason: 'nothing has answered yet' });
});

test.each([
  [2, 110],
  [10, 110],
  [20, 140],
])('with %i ms of delay silence is confirmed within %i ms', (rttMs, withinMs) => {
  for (let phase = 0; phase < 50; phase += 7) {
    const { changes } = simulate(diesAt(5000 + phase, rttMs), { untilMs: 8000, kinds: all });
    expect(states(changes)).toEqual(['up', 'dead']);
    expect(changes[1]?.atMs).toBeGreaterThan(5000 + phase);
    expect((changes[1]?.atMs ?? 0) - 5000 - phase).toBeLessThanOrEqual(withinMs);
  }
});

test('a hint shortens it at slow probing', () => {
  const { judge } = simulate(() => 10, { untilMs: 3000, settings: { ...settings, probeIntervalMs: 200 } });
  const burst = judge.hint(3001);
  expect(burst.length).toBeGreaterThanOrEqual(9);
  expect(judge.hint(3002)).toEqual([]);
  for (const order of burst) judge.settle(order, { kind: 'miss' }, 3001, 3001 + order.timeoutMs);
  expect(judge.state).toBe('dead');
});

test('five percent of random loss is never an outage', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const path: Path = (_kind, _sent, random) => (random() < 0.05 ? 'lost' : 8 + 4 * random());
      expect(states(simulate(path, { untilMs: 120_000, seed, kinds: all }).changes)).toEqual(['up']);
    }),
    { numRuns: 8 },
  );
});

test('five percent of random loss is no outage right after the start either, with few probes to judge by', () => {
  const path: Path = (_kind, _sent, random) => (random() < 0.05 ? 'lost' : 8 + 4 * random());
  for (let seed = 0; seed < 400; seed++) {
    expect(states(simulate(path, { untilMs: 6000, seed, kinds: all }).changes), `seed ${seed}`).toEqual(['up']);
  }
});

test('thirty percent of loss is bad within six seconds in 99 of 100 cases, and never dead', () => {
  const leftAfterMs = Array.from({ length: 300 }, (_, seed) => {
    const path: Path = (_kind, sentMs, random) => (sentMs > 10_000 && random() < 0.3 ? 'lost' : 8);
    const { changes } = simulate(path, { untilMs: 30_000, seed, kinds: all });
    expect(states(changes)[1]).toBe('bad');
    expect(states(changes)).not.toContain('dead');
    return (changes[1]?.atMs ?? Infinity) - 10_000;
  });
  expect(leftAfterMs.filter((afterMs) => afterMs < 6000).length).toBeGreaterThanOrEqual(297);
  expect(Math.max(...leftAfterMs)).toBeLessThan(12_000);
});

test('stalls of this process are no outage, and no loss', () => {
  const stalls = Array.from({ length: 20 }, (_, index) => ({ fromMs: 3000 + 1500 * index + 37 * index, forMs: 200 }));
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 60 }), (seed, rttMs) => {
      const path: Path = (_kind, _sent, random) => rttMs + 3 * random();
      const { changes } = simulate(path, { untilMs: 40_000, seed, kinds: all, stalls });
      expect(states(changes)).toEqual(['up']);
    }),
    { numRuns: 10 },
  );
});

test('an outage during stalls is still found', () => {
  const stalls = Array.from({ length: 5 }, (_, index) => ({ fromMs: 5000 + 300 * index, forMs: 100 }));
  const { changes } = simulate(diesAt(5050, 10), { untilMs: 9000, kinds: all, stalls });
  expect(states(changes)).toEqual(['up', 'dead']);
});

test('ICMP that is filtered is no reason to leave, and TCP takes over the watch', () => {
  const path: Path = (kind, sentMs) => {
    if (sentMs >= 30_000) return 'lost';
    return sentMs > 10_000 && kind !== 'tcp' ? 'lost' : 10;
  };
  const { changes, judge } = simulate(path, { untilMs: 29_000, kinds: all });
  expect(states(changes)).toEqual(['up']);
  expect(judge.opinion(29_000)).toMatchObject({ state: 'up', failing: ['icmp', 'large'] });
  const whole = simulate(path, { untilMs: 33_000, kinds: all }).changes;
  expect(states(whole)).toEqual(['up', 'dead']);
  expect(whole[1]?.atMs).toBeLessThan(30_500);
});

test.each(['tcp', 'large', 'http', 'dns'] as const)('%s that is not answered any more makes an uplink bad', (dead) => {
  const path: Path = (kind, sentMs) => (kind === dead && sentMs > 10_000 && sentMs < 40_000 ? 'lost' : 10);
  const { changes } = simulate(path, { untilMs: 60_000, kinds: ['icmp', 'large', 'tcp', 'http', 'dns'] });
  expect(states(changes)).toEqual(['up', 'bad', 'held', 'up']);
  expect(changes[1]?.atMs).toBeLessThan(dead === 'http' ? 13_200 : 12_000);
  expect(changes[1]?.reason).toBe(`${dead} used to be answered and is not`);
});

test('a path that got slow is left, though its answers prove that it lives', () => {
  const path: Path = (_kind, sentMs, random) => (sentMs > 20_000 ? 300 + 200 * random() : 10);
  const { changes, judge } = simulate(path, { untilMs: 40_000, kinds: all });
  expect(states(changes)[1]).toBe('dead');
  expect(judge.state).toBe('bad');
  expect(judge.opinion(40_000).usualRttMs).toBeLessThan(60);
});

test('a slower path whose answers are merely late is not lost', () => {
  const path: Path = (_kind, sentMs) => (sentMs > 20_000 ? 100 : 10);
  const { judge } = simulate(path, { untilMs: 60_000, kinds: all });
  expect(judge.opinion(60_000)).toMatchObject({ state: 'up', lossPercent: 0 });
});

test('an anchor that goes is not an uplink that goes', () => {
  const { judge: whole } = simulate(() => 10, { untilMs: 10_000 });
  expect(whole.state).toBe('up');
  let turn = 0;
  const path: Path = (_kind, sentMs) => (sentMs > 5000 && turn++ % 3 === 0 ? 'lost' : 10);
  const { changes } = simulate(path, { untilMs: 60_000 });
  expect(states(changes)).not.toContain('dead');
});

test('after an outage the uplink is held, and the hold doubles with each relapse', () => {
  const path: Path = (_kind, sentMs) => {
    const outage = (from: number) => sentMs >= from && sentMs < from + 1000;
    return outage(10_000) || outage(30_000) || outage(60_000) ? 'lost' : 10;
  };
  const { changes } = simulate(path, { untilMs: 120_000, kinds: all });
  expect(states(changes)).toEqual(['up', 'dead', 'held', 'up', 'dead', 'held', 'up', 'dead', 'held', 'up']);
  const holds = changes.flatMap(({ state, atMs }, index) =>
    state === 'held' ? Math.round(((changes[index + 1]?.atMs ?? 0) - atMs) / 1000) : [],
  );
  expect(holds).toEqual([10, 20, 40]);
});

test('an uplink that comes and goes every three seconds is not used again', () => {
  const path: Path = (_kind, sentMs) => (sentMs > 10_000 && Math.floor(sentMs / 3000) % 2 === 0 ? 'lost' : 10);
  const { changes, judge } = simulate(path, { untilMs: 120_000, kinds: all });
  expect(states(changes.slice(1))).not.toContain('up');
  expect(judge.opinion(120_000).flapPercent).toBeGreaterThan(90);
});

test('the carrier is believed at once, in both directions', () => {
  const { judge } = simulate(() => 10, { untilMs: 5000 });
  judge.carrier(false, 5001);
  expect(judge.opinion(5001)).toMatchObject({ state: 'dead', reason: 'the carrier is lost' });
  const [order] = judge.tick(5100);
  if (!order) throw new Error('a dead uplink is probed on');
  judge.settle(order, { kind: 'answer', rttMs: 10 }, 5100, 5110);
  expect(judge.state).toBe('dead');
  judge.carrier(true, 5200);
  judge.settle(order, { kind: 'answer', rttMs: 10 }, 5250, 5260);
  expect(judge.state).toBe('held');
});

test('a machine that cannot send says that it cannot tell, and remembers what it knew', () => {
  const { judge } = simulate(() => 10, { untilMs: 5000 });
  let nowMs = 5000;
  let last;
  while (nowMs < 8000) {
    nowMs += 50;
    for (const order of judge.tick(nowMs)) {
      last = order;
      judge.settle(order, { kind: 'starved' }, nowMs, nowMs);
    }
  }
  expect(judge.state).toBe('unknown');
  if (last) judge.settle(last, { kind: 'answer', rttMs: 10 }, nowMs, nowMs + 10);
  expect(judge.state).toBe('up');
});

test('no sequence of outcomes breaks the judge, and dead needs silence', () => {
  const outcome = fc.constantFrom('answer', 'miss', 'starved', 'late', 'carrier', 'hint');
  fc.assert(
    fc.property(fc.array(fc.tuple(outcome, fc.integer({ min: 1, max: 400 })), { maxLength: 300 }), (steps) => {
      const { judge } = simulate(() => 10, { untilMs: 1000, kinds: all });
      let nowMs = 1000;
      let open = judge.tick(nowMs);
      let carrier = true;
      for (const [what, afterMs] of steps) {
        nowMs += afterMs;
        open.push(...judge.tick(nowMs));
        const order = open.shift();
        if (!order) continue;
        const before = judge.state;
        if (what === 'carrier') judge.carrier((carrier = !carrier), nowMs);
        else if (what === 'hint') open.push(...judge.hint(nowMs));
        else if (what === 'late') judge.late(order, afterMs, nowMs);
        else if (what === 'answer') open.push(...judge.settle(order, { kind: 'answer', rttMs: 9 }, nowMs - 9, nowMs));
        else open.push(...judge.settle(order, { kind: what }, nowMs - 50, nowMs));
        if (judge.state === 'dead' && before !== 'dead') expect(['miss', 'carrier']).toContain(what);
        open = open.slice(-100);
        expect(judge.opinion(nowMs).lossPercent).toBeLessThanOrEqual(100);
      }
    }),
    { numRuns: 200 },
  );
});

test('the answer to a TCP opening that was sent again says nothing about how long answers take', () => {
  // A second outage is found as quickly as the first, although openings of the first were answered a second late.
  const path: Path = (kind, sentMs) => {
    const outage = (from: number) => sentMs >= from && sentMs < from + 900;
    if (!outage(10_000) && !outage(30_000)) return 10;
    return kind === 'tcp' ? 1010 : 'lost';
  };
  const { changes } = simulate(path, { untilMs: 32_000, kinds: all });
  expect(states(changes)).toEqual(['up', 'dead', 'held', 'up', 'dead', 'held']);
  expect(changes[4]?.atMs).toBeLessThan(30_150);
});

test('ICMP that is filtered after an outage does not keep the uplink out for ever', () => {
  const path: Path = (kind, sentMs) => {
    if (sentMs > 10_000 && sentMs < 11_000) return 'lost';
    return kind !== 'tcp' && sentMs > 10_000 ? 'lost' : 10;
  };
  const { changes } = simulate(path, { untilMs: 60_000, kinds: all });
  expect(states(changes)).toEqual(['up', 'dead', 'held', 'up']);
});
