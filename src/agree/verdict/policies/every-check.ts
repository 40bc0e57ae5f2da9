import type { Store } from '../state.ts';

/** All checks that have a state: those of the plan in its order, then the resources of policies, sorted. */
export function* everyCheck(store: Store): Generator<string> {
  yield* store.plan.checks.keys();
  // The order in which they were heard of first is not in a snapshot.
  yield* [...store.resources()].sort();
}
