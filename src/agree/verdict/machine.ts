import { hash } from 'node:crypto';
import {
  assert,
  canonicalJson,
  genesisText,
  QwError,
  type Configuration,
  type EpochMs,
  type Genesis,
  type LedgerRecord,
  type Membership,
} from '../../model/index.ts';
import type { VerifySignature } from '../crypto/signer.ts';
import type { EntryDraft, LedgerEntry } from '../record/entry.ts';
import type { Application } from '../runtime/application.ts';
import { execute, tick, type Rules } from './execute.ts';
import { fold } from './fold.ts';
import { pastOf } from './number-window.ts';
import { Plan, type Watching } from './plan.ts';
import { everyCheck } from './policies/every-check.ts';
import { decodeRequest } from './request.ts';
import { readInForce, readSnapshot, stateOf, writeSnapshot } from './snapshot.ts';
import { membershipOf, State } from './state.ts';
import { isWaiting } from './trouble.ts';
import { View } from './view.ts';

export interface VerdictMachineOptions {
  genesis: Genesis;
  /** Validates a configuration document and fills in defaults; throws a QwError on one that is not valid. Pure. */
  readConfiguration(document: unknown): Configuration;
  /** `createVerifier()` of this folder's neighbour; tests hand in their own. The same answer everywhere, for ever. */
  verify: VerifySignature;
}

/** The name of a network in all that is signed: SHA-256 of the genesis, in hexadecimal digits. */
export function networkOf(genesis: Genesis): string {
  return hash('sha256', genesisText(genesis));
}

/**
 * The replicated state machine: opinions become verdicts, verdicts become incidents and intended actions, and nothing
 * changes but by a ledger entry. Somebody must send `tick` now and then, every second say: maintenance, flapping and
 * delays end by time alone.
 */
export class VerdictMachine implements Application {
  /** Hash of the genesis. */
  readonly network: string;
  readonly #options: VerdictMachineOptions;
  readonly #rules: Rules;
  #state: State;
  /** Checks of which time alone may change something; follows from the state. */
  readonly #waiting = new Set<string>();
  /** The last plan made: executing and applying a configuration each need it. */
  #compiled: { text: string; watchers: readonly Watching[]; plan: Plan } | undefined;

  constructor(options: VerdictMachineOptions) {
    const { genesis, verify } = options;
    this.#options = options;
    this.network = networkOf(genesis);
    this.#rules = {
      genesis,
      network: this.network,
      verify,
      compile: (document, watchers) => this.#compile(document, watchers),
      recognise: (found) => this.#recognise(found),
    };
    this.#state = new State(new Plan(undefined, genesis.watchers), membershipOf(genesis));
  }

  execute(request: Uint8Array, time: EpochMs): readonly EntryDraft[] {
    return execute(this.#state, decodeRequest(request), time, this.#rules, this.#waiting);
  }

  apply(entry: LedgerEntry): void {
    assert(entry.position === this.#state.nextPosition, 'ledger entries are applied in order and without gaps');
    const record = entry as unknown as LedgerRecord;
    fold(this.#state, record, this.#rules);
    this.#updateWaiting(record);
  }

  snapshot(): Uint8Array {
    return writeSnapshot(this.#state, this.network);
  }

  restore(snapshot: Uint8Array): void {
    const held = readSnapshot(snapshot, this.network);
    const { watchers } = held.membership;
    const plan = held.inForce
      ? this.#compile(readInForce(held.inForce).body.document, watchers)
      : new Plan(undefined, watchers);
    this.#state = stateOf(held, plan);
    this.#updateAllWaiting();
  }

  /** Who belongs to the cluster after all entries so far. */
  membership(): Membership {
    const { epoch, protocol, watchers, nextNumber } = this.#state.membership;
    return { epoch, protocol, watchers, nextNumber };
  }

  /** Whether entries show that this very request was executed; one that was refused leaves none. */
  hasExecuted(request: Uint8Array): boolean {
    const { signer, number } = decodeRequest(request);
    return pastOf(this.#state.window(signer), number) === 'executed';
  }

  /** The highest number that the watcher has used, 0 for none: its next one must be higher. */
  lastNumber(watcher: string): number {
    return this.#state.window(watcher).highest;
  }

  /** What is now; `at` is the present time, by which maintenance and flapping are shown. */
  view(at: EpochMs): View {
    return new View(this.#state, at);
  }

  /** Whether a `tick` at this time would have any effect, so that idle ones need not be ordered. */
  isDue(at: EpochMs): boolean {
    if (this.#waiting.size === 0 && this.#state.owing.size === 0) return false;
    return tick(this.#state, at, this.#rules, this.#waiting).length > 0;
  }

  #compile(document: unknown, watchers: readonly Watching[]): Plan {
    const text = canonicalJson(document);
    if (this.#compiled?.text === text && this.#compiled.watchers === watchers) return this.#compiled.plan;
    const plan = new Plan(this.#options.readConfiguration(document), watchers);
    this.#compiled = { text, watchers, plan };
    return plan;
  }

  #recognise(found: Genesis): void {
    if (networkOf(found) === this.network) return;
    throw new QwError('DATA_FOREIGN', `the ledger began as cluster ${found.cluster}, with another genesis than this`, {
      hint: 'put the genesis file back that this folder had',
    });
  }

  #updateWaiting(record: LedgerRecord): void {
    if (record.kind === 'configuration' || record.kind === 'membership') this.#updateAllWaiting();
    else if (record.kind === 'transition' || record.kind === 'incident') this.#updateWaitingOf(record.body.check);
  }

  #updateAllWaiting(): void {
    this.#waiting.clear();
    for (const name of everyCheck(this.#state)) this.#updateWaitingOf(name);
  }

  #updateWaitingOf(name: string): void {
    if (isWaiting(this.#state, name)) this.#waiting.add(name);
    else this.#waiting.delete(name);
  }
}
