import {
  assert,
  drillMarkOf,
  uplinkOfCheck,
  type Check,
  type Genesis,
  type Incident,
  type LedgerRecord,
  type CountedOpinion,
  type EpochMs,
  type NotificationBody,
  type Transition,
} from '../../model/index.ts';
import { withDocument } from './documents.ts';
import { drillAfter } from './drill.ts';
import { calmFlap, stepFlap, type FlapState } from './flap.ts';
import { withMirror } from './mirrors.ts';
import { withNumber } from './number-window.ts';
import { Plan, sameDefinition, type PlannedCheck } from './plan.ts';
import { everyCheck } from './policies/every-check.ts';
import { heardOf } from './policies/hear-of.ts';
import { withClaim, withMembers } from './presence.ts';
import { gateOf } from './routing/gates.ts';
import { withOverride } from './routing/overrides.ts';
import { freshCheck, heldBy, isOut, type CheckState, type Store } from './state.ts';
import { isTrouble } from './trouble.ts';
import { withDrill, withSwitch } from './uplink-past.ts';

/** What the state machine is made with, and folding needs. */
export interface Basis {
  genesis: Genesis;
  /** Its hash in hexadecimal digits. */
  network: string;
  /** Makes the plan of a configuration document for these watchers; throws on a document that is not valid. */
  compile(document: unknown, watchers: Genesis['watchers']): Plan;
  /** Throws on a genesis that is not the one above. */
  recognise(genesis: Genesis): void;
}

