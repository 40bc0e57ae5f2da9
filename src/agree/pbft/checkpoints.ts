import type { Milliseconds } from '../../model/index.ts';
import type { Lsn, ParticipantId } from '../protocol.ts';
import type { Hash } from '../record/hash.ts';
import { genesisCheckpoint } from './certificates.ts';
import { CheckpointVotes } from './checkpoint.ts';
import { isCheckpoint } from './configuration.ts';
import { ExecutionState, stateDigest, type Execution } from './execution-state.ts';
import type { CheckpointCertificate, CheckpointVote, Proposal, Sequence } from './messages.ts';
import type { RequestPool } from './request-pool.ts';
import type { Shared } from './shared.ts';
import type { SlotLog } from './slot-log.ts';

/** This member's state at a checkpoint. */
interface OwnState {
  digest: Hash;
  root: Hash;
  state: Uint8Array;
  vote: CheckpointVote | undefined;
}

/** Executes, takes checkpoints, moves the water marks, and notices when this member has fallen behind or differs. */
export class Checkpoints {
  readonly #shared: Shared;
  readonly #slots: SlotLog;
  readonly #pool: RequestPool;
  readonly #votes: CheckpointVotes;
  readonly #own = new Map<Sequence, OwnState>();
  /** Client tables of checkpoints whose root is still awaited. */
  readonly #taken = new Map<Sequence, Uint8Array>();
  #state: ExecutionState;
  #stable: CheckpointCertificate = genesisCheckpoint;
  /** A certificate that lies ahead of our own execution. */
  #target: CheckpointCertificate | undefined;
  #orderAtMs: Milliseconds = 0;
  /** Where the records begin that a restart needs beside those of living slots. */
  #baseLsn: Lsn;

  constructor(shared: Shared, slots: SlotLog, pool: RequestPool, state: ExecutionState, baseLsn: Lsn) {
    this.#shared = shared;
    this.#slots = slots;
    this.#pool = pool;
    this.#state = state;
    this.#baseLsn = baseLsn;
    const { window, checkpointInterval } = shared.limits;
    this.#votes = new CheckpointVotes(shared.membership.quorum, 2 * Math.ceil(window / checkpointInterval) + 1);
  }

  get state(): ExecutionState {
    return this.#state;
  }

  get stable(): CheckpointCertificate {
    return this.#stable;
  }

  get isBehind(): boolean {
    return this.#target !== undefined;
  }

