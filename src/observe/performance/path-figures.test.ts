import { describe, expect, it } from 'vitest';
import { pathFigures } from './path-figures.ts';
import { ProbeLog } from './probe-log.ts';

const start = 1_763_726_400_000;
const windowMs = 60_000;

interface Weather {
  /** What happens to each probe, by its number: where it is lost, how long each way takes. */
  fate: (sequence: number) => {
    lost?: 'there' | 'back';
    thereMs?: number;
    backMs?: number;
    twice?: 'there' | 'back';
  };
  /** Time that a packet waits in the reflector. */
  residenceMs?: (sequence: number) => number;
  /** The reflector begins anew at these numbers. */
  restarts?: readonly number[];
  aheadMs?: number;
}

/** Sends a probe a second through the weather; answers come in the order of their times. */
function log(count: number, { fate, residenceMs = () => 0.1, restarts = [], aheadMs = 0 }: Weather): ProbeLog {
  const made = new ProbeLog(2 * windowMs);
  const arriving: { sequence: number; atMs: number }[] = [];
  for (let sequence = 0; sequence < count; sequence++) {
    const sentMs = sequence * 1000;
    made.sent({ time: BigInt(sequence), sentMs, sentAt: start + sentMs });
    const { lost, thereMs = 5, twice } = fate(sequence);
    if (lost === 'there') continue;
    arriving.push({ sequence, atMs: sentMs + thereMs });
    if (twice === 'there') arriving.push({ sequence, atMs: sentMs + thereMs + 0.5 });
  }
  let reflected = 0;
  let restarted = 0;
  const returning: { reflected: number; sequence: number; atMs: number; cameMs: number }[] = [];
  for (const { sequence, atMs } of arriving.sort((a, b) => a.atMs - b.atMs)) {
    if (restarts[restarted] !== undefined && sequence >= restarts[restarted]!) {
      restarted += 1;
      reflected = 0;
    }
    const { lost, backMs = 5, twice } = fate(sequence);
    const cameMs = atMs + residenceMs(sequence) + backMs;
    if (lost !== 'back') returning.push({ reflected, sequence, atMs, cameMs });
    if (lost !== 'back' && twice === 'back') returning.push({ reflected, sequence, atMs, cameMs: cameMs + 1 });
    reflected += 1;
  }
  for (const { sequence, cameMs, atMs, ...one } of returning.sort((a, b) => a.cameMs - b.cameMs)) {
    const receivedAt = start + atMs + aheadMs;
    const sentAt = receivedAt + residenceMs(sequence);
    const reply = { sequence: one.reflected, session: 1, receivedAt, sentAt };
    made.answered(
      { ...reply, senderSequence: sequence, senderTime: BigInt(sequence) },
      { cameAt: start + cameMs, nowMs: cameMs },
    );
  }
  return made;
}

