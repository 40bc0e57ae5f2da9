import type { EpochMs, Membership } from '../../model/index.ts';
import type { EntryDraft, LedgerEntry } from '../record/entry.ts';

/**
 * The state machine that the ledger drives. Its state is a fold over ledger entries and nothing else, so anybody who
 * holds the ledger can rebuild it, and every member comes to the same one.
 */
export interface Application {
  /**
   * Turns one ordered request into entries, seeing the state after all earlier entries. It must be a function of state,
   * request and time, and must not change the state. Throwing refuses the request: it leaves no entry, and its proposer
   * gets the error.
   */
  execute(request: Uint8Array, time: EpochMs): readonly EntryDraft[];
  /** Folds one entry into the state: the only thing that changes it. Bodies come as JSON returns them. */
  apply(entry: LedgerEntry): void;
  /** The whole state. */
  snapshot(): Uint8Array;
  /**
   * Takes the place of all entries up to the snapshot; called at most once, before any `apply`. Throwing means that this
   * version cannot read the snapshot; then the state must be as before, and all entries are folded instead.
   */
  restore(snapshot: Uint8Array): void;
}

/** A state machine that knows who keeps its ledger: when their epoch changes, the consensus below it changes too. */
export interface ClusterApplication extends Application {
  membership(): Membership;
  /**
   * Whether the entries so far show that this request was executed. Asked where others execute and this one follows, to
   * answer proposers; without it nothing can be proposed there.
   */
  hasExecuted?(request: Uint8Array): boolean;
}
