import type { ActionIntent, ActionReceipt, EpochMs, LedgerBodies, Transition } from '../model/index.ts';

/** What pages ask for again and again, kept from the stream of ledger entries; bounded, and rebuilt at each start. */

const transitionsPerCheck = 20;
const maxActions = 10_000;

export interface PastTransition extends Transition {
  position: number;
  time: EpochMs;
}

export interface PastAction {
  intent: ActionIntent;
  at: EpochMs;
  attempts: number;
  state: 'waiting' | 'running' | 'done' | 'failed' | 'unknown' | 'dropped';
  receipt?: ActionReceipt;
}

export interface HistoryEntry {
  position: number;
  time: EpochMs;
  kind: string;
  body: unknown;
}

export class History {
  readonly #transitions = new Map<string, PastTransition[]>();
  readonly #actions = new Map<string, PastAction>();

  add(entry: HistoryEntry): void {
    if (entry.kind === 'transition') this.#addTransition(entry);
    else if (entry.kind === 'action-intended') this.#addAction(entry);
    else if (entry.kind === 'action-started') {
      const { id, attempt } = entry.body as LedgerBodies['action-started'];
      this.#change(id, { state: 'running', attempts: attempt, at: entry.time });
    } else if (entry.kind === 'action-finished') {
      const { id, receipt } = entry.body as LedgerBodies['action-finished'];
      this.#change(id, { state: receipt.outcome, attempts: receipt.attempts, receipt, at: entry.time });
    }
  }

  /** Newest first. */
  transitions(check: string, limit: number): PastTransition[] {
    return (this.#transitions.get(check) ?? []).slice(-limit).reverse();
  }

  /** Newest first. */
  actions(fits: (intent: ActionIntent) => boolean, limit: number): PastAction[] {
    const found: PastAction[] = [];
    for (const action of [...this.#actions.values()].reverse()) {
      if (found.length >= limit) break;
      if (fits(action.intent)) found.push(action);
    }
    return found;
  }

  #addTransition(entry: HistoryEntry): void {
    const transition = { ...(entry.body as Transition), position: entry.position, time: entry.time };
    const list = this.#transitions.get(transition.check) ?? [];
    list.push(transition);
    if (list.length > transitionsPerCheck) list.shift();
    this.#transitions.set(transition.check, list);
  }

  #addAction(entry: HistoryEntry): void {
    const intent = entry.body as ActionIntent;
    this.#actions.set(intent.id, { intent, at: entry.time, attempts: 0, state: 'waiting' });
    const oldest = this.#actions.keys().next().value;
    if (this.#actions.size > maxActions && oldest !== undefined) this.#actions.delete(oldest);
  }

  #change(id: string, change: Partial<PastAction>): void {
    const action = this.#actions.get(id);
    if (action) Object.assign(action, change);
  }
}