/** Folds one ledger record into the state: the only thing that changes it. */
export function fold(store: Store, record: LedgerRecord, basis: Basis): void {
  switch (record.kind) {
    case 'genesis':
      if ('format' in record.body) basis.recognise(record.body);
      store.genesis = record.body;
      break;
    case 'configuration':
      foldPlan(store, basis.compile(record.body.document, store.membership.watchers));
      store.inForce = { position: record.position, time: record.time, body: record.body };
      break;
    case 'membership':
      foldMembership(store, record);
      break;
    case 'observations': {
      const { watcher, number, opinions } = record.body;
      store.setWindow(watcher, withNumber(store.window(watcher), number, 'observed'));
      for (const opinion of opinions) foldOpinion(store, { ...opinion, said: record.position }, record.time);
      break;
    }
    case 'opinion':
      keepOpinion(store, store.check(record.body.check), record.body);
      break;
    case 'presence': {
      const { watcher, number, silent } = record.body;
      store.setWindow(watcher, withNumber(store.window(watcher), number, 'present'));
      store.presence = withClaim(store.presence, store.membership, watcher, silent);
      break;
    }
    case 'request': {
      const { watcher, number } = record.body;
      store.setWindow(watcher, withNumber(store.window(watcher), number));
      break;
    }
    case 'transition':
      foldTransition(store, record);
      break;
    case 'incident':
      foldIncident(store, record.body);
      break;
    case 'action-intended':
      store.setAction({ intent: record.body, state: 'waiting', attempts: 0, at: record.time });
      if (record.body.notification) foldGate(store, record.body.notification, record.time);
      break;
    case 'action-assigned':
      foldAssigned(store, record);
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
    case 'uplink-switch':
      store.uplinkPast = withSwitch(store.uplinkPast, record.body.id, record.position);
      break;
    case 'uplink-drill':
      store.uplinkPast = withDrill(store.uplinkPast, record.body, record.position);
      break;
    case 'dashboard':
      store.dashboards = withDocument(store.dashboards, record);
      break;
    case 'flow-view':
      store.flowViews = withDocument(store.flowViews, record);
      break;
    case 'snooze':
      store.snoozes = store.snoozes.with(record.body, record.time);
      break;
    case 'on-call-override':
      store.overrides = withOverride(store.overrides, record.body, record.time);
      break;
    case 'mirror':
      store.mirrors = withMirror(store.mirrors, record.body, record.time);
      break;
    case 'mirror-read':
    case 'audit':
      // They are kept for people; nothing follows from them.
      break;
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
  // Those that are forgotten leave the very list.
  for (const name of Array.from(store.resources())) {
    if (!goesOn(before, plan, name)) store.setCheck(name, undefined);
  }
  for (const [name, { check }] of plan.checks) {
    const state = store.check(name);
    if (!state) store.setCheck(name, freshCheck(name));
    else if (startsAgain(before.checks.get(name)?.check, check)) store.setCheck(name, restarted(state));
  }
}

/** Whether a resource of a policy is the same after a change: with another policy nobody has spoken of it yet. */
function goesOn(before: Plan, plan: Plan, name: string): boolean {
  const now = plan.checks.has(name) ? undefined : plan.planned(name);
  return now !== undefined && !startsAgain(before.planned(name)?.check, now.check);
}

export function startsAgain(before: Check | undefined, now: Check): boolean {
  return before === undefined || before.disabled !== now.disabled || !sameDefinition(before, now);
}

function restarted(state: CheckState): CheckState {
  const { name, verdict, from, since, position, reason, incident, handled, drill } = state;
  return {
    ...freshCheck(name),
    verdict,
    from,
    ...(since !== undefined && { since }),
    ...(position !== undefined && { position }),
    ...(reason && { reason }),
    ...(incident !== undefined && { incident, ...(handled && { handled }) }),
    ...(drill && { drill }),
  };
}

/**
 * An opinion counts from here on if the watcher is asked about the check, and says another thing than the last time. A
 * watcher may say everything again after a restart.
 */
function foldOpinion(store: Store, opinion: CountedOpinion, at: EpochMs): void {
  const check = store.check(opinion.check) ?? heardOf(store, opinion);
  if (!check || store.plan.enabled(check.name)?.watchers.includes(opinion.watcher) !== true) return;
  const held = heldBy(check, opinion.watcher);
  const announced = uplinkOfCheck(opinion.check) && drillMarkOf(opinion)?.endsAt;
  // A drill is told before anything comes of it.
  const isNews = announced !== undefined && held !== undefined && announced !== drillMarkOf(held)?.endsAt;
  if ((held?.state === opinion.state && !isNews) || (!held && opinion.state === 'unknown')) return;
  const drill = drillAfter(store, check, opinion, at);
  keepOpinion(store, drill === check.drill ? check : { ...check, ...(drill && { drill }) }, opinion);
}

function keepOpinion(store: Store, check: CheckState | undefined, opinion: CountedOpinion): void {
  if (check) store.setCheck(check.name, { ...check, opinions: { ...check.opinions, [opinion.watcher]: opinion } });
}

/** What was said by a machine that another has replaced counts no more. */
function foldMembership(store: Store, { body, position }: LedgerRecord & { kind: 'membership' }): void {
  const { epoch, protocol, watchers, nextNumber, change } = body;
  const { ids, keys } = store.membership.former;
  const former = {
    ids: [...new Set([...ids, ...watchers.map(({ id }) => id)])],
    keys: [...new Set([...keys, ...watchers.map(({ publicKey }) => publicKey)])],
  };
  store.membership = { epoch, protocol, watchers, nextNumber, position, former };
  const fresh = change.type === 'replace' ? change.id : undefined;
  store.presence = withMembers(store.presence, store.membership, fresh);
  store.plan = new Plan(store.plan.configuration, watchers);
  const known = new Set(watchers.map(({ id }) => id).filter((id) => id !== fresh));
  for (const name of everyCheck(store)) {
    const check = store.check(name);
    assert(check, 'every check of the plan has a state');
    const kept = Object.entries(check.opinions).filter(([watcher]) => known.has(watcher));
    if (kept.length < Object.keys(check.opinions).length) {
      store.setCheck(name, { ...check, opinions: Object.fromEntries(kept) });
    }
  }
}

function foldGate(store: Store, notification: NotificationBody, at: EpochMs): void {
  const gate = gateOf(notification, at);
  if (gate) store.setGate(gate.key, { ...store.gate(gate.key), ...gate.change });
}

/** A message that the former carrier had begun to send says so when it comes again. */
function foldAssigned(store: Store, { body, time }: LedgerRecord & { kind: 'action-assigned' }): void {
  const action = store.action(body.id);
  if (!action) return;
  const { notification, ...rest } = action.intent;
  const begunBy = action.attempts > 0 ? body.from : undefined;
  const intent = {
    ...rest,
    watcher: body.watcher,
    ...(notification && { notification: { ...notification, ...(begunBy !== undefined && { begunBy }) } }),
  };
  store.setAction({ ...action, intent, state: 'waiting', at: time });
}

function foldTransition(store: Store, record: LedgerRecord & { kind: 'transition' }): void {
  const { body, time, position } = record;
  const planned = store.plan.planned(body.check);
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
  const planned = store.plan.planned(check.name);
  if (!planned || !isTrouble(planned.check, check.verdict)) return {};
  // The impact of a policy's incident is what people say it is.
  return { handled: incident.impact === 'minor' && !planned.policy ? 'degraded' : 'down' };
}
