import type { Check, EpochMs, Incident, Milliseconds, VerdictState } from '../../model/index.ts';
import { calmUntil } from './flap.ts';
import type { Plan, PlannedCheck } from './plan.ts';
import type { Duties } from './routing/routing.ts';
import { assignedWant, awaitsTime } from './routing/wants.ts';
import { isOut, type CheckState, type Store } from './state.ts';

/** A verdict that people should handle: down, and degraded where the check says whom to notify of it. */
export function isTrouble(check: Check, verdict: VerdictState): verdict is 'down' | 'degraded' {
  return verdict === 'down' || (verdict === 'degraded' && check.degraded.some((action) => action.kind === 'notify'));
}

/** A verdict that ends trouble. Unknown and partial neither begin nor end it. */
export function isFine(check: Check, verdict: VerdictState): boolean {
  return (verdict === 'up' || verdict === 'degraded') && !isTrouble(check, verdict);
}

const rank = { degraded: 1, down: 2 } as const;

/** Trouble for which no incident was opened yet. */
export function wantsIncident(check: Check, state: CheckState): boolean {
  if (state.incident !== undefined || !isTrouble(check, state.verdict)) return false;
  return state.handled === undefined || rank[state.verdict] > rank[state.handled];
}

/** Whom trouble of that kind concerns, by the check itself and by the routes. */
export function dutiesOf(plan: Plan, planned: PlannedCheck, verdict: 'down' | 'degraded', incident: Incident): Duties {
  return plan.routing.duties(incident, planned, verdict, () => namedBy(planned.check, verdict));
}

/** Whom the check itself names, each with the shortest delay. */
function namedBy(check: Check, verdict: 'down' | 'degraded'): ReadonlyMap<string, Milliseconds> {
  const receivers = new Map<string, Milliseconds>();
  for (const action of check[verdict]) {
    if (action.kind !== 'notify') continue;
    for (const receiver of action.receivers) {
      receivers.set(receiver, Math.min(action.delayMs, receivers.get(receiver) ?? Infinity));
    }
  }
  return receivers;
}

/** Whether time alone may change something about the check: an incident may open, somebody may have to be told. */
export function isWaiting(store: Store, name: string): boolean {
  const planned = store.plan.enabled(name);
  const state = store.check(name);
  if (!planned || !state) return false;
  if (state.incident === undefined) return wantsIncident(planned.check, state);
  if (isFine(planned.check, state.verdict)) return true;
  const incident = store.incident(state.incident);
  if (!incident) return false;
  // A drill may turn out to be an outage.
  if (state.verdict === 'down' && incident.impact === 'minor' && !planned.policy) return true;
  if (assignedWant(incident, store.plan) !== undefined) return true;
  if (state.muted || !isTrouble(planned.check, state.verdict)) return false;
  return awaitsTime(dutiesOf(store.plan, planned, state.verdict, incident), incident);
}

export function isFlapping(planned: PlannedCheck, state: CheckState, at: EpochMs): boolean {
  return state.flap !== undefined && calmUntil(state.flap, at, planned.flapStepMs).flapping;
}

const longestGraceMs = 300_000;

/**
 * The nearest check that this one depends on and whose outage explains this one's. A parent explains while it is out.
 * After its recovery it goes on to explain what was down before, for as long as the check itself needs to settle as up,
 * at most five minutes; otherwise each recovery of a gateway would raise an alarm for everything behind it.
 */
export function explainedBy(
  store: Store,
  planned: PlannedCheck,
  state: CheckState,
  at: EpochMs,
): CheckState | undefined {
  const { check } = planned;
  const graceMs = Math.min(check.settle.up.r * check.interval + check.timeout, longestGraceMs);
  const explains = (name: string) => {
    const parent = store.check(name);
    if (parent && isOut(parent)) return true;
    const endedAt = parent?.outageEndedAt;
    return endedAt !== undefined && at < endedAt + graceMs && (state.since ?? Infinity) <= endedAt;
  };
  const nearest = store.plan.dependencies.nearest(store.plan.lineOf(check.name), explains);
  return nearest === undefined ? undefined : store.check(nearest);
}
