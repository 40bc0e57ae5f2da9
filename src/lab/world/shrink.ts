import type { Plan } from './plan.ts';

/** Whether a plan still fails in the same way. */
type Fails = (plan: Plan) => boolean;

/**
 * Takes out of a failing plan what is not needed for it to fail: first faults, then requests, then what the network
 * does to everybody. The plan's streams are apart, so taking out one thing leaves the others what they were.
 */
export function shrink(plan: Plan, fails: Fails, maxRuns: number): Plan {
  let runs = 0;
  const stillFails: Fails = (candidate) => {
    runs += 1;
    return runs <= maxRuns && fails(candidate);
  };
  let best = plan;
  best = { ...best, faults: minimal(best.faults, (faults) => stillFails({ ...best, faults })) };
  best = { ...best, requests: minimal(best.requests, (requests) => stillFails({ ...best, requests })) };
  for (const calmer of calmerThan(best)) {
    const candidate = { ...best, ...calmer };
    if (stillFails(candidate)) best = candidate;
  }
  return best;
}

function calmerThan(plan: Plan): Partial<Plan>[] {
  return [
    { network: { ...plan.network, loss: 0, duplication: 0 } },
    { clocks: plan.clocks.map(() => ({ offsetMs: 0, rate: 1 })) },
    { encoded: false },
    { adversaries: [] },
  ];
}

/** ddmin (Zeller and Hildebrandt 2002): a part of the list that still fails, and of which no part alone can be left out. */
function minimal<Item>(items: readonly Item[], fails: (items: readonly Item[]) => boolean): readonly Item[] {
  let current = items;
  let parts = 2;
  while (current.length > 0) {
    const size = Math.ceil(current.length / parts);
    let smaller: readonly Item[] | undefined;
    for (let from = 0; from < current.length && !smaller; from += size) {
      const rest = [...current.slice(0, from), ...current.slice(from + size)];
      if (fails(rest)) smaller = rest;
    }
    if (smaller) {
      current = smaller;
      parts = Math.max(2, parts - 1);
    } else if (size > 1) {
      parts = Math.min(current.length, parts * 2);
    } else {
      return current;
    }
  }
  return current;
}
