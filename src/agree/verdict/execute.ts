import { QwError, type EpochMs, type Incident, type LedgerRequest, type Opinion } from '../../model/index.ts';
import { configure } from './configure.ts';
import { Decider, waitingOf } from './decide.ts';
import { Draft, type RecordDraft } from './draft.ts';
import type { Compile } from './fold.ts';
import { withUpdate } from './incident-record.ts';
import { boundedEvidence } from './request.ts';
import { isPending, type State } from './state.ts';

/**
 * The entries that follow from one request on this state at this time. A function of its arguments: it changes nothing,
 * and a request without effect yields no entry. Throws a QwError when the request is refused. `waiting` are the checks
 * that time alone may change.
 */
export function execute(
  state: State,
  request: LedgerRequest,
  time: EpochMs,
  compile: Compile,
  waiting: Iterable<string>,
): readonly RecordDraft[] {
  // Agreed time does not go back; a request ordered earlier than the last entry would.
  const draft = new Draft(state, Math.max(time, state.time), compile);
  switch (request.kind) {
    case 'genesis':
      if (state.genesis) throw new QwError('CONFLICT', 'this ledger has its genesis already');
      draft.emit({ kind: 'genesis', body: request.body });
      break;
    case 'configure':
      configure(draft, request.body);
      break;
    case 'observe':
      observe(draft, request.opinions, waiting);
      break;
    case 'tick':
      new Decider(draft, waiting).settleAll(waitingOf(draft, waiting));
      break;
    case 'incident-acknowledge':
    case 'incident-note':
    case 'incident-status':
      handle(draft, request);
      break;
    case 'action-start':
      start(draft, request);
      break;
    case 'action-finish':
      finish(draft, request);
      break;
  }
  return draft.records;
}

/**
 * Opinions of watchers that do not judge the check, on checks that are gone, and such as repeat what the watcher said
 * last are passed over: a watcher may say everything again after a restart.
 */
function observe(draft: Draft, opinions: readonly Opinion[], waiting: Iterable<string>): void {
  const decider = new Decider(draft, waiting);
  for (const given of opinions) {
    const planned = draft.plan.enabled(given.check);
    const check = draft.check(given.check);
    if (!check || !planned?.judges.includes(given.watcher)) continue;
    const held = Object.hasOwn(check.opinions, given.watcher) ? check.opinions[given.watcher] : undefined;
    if (held?.state === given.state || (!held && given.state === 'unknown')) continue;
    draft.emit({ kind: 'opinion', body: boundedEvidence(given) });
    decider.decide(given.check);
  }
  decider.settle();
}

type PeopleRequest = Extract<LedgerRequest, { incident: string }>;

/** What people do with an incident. */
function handle(draft: Draft, request: PeopleRequest): void {
  const incident = draft.incident(request.incident);
  if (!incident) throw new QwError('NOT_FOUND', `there is no incident ${request.incident} among the recent ones`);
  const { by } = request;
  const at = draft.time;
  const change = (next: Incident) => draft.emit({ kind: 'incident', body: next });
  if (request.kind === 'incident-note') {
    change(withUpdate(incident, { at, by, kind: 'noted', text: request.text }));
    return;
  }
  if (incident.status === 'resolved') throw new QwError('CONFLICT', `incident ${incident.id} is resolved`);
  if (request.kind === 'incident-acknowledge') {
    if (incident.acknowledged) return;
    change(
      withUpdate(
        { ...incident, acknowledged: { by, at } },
        { at, by, kind: 'acknowledged', text: `${by} takes care.` },
      ),
    );
  } else if (request.status === 'resolved') {
    const { desk } = new Decider(draft, []);
    desk.resolve(incident.id, request.text || `${by} has resolved it.`, by, {
      reason: { code: 'resolved-by-hand', text: `${by} has resolved it.` },
    });
    desk.flush();
  } else {
    change(
      withUpdate(
        { ...incident, status: request.status },
        { at, by, kind: 'status', text: request.text || request.status },
      ),
    );
  }
}

function start(draft: Draft, { id, attempt, watcher }: Extract<LedgerRequest, { kind: 'action-start' }>): void {
  const action = draft.action(id);
  if (!action) throw new QwError('NOT_FOUND', `there is no action ${id}`);
  if (!isPending(action)) throw new QwError('CONFLICT', `action ${id} is ${action.state} already`);
  if (action.intent.watcher !== watcher) {
    throw new QwError('CONFLICT', `action ${id} belongs to ${action.intent.watcher}, not to ${watcher}`);
  }
  if (attempt <= action.attempts)
    throw new QwError('CONFLICT', `attempt ${attempt} of action ${id} has been started already`);
  draft.emit({ kind: 'action-started', body: { id, attempt, watcher } });
}

function finish(draft: Draft, { id, watcher, receipt }: Extract<LedgerRequest, { kind: 'action-finish' }>): void {
  const action = draft.action(id);
  if (!action) throw new QwError('NOT_FOUND', `there is no action ${id}`);
  if (!isPending(action)) throw new QwError('CONFLICT', `action ${id} is ${action.state} already`);
  if (action.intent.watcher !== watcher) {
    throw new QwError('CONFLICT', `action ${id} belongs to ${action.intent.watcher}, not to ${watcher}`);
  }
  draft.emit({ kind: 'action-finished', body: { id, watcher, receipt } });
  const { notification } = action.intent;
  const incident = notification && draft.incident(notification.incident.id);
  if (!incident || !notification) return;
  const text = `${notification.message} to ${notification.receiver}: ${receipt.outcome}. ${receipt.text}`;
  draft.emit({ kind: 'incident', body: withUpdate(incident, { at: draft.time, by: watcher, kind: 'told', text }) });
}
