import { describe, expect, it } from 'vitest';
import { replay, runSeeds, type Plan, type SeedOutcome } from '../../src/lab/index.ts';
import { pbftAdversary, pbftStrategies } from '../../src/lab/world/pbft-adversaries.ts';
import { pbftUnderTest } from '../../src/lab/world/pbft.ts';
import { planFor } from '../../src/lab/world/swarm.ts';
import { runWorld } from '../../src/lab/world/world.ts';

const sweep = (from: number, to: number): SeedOutcome[] => [...(runSeeds('pbft', from, to) ?? [])];
const broken = (outcomes: readonly SeedOutcome[]) =>
  outcomes.filter(({ outcome }) => outcome.violation).map(({ seed, outcome }) => [seed, outcome.violation]);

/** Worlds with four members in which much may go wrong besides. */
const plans: Plan[] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].flatMap((seed) => {
  const [found] = sweep(seed, seed);
  return found && found.plan.members === 4 ? [found.plan] : [];
});

/** What the gate plans. */
const planned = Array.from({ length: 2000 }, (_, at) => planFor(pbftUnderTest(), at + 1));

describe('pbft in the simulator', () => {
  it('breaks no law and comes to an end, seeds 1 to 200', { timeout: 180_000 }, () => {
    const outcomes = sweep(1, 200);
    expect(broken(outcomes)).toEqual([]);
    expect(outcomes.some(({ plan }) => plan.adversaries.length > 1)).toBe(true);
    expect(outcomes.some(({ plan }) => plan.encoded)).toBe(true);
    expect(outcomes.some(({ plan }) => plan.tuning['realKeys'] === 1)).toBe(true);
    expect(outcomes.reduce((sum, { outcome }) => sum + outcome.answered, 0)).toBeGreaterThan(10_000);
  });

  it('knows at least 15 strategies of adversaries', () => {
    expect(new Set(pbftStrategies).size).toBeGreaterThanOrEqual(15);
  });

  it.each(pbftStrategies)('%s attacks in the worlds that are planned for it', { timeout: 60_000 }, (strategy) => {
    const played = planned.filter(({ adversaries }) => adversaries.some((one) => one.strategy === strategy));
    expect(played.length).toBeGreaterThan(5);
    let attacks = 0;
    const protocol = pbftUnderTest();
    protocol.adversary = (name, port) => pbftAdversary(name, port, () => (attacks += Number(name === strategy)));
    for (const plan of played.slice(0, 20)) {
      expect(runWorld(plan, protocol).violation).toBeUndefined();
      if (attacks > 0) return;
    }
    expect(attacks).toBeGreaterThan(0);
  });

  it('lets members forget everything, or go back to a backup of the journal behind their guards', () => {
    const plans = planned.filter(({ members, faults }) => {
      const returning = faults.filter(
        (fault) => fault.type === 'set-back' || (fault.type === 'amnesia' && fault.downUs),
      );
      return members > 1 && returning.length > 0;
    });
    expect(plans.length).toBeGreaterThan(500);
    const lines: string[] = [];
    for (const plan of plans.slice(0, 30)) replay(plan, (line) => lines.push(line));
    const count = (what: string) => lines.filter((line) => line.includes(what)).length;
    expect(count('forgets everything')).toBeGreaterThan(2);
    expect(count('is set back')).toBeGreaterThan(2);
    expect(count('votes again')).toBeGreaterThan(0);
  });

  it.each(pbftStrategies)('one of four members is an adversary: %s', { timeout: 60_000 }, (strategy) => {
    expect(plans.length).toBeGreaterThan(2);
    for (const plan of plans.slice(0, 3)) {
      for (const node of [1, 4]) {
        const lines: string[] = [];
        const outcome = replay({ ...plan, adversaries: [{ node, strategy }] }, (line) => lines.push(line));
        expect([plan.seed, node, outcome?.violation]).toEqual([plan.seed, node, undefined]);
        expect(outcome?.answered).toBeGreaterThan(0);
        expect(lines[0]).toContain(`node ${node} is an adversary: ${strategy}`);
      }
    }
  });
});

/** Some minutes: `QW_SIM_LONG=1 npx vitest run test/sim`. */
describe.runIf(process.env['QW_SIM_LONG'] === '1')('the whole gate of pbft', () => {
  it('2,000 seeds, none failed', { timeout: 1_800_000 }, () => {
    expect(broken(sweep(1, 2000))).toEqual([]);
  });
});
