import { describe, expect, it } from 'vitest';
import { replay, runSeeds, shrinkPlan, simulations } from './simulate.ts';
import { planFor } from './swarm.ts';
import { raftMutations } from './raft-mutations.ts';
import { raftUnderTest } from './raft.ts';
import { runWorld } from './world.ts';

function run(protocol: string, from: number, to: number, mutation?: string) {
  const worlds = runSeeds(protocol, from, to, mutation);
  if (!worlds) throw new Error(`${protocol} is not known`);
  return [...worlds];
}

describe('a world', () => {
  it('is the same whenever its seed is the same', () => {
    const protocol = raftUnderTest();
    for (let seed = 1; seed <= 20; seed++) {
      const logs = [0, 1].map(() => {
        const lines: string[] = [];
        const outcome = runWorld(planFor(protocol, seed), protocol, (line) => lines.push(line));
        return { outcome, lines };
      });
      expect(logs[0]).toEqual(logs[1]);
      expect(logs[0]?.lines.length).toBeGreaterThan(0);
    }
  });

  it.each([
    ['solo', 1, 100],
    ['raft', 1, 300],
  ] as const)('%s breaks no law and comes to an end, seeds %i to %i', (protocol, from, to) => {
    const outcomes = run(protocol, from, to);
    expect(
      outcomes.filter(({ outcome }) => outcome.violation).map(({ seed, outcome }) => [seed, outcome.violation]),
    ).toEqual([]);
    expect(outcomes.every(({ outcome }) => outcome.recoverable)).toBe(true);
    expect(outcomes.reduce((sum, { outcome }) => sum + outcome.answered, 0)).toBeGreaterThan(to - from);
  });

  it('has every kind of fault in some swarms, and none in others', () => {
    const protocol = raftUnderTest();
    const plans = Array.from({ length: 200 }, (_, at) => planFor(protocol, at));
    const kinds = new Set(plans.flatMap((plan) => plan.faults.map((fault) => fault.type)));
    expect([...kinds].toSorted()).toEqual(
      [
        'amnesia',
        'clog',
        'crash',
        'damage',
        'disk-error',
        'jump',
        'operate',
        'partition',
        'pause',
        'slow-disk',
      ].toSorted(),
    );
    for (const kind of kinds) {
      expect(plans.some((plan) => plan.faults.every((fault) => fault.type !== kind))).toBe(true);
    }
  });
});

/** Those that a hundred seeds catch; `test/sim` runs all of them. */
const quick = [
  'half-is-a-quorum',
  'two-votes-a-term',
  'vote-for-a-shorter-log',
  'no-consistency-check',
  'conflicts-are-kept',
  'commit-beyond-agreement',
  'old-terms-commit-by-counting',
  'sends-before-durable',
  'leader-counts-what-is-not-durable',
];

describe('mutations', () => {
  it.each(quick)('%s is caught', (mutation) => {
    expect(Object.keys(raftMutations)).toContain(mutation);
    let caught: string | undefined;
    for (let seed = 1; seed <= 100 && caught === undefined; seed++) {
      caught = run('raft', seed, seed, mutation)[0]?.outcome.violation?.invariant;
    }
    expect(caught).toBeDefined();
  });

  it('a failing plan shrinks to what matters, and fails again when it is replayed', () => {
    const [failed] = run('raft', 1, 1, 'old-terms-commit-by-counting');
    const invariant = failed?.outcome.violation?.invariant;
    if (!failed || invariant === undefined) throw new Error('the mutation is caught by the first seed');
    const small = shrinkPlan(failed.plan, invariant, 300);
    expect(small.faults.length + small.requests.length).toBeLessThan(
      (failed.plan.faults.length + failed.plan.requests.length) / 2,
    );
    const lines: string[] = [];
    expect(replay(small, (line) => lines.push(line))?.violation?.invariant).toBe(invariant);
    expect(lines.at(-1)).toContain('VIOLATION');
  });
});

it('names what can be simulated, and nothing else', () => {
  expect(simulations().map(({ protocol }) => protocol)).toEqual(expect.arrayContaining(['solo', 'raft']));
  expect(runSeeds('paxos', 1, 1)).toBeUndefined();
  expect(runSeeds('raft', 1, 1, 'no-such-bug')).toBeUndefined();
});