const figures = (probes: ProbeLog, nowMs: number) => pathFigures(probes.since(nowMs - windowMs), { nowMs, windowMs });
/** Numbers that look random and are the same each time. */
const drawn = (seed: number) => {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

describe('figures of a path', () => {
  it('of one without trouble: times without the wait at the other end, no loss, no jitter', () => {
    const found = figures(log(60, { fate: () => ({ thereMs: 10, backMs: 20 }), residenceMs: () => 7 }), 60_000);
    expect(found).toMatchObject({ sent: 60, answered: 60, unexplained: 0 });
    for (const value of Object.values(found.rtt ?? {})) expect(value).toBeCloseTo(30, 3);
    expect(found.forward).toMatchObject({ sent: 60, lost: 0, reordered: 0, duplicates: 0 });
    expect(found.back).toMatchObject({ sent: 60, lost: 0, reordered: 0, duplicates: 0 });
    expect(found.forward?.jitterMs).toBeCloseTo(0, 3);
  });

  it('tell loss there from loss back', () => {
    const there = new Set([5, 6, 30, 41]);
    const back = new Set([7, 20]);
    const fate = (at: number) => (there.has(at) ? { lost: 'there' } : back.has(at) ? { lost: 'back' } : {}) as object;
    const found = figures(log(60, { fate }), 60_000);
    expect(found).toMatchObject({ answered: 54, unexplained: 0 });
    expect(found.forward).toMatchObject({ sent: 60, lost: 4 });
    expect(found.back).toMatchObject({ sent: 56, lost: 2 });
  });

  it('call nothing lost behind the last answer, and have none where nothing ever came', () => {
    const cut = log(60, { fate: (at) => (at >= 40 ? { lost: 'there' } : {}) });
    const found = figures(cut, 60_000);
    expect(found).toMatchObject({ sent: 60, answered: 40, unexplained: 20 });
    expect(found.forward).toMatchObject({ sent: 40, lost: 0 });
    expect(found.silentMs).toBeCloseTo(21_000 - 10.1, 3);
    const never = figures(log(60, { fate: () => ({ lost: 'back' }) }), 60_000);
    expect(never).toEqual({ windowMs, sent: 60, answered: 0, unexplained: 60 });
  });

  it('count what was lost once answers come again, the share of this window only', () => {
    const fate = (at: number) => (at >= 40 && at < 80 ? { lost: 'there' as const } : {});
    const early = figures(log(100, { fate }), 100_000);
    expect(early.forward).toMatchObject({ sent: 60, lost: 40 });
    expect(early.back).toMatchObject({ lost: 0 });
    const later = figures(log(120, { fate }), 120_000);
    expect(later.unexplained).toBe(0);
    expect(later.forward?.sent).toBe(60);
    expect(later.forward?.lost).toBeGreaterThanOrEqual(19);
    expect(later.forward?.lost).toBeLessThanOrEqual(21);
  });

  it('blame no path for a watcher that stood still: its answers come late, and come', () => {
    // The other one is stopped from 20 s to 26 s, and answers then with the times at which the kernel took them in.
    const residenceMs = (at: number) => (at >= 20 && at < 26 ? 26_000 - at * 1000 : 0.1);
    const stopped = log(60, { fate: () => ({}), residenceMs });
    const found = figures(stopped, 60_000);
    expect(found).toMatchObject({ answered: 60, unexplained: 0 });
    expect(found.forward).toMatchObject({ lost: 0 });
    expect(found.back).toMatchObject({ lost: 0 });
    expect(found.rtt?.maxMs).toBeCloseTo(10, 2);
  });

  it('blame no path for one that began anew', () => {
    const fate = (at: number) => (at >= 30 && at < 35 ? { lost: 'there' as const } : {});
    const found = figures(log(60, { fate, restarts: [35] }), 60_000);
    expect(found).toMatchObject({ answered: 55, unexplained: 5 });
    expect(found.forward).toMatchObject({ sent: 55, lost: 0 });
    expect(found.back).toMatchObject({ sent: 55, lost: 0 });
  });

  it('know duplicates and overtaking by direction', () => {
    const twiceThere = figures(log(60, { fate: (at) => (at === 9 ? { twice: 'there' } : {}) }), 60_000);
    expect(twiceThere.forward).toMatchObject({ duplicates: 1, lost: 0, reordered: 0 });
    expect(twiceThere.back).toMatchObject({ duplicates: 0, lost: 0 });
    const twiceBack = figures(log(60, { fate: (at) => (at === 9 ? { twice: 'back' } : {}) }), 60_000);
    expect(twiceBack.back).toMatchObject({ duplicates: 1, lost: 0 });
    expect(twiceBack.forward).toMatchObject({ duplicates: 0 });
    const slowThere = figures(log(60, { fate: (at) => ({ thereMs: at === 9 ? 1500 : 5 }) }), 60_000);
    expect([slowThere.forward?.reordered, slowThere.back?.reordered]).toEqual([1, 0]);
    const slowBack = figures(log(60, { fate: (at) => ({ backMs: at === 9 ? 1500 : 5 }) }), 60_000);
    expect([slowBack.forward?.reordered, slowBack.back?.reordered]).toEqual([0, 1]);
  });

  it('measure jitter by direction, whatever the clocks say', () => {
    const random = drawn(1);
    const there = Array.from({ length: 60 }, () => 20 + 10 * random());
    for (const aheadMs of [0, 3_600_000, -250]) {
      const found = figures(log(60, { fate: (at) => ({ thereMs: there[at] ?? 0 }), aheadMs }), 60_000);
      const steps = there.slice(1).map((value, index) => Math.abs(value - (there[index] ?? 0)));
      expect(found.forward?.jitterMs).toBeCloseTo(steps.reduce((sum, one) => sum + one, 0) / steps.length, 3);
      expect(found.back?.jitterMs).toBeCloseTo(0, 3);
    }
  });

  it('give the offset of the clocks within half a round trip', () => {
    for (const [thereMs, backMs] of [
      [5, 5],
      [1, 40],
      [40, 1],
    ]) {
      const found = figures(log(60, { fate: () => ({ thereMs, backMs }) as object, aheadMs: 1234 }), 60_000);
      const { aheadMs = 0, boundMs = 0 } = found.clock ?? {};
      expect(Math.abs(aheadMs - 1234)).toBeLessThanOrEqual(boundMs + 0.001);
      expect(boundMs).toBeCloseTo(((thereMs ?? 0) + (backMs ?? 0)) / 2, 3);
    }
  });

  it('take no time from an exchange during which a clock was set', () => {
    const made = new ProbeLog(2 * windowMs);
    for (let sequence = 0; sequence < 10; sequence++) {
      const sentMs = sequence * 1000;
      made.sent({ time: 1n, sentMs, sentAt: start + sentMs });
      const receivedAt = start + sentMs + 5;
      const step = sequence === 4 ? -3_600_000 : sequence === 6 ? 3_600_000 : 0;
      const reply = { sequence, session: 1, receivedAt, sentAt: receivedAt, senderSequence: sequence, senderTime: 1n };
      made.answered(reply, { cameAt: start + sentMs + 10 + step, nowMs: sentMs + 10 });
    }
    const found = figures(made, 10_000);
    expect(found.rtt?.maxMs).toBeCloseTo(10, 3);
    expect(found.rtt?.minMs).toBeCloseTo(10, 3);
    expect(found.back?.jitterMs).toBeCloseTo(0, 3);
    expect(found.forward).toMatchObject({ sent: 10, lost: 0 });
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('never blame more than was lost, and sum up right (weather %i)', (seed) => {
    const random = drawn(seed);
    const fates = Array.from({ length: 200 }, () => {
      const lost = random() < 0.1 ? 'there' : random() < 0.1 ? 'back' : undefined;
      const twice = lost === undefined && random() < 0.05 ? (random() < 0.5 ? 'there' : 'back') : undefined;
      return { ...(lost && { lost }), ...(twice && { twice }), thereMs: 5 + 20 * random(), backMs: 5 + 20 * random() };
    });
    for (let second = 61; second <= 200; second++) {
      const probes = log(second, { fate: (at) => (fates[at] ?? {}) as object });
      const { sent, unexplained, forward, back } = figures(probes, second * 1000);
      if (!forward || !back) continue;
      expect(sent).toBe(60);
      expect(forward.sent + unexplained).toBe(60);
      expect(back.sent).toBe(forward.sent - forward.lost);
      const window = fates.slice(second - 60, second - unexplained);
      const lost = (where: string) => window.filter((one) => 'lost' in one && one.lost === where).length;
      expect(Math.abs(forward.lost - lost('there'))).toBeLessThanOrEqual(1);
      expect(Math.abs(back.lost - lost('back'))).toBeLessThanOrEqual(1);
    }
  });
});