  /** The journal is needed from here on. */
  floor(): Lsn {
    let floor = this.#baseLsn;
    for (const { firstLsn } of this.#slots.all()) floor = Math.min(floor, firstLsn ?? floor);
    return floor;
  }

  execute(sequence: Sequence, proposal: Proposal): Execution {
    const execution = this.#state.execute(sequence, proposal);
    if (isCheckpoint(sequence, this.#shared.limits)) this.#taken.set(sequence, this.#state.encode());
    return execution;
  }

  /** Takes up what the journal says is stable; execution may still have to come so far. */
  restore(stable: CheckpointCertificate, target: CheckpointCertificate | undefined): void {
    this.#stable = stable;
    this.#target = target;
  }

  /** The owner has executed up to here. */
  applied(sequence: Sequence, root: Hash): void {
    this.#state.addRoot(sequence, root);
    const taken = this.#taken.get(sequence);
    if (!taken) return;
    this.#taken.delete(sequence);
    const state = Buffer.concat([taken, this.#state.encodeRoots()]);
    const digest = stateDigest(root, state);
    const own: OwnState = { digest, root, state, vote: undefined };
    this.#own.set(sequence, own);
    if (this.#target?.sequence === sequence) this.learn(this.#target);
    this.#vote(sequence, own);
  }

  /** Our votes above a sequence, for a member that has not seen their checkpoints become stable. */
  votesAfter(sequence: Sequence): CheckpointVote[] {
    return [...this.#own.values()].flatMap(({ vote }) => (vote && vote.sequence > sequence ? [vote] : []));
  }

  #vote(sequence: Sequence, own: OwnState): void {
    const { authority, outbox, others, voting } = this.#shared;
    if (!voting || sequence <= this.#slots.low) return;
    const statement = { type: 'checkpoint' as const, sequence, digest: own.digest };
    const signed = authority.vote(statement, { kind: 'checkpoint', view: 0, sequence });
    if (!signed) return outbox.notice({ type: 'guard-refused', kind: 'checkpoint', view: 0, sequence });
    const vote = { ...statement, ...signed };
    own.vote = vote;
    // The others may forget everything up to here on the strength of this vote, so we must not.
    outbox.sync();
    outbox.send(vote, others);
    this.#add(vote);
  }

  receive(from: ParticipantId, vote: CheckpointVote): void {
    const { membership, authority } = this.#shared;
    if (!membership.has(vote.signer)) return this.#shared.refuse(from, 'checkpoint', 'not-member');
    if (vote.sequence <= this.#slots.low || !isCheckpoint(vote.sequence, this.#shared.limits)) {
      return this.#shared.refuse(from, 'checkpoint', 'outside-window');
    }
    if (this.#votes.has(vote)) return;
    if (!authority.accepts(vote, vote)) return this.#shared.refuse(from, 'checkpoint', 'bad-signature');
    this.#add(vote);
  }

  #add(vote: CheckpointVote): void {
    const certificate = this.#votes.add(vote);
    if (certificate) this.learn(certificate);
  }

  /** A quorum holds this state. */
  learn(certificate: CheckpointCertificate): void {
    const { sequence, digest } = certificate;
    if (sequence <= this.#slots.low) return;
    const own = this.#own.get(sequence);
    if (own?.digest === digest) return this.#stabilise(certificate, own);
    if (own) {
      this.#shared.voting = false;
      this.#shared.outbox.notice({ type: 'diverged', sequence });
    }
    if (this.#target && this.#target.sequence >= sequence) return;
    this.#target = certificate;
    this.#orderAtMs = this.#shared.elapsedMs + this.#shared.limits.suspicionMs;
  }

  /** Discards everything up to the checkpoint, and writes what a restart needs instead. */
  #stabilise(certificate: CheckpointCertificate, own: OwnState): void {
    const { sequence } = certificate;
    const { outbox } = this.#shared;
    this.#stable = certificate;
    if (this.#target && this.#target.sequence <= sequence) this.#target = undefined;
    this.#slots.advance(sequence);
    this.#votes.collect(sequence);
    for (const at of this.#own.keys()) if (at <= sequence) this.#own.delete(at);
    const named = this.#slots.all().flatMap((slot) => [slot.proposal, slot.certified]);
    const needed = new Set(named.flatMap((proposal) => proposal?.bundles.map(({ digest }) => digest) ?? []));
    this.#pool.collect(sequence, needed);
    this.recordBase(certificate, own.state);
    outbox.stable({ certificate, root: own.root, state: own.state });
  }

  /** From these records and those of living slots a restart comes back to where we are. */
  recordBase(certificate: CheckpointCertificate, state: Uint8Array): void {
    const { outbox, newView, viewChange, life } = this.#shared;
    const base = outbox.record({ type: 'life', number: life });
    if (newView) outbox.record({ type: 'new-view', newView });
    if (viewChange) outbox.record({ type: 'view-change', viewChange });
    outbox.record({ type: 'stable', certificate, state });
    this.#baseLsn = base;
  }

  /** Orders a transfer when ordering will not bring us to what others have certified. */
  tick(): void {
    const { elapsedMs, limits, outbox } = this.#shared;
    const target = this.#target;
    if (!target || elapsedMs < this.#orderAtMs) return;
    this.#orderAtMs = elapsedMs + limits.suspicionMs;
    outbox.transfer({ certificate: target, sources: target.votes.map(({ signer }) => signer) });
  }

  /** Takes over a state that was fetched; false when it is not the certified one. */
  install(sequence: Sequence, root: Hash, state: Uint8Array): boolean {
    const target = this.#target;
    if (target?.sequence !== sequence || stateDigest(root, state) !== target.digest) return false;
    const decoded = ExecutionState.decode(this.#shared.limits, state);
    if (!decoded || decoded.sequence !== sequence || decoded.rootAt(sequence) !== root) return false;
    this.#state = decoded;
    this.#taken.clear();
    this.#shared.voting = true;
    this.#shared.outbox.dropBatches();
    this.#pool.purge(sequence, ({ client, number }) => decoded.clients.accepts(client, number));
    this.#own.set(sequence, { digest: target.digest, root, state, vote: undefined });
    this.learn(target);
    return true;
  }
}
