import { assert, canonicalJson, type Configuration, type EpochMs, type LedgerRecord } from '../../model/index.ts';
import type { EntryDraft, LedgerEntry } from '../record/entry.ts';
import type { Application } from '../runtime/application.ts';
import { execute } from './execute.ts';
import { fold } from './fold.ts';
import { Plan, type Member } from './plan.ts';
import { decodeRequest } from './request.ts';
import { readInForce, readSnapshot, stateOf, writeSnapshot } from './snapshot.ts';
import { State } from './state.ts';
import { isWaiting } from './trouble.ts';
import { View } from './view.ts';

export interface VerdictMachineOptions {
  /** Validates a configuration document and fills in defaults; throws a QwError on one that is not valid. Pure. */
  readConfiguration(document: unknown): Configuration;
  /** In an order that all members share. */
  members: readonly Member[];
}

/**
 * The replicated state machine: opinions become verdicts, verdicts become incidents and intended actions, and nothing
 * changes but by a ledger entry. Somebody must send `tick` now and then, every second say: maintenance, flapping and
 * delays end by time alone.
 */
export class VerdictMachine implements Application {
  readonly #options: VerdictMachineOptions;
  #state: State;
  /** Checks of which time alone may change something; follows from the state. */
  readonly #waiting = new Set<string>();
  /** The last plan made: executing and applying a configuration each need it. */
  #compiled: { text: string; plan: Plan } | undefined;

  constructor(options: VerdictMachineOptions) {
    this.#options = options;
    this.#state = new State(new Plan(undefined, options.members));
  }

  execute(request: Uint8Array, time: EpochMs): readonly EntryDraft[] {
    return execute(this.#state, decodeRequest(request), time, this.#compile, this.#waiting);
  }

  apply(entry: LedgerEntry): void {
    assert(entry.position === this.#state.nextPosition, 'ledger entries are applied in order and without gaps');
    const record = entry as unknown as LedgerRecord;
    fold(this.#state, record, this.#compile);
    this.#updateWaiting(record);
  }

  snapshot(): Uint8Array {
    return writeSnapshot(this.#state);
  }

  restore(snapshot: Uint8Array): void {
    const held = readSnapshot(snapshot);
    const plan = held.inForce
      ? this.#compile(readInForce(held.inForce).body.document)
      : new Plan(undefined, this.#options.members);
    this.#state = stateOf(held, plan);
    this.#updateAllWaiting();
  }

  /** What is now; `at` is the present time, by which maintenance and flapping are shown. */
  view(at: EpochMs): View {
    return new View(this.#state, at);
  }

  /** Whether a `tick` at this time would have any effect, so that idle ones need not be ordered. */
  isDue(at: EpochMs): boolean {
    return (
      this.#waiting.size > 0 && execute(this.#state, { kind: 'tick' }, at, this.#compile, this.#waiting).length > 0
    );
  }

  readonly #compile = (document: unknown): Plan => {
    const text = canonicalJson(document);
    if (this.#compiled?.text === text) return this.#compiled.plan;
    const plan = new Plan(this.#options.readConfiguration(document), this.#options.members);
    this.#compiled = { text, plan };
    return plan;
  };

  #updateWaiting(record: LedgerRecord): void {
    if (record.kind === 'configuration') this.#updateAllWaiting();
    else if (record.kind === 'transition' || record.kind === 'incident') this.#updateWaitingOf(record.body.check);
  }

  #updateAllWaiting(): void {
    this.#waiting.clear();
    for (const name of this.#state.plan.checks.keys()) this.#updateWaitingOf(name);
  }

  #updateWaitingOf(name: string): void {
    if (isWaiting(this.#state, name)) this.#waiting.add(name);
    else this.#waiting.delete(name);
  }
}
