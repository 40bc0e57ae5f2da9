import { QwError, type ActionReceipt, type LedgerRequest } from '../../model/index.ts';
import type { Draft } from './draft.ts';
import { withUpdate } from './incident-record.ts';
import { isPending, type ActionState } from './state.ts';

type StartRequest = Extract<LedgerRequest, { kind: 'action-start' }>;
type FinishRequest = Extract<LedgerRequest, { kind: 'action-finish' }>;

export function startAction(draft: Draft, { id, attempt, watcher }: StartRequest): void {
  const action = pendingOf(draft, id, watcher);
  if (attempt <= action.attempts)
    throw new QwError('CONFLICT', `attempt ${attempt} of action ${id} has been started already`);
  draft.emit({ kind: 'action-started', body: { id, attempt, watcher } });
}

export function finishOwnAction(draft: Draft, { id, watcher, receipt }: FinishRequest): void {
  finishAction(draft, pendingOf(draft, id, watcher), receipt);
}

/**
 * The receipt, and beside each incident of a message what became of telling somebody. Reminders that went well would fill
 * the timeline: they stand in the ledger only.
 */
export function finishAction(draft: Draft, { intent }: ActionState, receipt: ActionReceipt): void {
  const { id, watcher, notification } = intent;
  draft.emit({ kind: 'action-finished', body: { id, watcher, receipt } });
  if (!notification || (notification.message === 'reminder' && receipt.outcome === 'done')) return;
  const text = `${notification.message} to ${notification.receiver}: ${receipt.outcome}. ${receipt.text}`;
  for (const { id: about } of [notification.incident, ...(notification.others ?? [])]) {
    const incident = draft.incident(about);
    if (!incident) continue;
    draft.emit({ kind: 'incident', body: withUpdate(incident, { at: draft.time, by: watcher, kind: 'told', text }) });
  }
}

/** Only its carrier may speak of an action, and only until it is finished. */
function pendingOf(draft: Draft, id: string, watcher: string): ActionState {
  const action = draft.action(id);
  if (!action) throw new QwError('NOT_FOUND', `there is no action ${id}`);
  if (!isPending(action)) throw new QwError('CONFLICT', `action ${id} is ${action.state} already`);
  if (action.intent.watcher !== watcher) {
    throw new QwError('CONFLICT', `action ${id} belongs to ${action.intent.watcher}, not to ${watcher}`);
  }
  return action;
}
