import type { Dispatcher } from '../act/index.ts';
import type { LedgerEntry, VerdictMachine } from '../agree/index.ts';
import type { ActionIntent, LedgerBodies } from '../model/index.ts';
import type { Clock } from '../platform/index.ts';

export interface CarryingParts {
  self: string;
  machine: VerdictMachine;
  clock: Clock;
  dispatcher: Pick<Dispatcher, 'offer' | 'recover' | 'withdraw'>;
}

/** Hands the dispatcher what this watcher is to carry out, and takes away what another one carries out from now on. */
export class Carrying {
  readonly #parts: CarryingParts;

  constructor(parts: CarryingParts) {
    this.#parts = parts;
  }

  /** What is pending at the start. */
  begin(): void {
    const { self, machine, clock, dispatcher } = this.#parts;
    const own = [...machine.view(clock.now()).pendingActions()].filter(({ intent }) => intent.watcher === self);
    dispatcher.recover(own.map(({ intent, attempts }) => ({ intent, startedAttempts: attempts })));
  }

  onEntry(entry: LedgerEntry): void {
    const { self, dispatcher } = this.#parts;
    if (entry.kind === 'action-intended') {
      const intent = entry.body as ActionIntent;
      if (intent.watcher === self) dispatcher.offer(intent);
    } else if (entry.kind === 'action-assigned') this.#onAssigned(entry.body as LedgerBodies['action-assigned']);
  }

  /** Who had it stops; who has it now goes on from what the ledger knows. */
  #onAssigned({ id, watcher, from }: LedgerBodies['action-assigned']): void {
    const { self, machine, clock, dispatcher } = this.#parts;
    if (from === self) dispatcher.withdraw(id);
    const action = machine.view(clock.now()).action(id);
    if (watcher !== self || action?.intent.watcher !== self) return;
    dispatcher.recover([{ intent: action.intent, startedAttempts: action.attempts }]);
  }
}
