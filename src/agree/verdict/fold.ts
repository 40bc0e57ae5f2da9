import type { Check, Incident, LedgerRecord, Opinion, Transition } from '../../model/index.ts';
import { calmFlap, stepFlap, type FlapState } from './flap.ts';
import { sameDefinition, type Plan, type PlannedCheck } from './plan.ts';
import { freshCheck, isOut, type CheckState, type Store } from './state.ts';
import { isTrouble } from './trouble.ts';

/** Makes the plan of a configuration document; throws on one that is not valid. */
export type Compile = (document: unknown) => Plan;

/** Folds one ledger record into the state: the only thing that changes it. */
export function fold(store: Store, record: LedgerRecord, compile: Compile): void {
  switch (record.kind) {
    case 'genesis':
      store.genesis = record.body;
      break;
    case 'configuration':
      foldPlan(store, compile(record.body.document));
      store.inForce = { position: record.position, time: record.time, body: record.body };
      break;
    case 'opinion':
      foldOpinion(store, record.body);
      break;
    case 'transition':
      foldTransition(store, record);
      break;
    case 'incident':
      foldIncident(store, record.body);
      break;
    case 'action-intended':
      store.setAction({ intent: record.body, state: 'waiting', attempts: 0, at: record.time });
      break;
    case 'action-started': {
      const action = store.action(record.body.id);
      if (action) store.setAction({ ...action, state: 'running', attempts: record.body.attempt, at: record.time });
      break;
    }
    case 'action-finished': {
      const action = store.action(record.body.id);
      const { receipt } = record.body;
      if (action) store.setAction({ ...action, state: receipt.outcome, receipt, at: record.time });
      break;
    }
  }
  store.nextPosition = record.position + 1;
  store.time = record.time;
}

/**
 * Checks that are gone are forgotten; those that are new or probe something else now start from unknown; the rest goes
 * on. The verdict itself stays until a transition changes it.
 */
function foldPlan(store: Store, plan: Plan): void {
  const before = store.plan;
  store.plan = plan;
  for (const name of before.checks.keys()) if (!plan.checks.has(name)) store.setCheck(name, undefined);
  for (const [name, { check }] of plan.checks) {
    const state = store.check(name);
    if (!state) store.setCheck(name, freshCheck(name));
    else if (startsAgain(before.checks.get(name)?.check, check)) store.setCheck(name, restarted(state));
  }
}

export function startsAgain(before: Check | undefined, now: Check): boolean {
  return before === undefined || before.disabled !== now.disabled || !sameDefinition(before, now);
}

function restarted(state: CheckState): CheckState {
  const { name, verdict, from, since, position, reason, incident, handled } = state;
  return {
    ...freshCheck(name),
    verdict,
    from,
    ...(since !== undefined && { since }),
    ...(position !== undefined && { position }),
    ...(reason && { reason }),
    ...(incident !== undefined && { incident, ...(handled && { handled }) }),
  };
}

function foldOpinion(store: Store, opinion: Opinion): void {
  const check = store.check(opinion.check);
  if (check) store.setCheck(check.name, { ...check, opinions: { ...check.opinions, [opinion.watcher]: opinion } });
}

function foldTransition(store: Store, record: LedgerRecord & { kind: 'transition' }): void {
  const { body, time, position } = record;
  const planned = store.plan.checks.get(body.check);
  const before = store.check(body.check);
  if (!planned || !before) return;
  const flap = flapAfter(before, planned, body, time);
  const { reason: _past, ...rest } = before;
  const after: CheckState = {
    ...rest,
    verdict: body.to,
    from: body.from,
    since: body.since,
    position,
    ...(body.reason && { reason: body.reason }),
    ...(flap && { flap }),
  };
  if (body.to === 'up' || body.to === 'degraded' || body.to === 'down') {
    after.decisive = body.to;
    after.muted = before.decisive === undefined && body.to === 'down' && planned.check['ignore-initial-down'];
    if (isOut(before) && body.to !== 'down') after.outageEndedAt = time;
    if (body.to !== 'down') delete after.behind;
    if (!isTrouble(planned.check, body.to)) delete after.handled;
  }
  store.setCheck(body.check, after);
}

/**
 * The ring after a transition. Unknown stays out of it: a watcher that starves now and then says nothing about the
 * target. The first known verdict fills it.
 */
export function flapAfter(
  before: CheckState,
  planned: PlannedCheck,
  { to }: Pick<Transition, 'to'>,
  time: number,
): FlapState | undefined {
  if (to === 'unknown') return before.flap;
  return before.flap ? stepFlap(before.flap, to, time, planned.flapStepMs) : calmFlap(to, time);
}

export function foldIncident(store: Store, incident: Incident): void {
  const known = store.incident(incident.id);
  store.setIncident(incident);
  store.lastIncident = Math.max(store.lastIncident, Number(incident.id));
  const open = incident.status !== 'resolved';
  // `affected` only grows, so what is new stands at its end.
  for (const name of incident.affected.slice(known?.affected.length ?? 0)) {
    const affected = store.check(name);
    if (!affected || !open || affected.incident !== undefined || affected.decisive !== 'down') continue;
    store.setCheck(name, { ...affected, behind: incident.id });
  }
  const check = store.check(incident.check);
  if (!check) return;
  const { behind: _explained, incident: current, ...rest } = check;
  if (open) {
    store.setCheck(check.name, { ...rest, ...handledBy(store, check, incident), incident: incident.id });
  } else if (current === incident.id) {
    const { incident: _closed, ...without } = check;
    store.setCheck(check.name, without);
  }
}

/** An incident that is only waiting for flapping to end does not stand for the next trouble. */
function handledBy(store: Store, check: CheckState, incident: Incident): Pick<CheckState, 'handled'> {
  const planned = store.plan.checks.get(check.name);
  if (!planned || !isTrouble(planned.check, check.verdict)) return {};
  return { handled: incident.impact === 'minor' ? 'degraded' : 'down' };
}
