import { pbftUnderTest } from './pbft.ts';
import type { Plan } from './plan.ts';
import type { ProtocolUnderTest } from './protocol.ts';
import { raftMutations } from './raft-mutations.ts';
import { raftUnderTest } from './raft.ts';
import { shrink } from './shrink.ts';
import { soloUnderTest } from './solo.ts';
import { planFor } from './swarm.ts';
import { runWorld, type Outcome } from './world.ts';

/** A protocol with its messages hidden, so that different ones fit into one table. */
interface Simulated {
  plan(seed: number, mutation: string | undefined): Plan;
  run(plan: Plan, log?: (line: string) => void): Outcome;
}

function simulated<Message>(protocol: ProtocolUnderTest<Message>): Simulated {
  return {
    plan: (seed, mutation) => planFor(protocol, seed, mutation),
    run: (plan, log) => runWorld(plan, protocol, log),
  };
}

const protocols: Readonly<Record<string, () => Simulated>> = {
  solo: () => simulated(soloUnderTest()),
  raft: () => simulated(raftUnderTest()),
  pbft: () => simulated(pbftUnderTest()),
};

const mutations: Readonly<Record<string, Readonly<Record<string, () => Simulated>>>> = {
  raft: Object.fromEntries(Object.entries(raftMutations).map(([name, make]) => [name, () => simulated(make())])),
};

/** Protocols that can be simulated, and the seeded bugs of each. */
export function simulations(): { protocol: string; mutations: readonly string[] }[] {
  return Object.keys(protocols).map((protocol) => ({ protocol, mutations: Object.keys(mutations[protocol] ?? {}) }));
}

function find(protocol: string, mutation: string | undefined): Simulated | undefined {
  return (mutation === undefined ? protocols[protocol] : mutations[protocol]?.[mutation])?.();
}

export interface SeedOutcome {
  seed: number;
  outcome: Outcome;
  plan: Plan;
}

/** Runs the seeds one after the other; undefined when there is no such protocol or mutation. */
export function runSeeds(
  protocol: string,
  from: number,
  to: number,
  mutation?: string,
): Generator<SeedOutcome> | undefined {
  const world = find(protocol, mutation);
  return world && each(world, from, to, mutation);
}

function* each(world: Simulated, from: number, to: number, mutation: string | undefined): Generator<SeedOutcome> {
  for (let seed = from; seed <= to; seed++) {
    const plan = world.plan(seed, mutation);
    yield { seed, plan, outcome: world.run(plan) };
  }
}

/** The smallest plan that was found to break the same law; at most `maxRuns` runs are spent on it. */
export function shrinkPlan(plan: Plan, invariant: string, maxRuns: number): Plan {
  const world = find(plan.protocol, plan.mutation);
  if (!world) return plan;
  return shrink(plan, (candidate) => world.run(candidate).violation?.invariant === invariant, maxRuns);
}

/** Runs one plan with a log of its transitions; undefined when there is no such protocol or mutation. */
export function replay(plan: Plan, log: (line: string) => void): Outcome | undefined {
  return find(plan.protocol, plan.mutation)?.run(plan, log);
}
