import { describe, expect, it } from 'vitest';
import type { CheckFigures, Digest, PathFigures } from '../../model/index.ts';
import { Board } from './board.ts';
import { CheckMinutes } from './check-minutes.ts';
import { freshFigures, presentPath } from './present-paths.ts';

const path = (to: string, given: Partial<PathFigures> = {}): PathFigures => ({
  to,
  windowMs: 60_000,
  sent: 60,
  answered: 57,
  unexplained: 0,
  silentMs: 400,
  rtt: { minMs: 10, medianMs: 12, p95Ms: 20, maxMs: 30 },
  forward: { sent: 60, lost: 3, reordered: 0, duplicates: 0, jitterMs: 1 },
  back: { sent: 57, lost: 0, reordered: 0, duplicates: 0 },
  stamps: 'kernel',
  ...given,
});
const check = (name: string): CheckFigures => ({
  check: name,
  windowMs: 60_000,
  passed: 1,
  degraded: 0,
  failed: 0,
  unknown: 0,
  latency: { count: 1, sumUs: 900, minUs: 900, maxUs: 900 },
  buckets: [[100, 1]],
});
const digest = (...paths: PathFigures[]): Digest => ({ at: 1, paths, checks: [check('web'), check('invented')] });

function board() {
  const made = new Board();
  made.keepOnly(new Set(['a', 'b', 'c']), new Set(['web']));
  return made;
}

describe('what watchers have told', () => {
  it('is believed of themselves only, of members and of checks that there are', () => {
    const made = board();
    const taken = made.take('a', digest(path('b'), path('a'), path('stranger')), 0);
    expect(taken?.paths.map(({ to }) => to)).toEqual(['b']);
    expect(taken?.checks.map((one) => one.check)).toEqual(['web']);
    expect(made.take('stranger', digest(path('a')), 0)).toBeUndefined();
    expect(made.path('b', 'a')).toBeUndefined();
  });

  it('is shown with its age, and not at all when it is old', () => {
    const made = board();
    made.take('a', digest(path('b')), 0);
    expect(presentPath(made, 'a', 'b', 5000)).toMatchObject({
      state: 'measured',
      ageMs: 5000,
      forward: { lossRatio: 0.05 },
      back: { lossRatio: 0 },
    });
    expect(presentPath(made, 'a', 'b', 40_000)).toEqual({
      from: 'a',
      to: 'b',
      state: 'unheard',
      reason: 'a is not heard',
      ageMs: 40_000,
    });
    expect(presentPath(made, 'b', 'a', 0)).toMatchObject({ state: 'unmeasured' });
    expect(presentPath(made, 'a', 'c', 0)).toMatchObject({ state: 'unmeasured' });
    expect(freshFigures(made, 'a', 'b', 40_000)).toBeUndefined();
  });

  it('goes on with checks without forgetting paths, and forgets those that are no longer measured', () => {
    const made = board();
    made.take('a', digest(path('b')), 0);
    made.take('a', digest(), 30_000);
    expect(presentPath(made, 'a', 'b', 30_000)).toMatchObject({ state: 'measured', ageMs: 30_000 });
    made.take('a', digest(), 40_000);
    expect(presentPath(made, 'a', 'b', 40_000)).toMatchObject({ state: 'unmeasured' });
    made.take('a', digest(path('c')), 41_000);
    expect(made.path('a', 'b')).toBeUndefined();
  });

  it('has no figures of a path over which nothing comes, and no zero either', () => {
    const made = board();
    const { rtt: _rtt, forward: _forward, back: _back, silentMs: _silent, ...cut } = path('b', { answered: 0 });
    const taken = made.take('a', digest(cut, path('c', { silentMs: 26_000 })), 0);
    expect(taken?.paths.map(({ rtt, forward, clock }) => [rtt, forward, clock])).toEqual(
      Array.from({ length: 2 }, () => [undefined, undefined, undefined]),
    );
    for (const to of ['b', 'c']) {
      const shown = presentPath(made, 'a', to, 0);
      expect(shown).toMatchObject({ state: 'silent', reason: 'no answer comes' });
      for (const key of ['rtt', 'forward', 'back', 'clock']) expect(shown).not.toHaveProperty(key);
      expect(freshFigures(made, 'a', to, 0)).toBeUndefined();
    }
  });

  it('is forgotten with the watcher', () => {
    const made = board();
    made.take('a', digest(path('b')), 0);
    made.take('b', digest(path('a')), 0);
    made.keepOnly(new Set(['b', 'c']), new Set());
    expect(presentPath(made, 'a', 'b', 0).state).toBe('unmeasured');
    expect(made.path('b', 'a')).toBeUndefined();
  });
});

describe('the last minute of checks', () => {
  it('counts outcomes and latencies, and forgets what is older', () => {
    const minutes = new CheckMinutes();
    minutes.add({ check: 'web', outcome: 'pass', latencyMs: 3 }, 0);
    minutes.add({ check: 'web', outcome: 'pass', latencyMs: 1.5 }, 30_000);
    minutes.add({ check: 'web', outcome: 'fail' }, 50_000);
    expect(minutes.figures('web', 60_000)).toMatchObject({
      passed: 2,
      failed: 1,
      latency: { count: 2, sumUs: 4500, minUs: 1500, maxUs: 3000 },
    });
    expect(minutes.figures('web', 60_001)).toMatchObject({ passed: 1, latency: { count: 1, minUs: 1500 } });
    expect(minutes.figures('web', 200_000)).toMatchObject({ passed: 0, failed: 0, buckets: [] });
    expect(minutes.figures('mail', 0)).toBeUndefined();
  });

  it('tells of many checks in turn', () => {
    const minutes = new CheckMinutes();
    for (let at = 0; at < 5; at++) minutes.add({ check: `c${at}`, outcome: 'pass', latencyMs: 1 }, 0);
    const told: string[] = [];
    for (let round = 0; round < 4; round++) {
      const figures = minutes.next(3, 0);
      minutes.told(2);
      told.push(figures.map((one) => one.check).join(' '));
    }
    expect(told).toEqual(['c0 c1 c2', 'c2 c3 c4', 'c4 c0 c1', 'c1 c2 c3']);
  });

  it('holds no more than the densest check gives in a minute, or twice that', () => {
    const minutes = new CheckMinutes();
    for (let at = 0; at < 50_000; at++) minutes.add({ check: 'web', outcome: 'pass', latencyMs: 1 }, 0);
    expect(minutes.figures('web', 0)?.passed).toBeLessThanOrEqual(12_000);
  });
});
