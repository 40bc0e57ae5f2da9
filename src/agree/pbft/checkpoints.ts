import { assert, type Milliseconds } from '../../model/index.ts';
import type { Lsn, ParticipantId } from '../protocol.ts';
import { sha256, type Hash } from '../record/hash.ts';
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

/** Orders of transfers that still count; a transfer that outlasts so many newer ones is ordered anew. */
const maxOrders = 1024;

/** Executes, takes checkpoints, moves the water marks, and notices when this member has fallen behind or differs. */
export class Checkpoints {
  readonly #shared: Shared;
  readonly #slots: SlotLog;
  readonly #pool: RequestPool;
  readonly #votes: CheckpointVotes;
  readonly #own = new Map<Sequence, OwnState>();
  #state: ExecutionState;
  #stable: CheckpointCertificate;
  /** A certificate that lies ahead of our own execution. */
  #target: CheckpointCertificate | undefined;
  /** What the owner was told to fetch: each counts when it comes, though the target may have moved on many times. */
  readonly #ordered = new Map<Sequence, CheckpointCertificate>();
  #orderAtMs: Milliseconds = 0;
  /** Where the records begin that a restart needs beside those of living slots. */
  #baseLsn: Lsn;
  #floor: Lsn | undefined;
  /** How far others said that they were, for a member that forgot its votes. */
  readonly #heard = new Map<ParticipantId, Sequence>();

  constructor(shared: Shared, slots: SlotLog, pool: RequestPool, state: ExecutionState, baseLsn: Lsn) {
    this.#shared = shared;
    this.#slots = slots;
    this.#pool = pool;
    this.#state = state;
    this.#baseLsn = baseLsn;
    this.#stable = shared.origin;
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

  /** The journal is needed from here on. Records come with rising positions, so only what is forgotten moves it. */
  floor(): Lsn {
    if (this.#floor === undefined) {
      const first = this.#slots.all().map(({ firstLsn }) => firstLsn ?? this.#baseLsn);
      this.#floor = Math.min(this.#baseLsn, ...first);
    }
    return this.#floor;
  }

  execute(sequence: Sequence, proposal: Proposal): Execution {
    return this.#state.execute(sequence, proposal);
  }

  /** Takes up what the journal says is stable; execution may still have to come so far. */
  restore(stable: CheckpointCertificate, target: CheckpointCertificate | undefined): void {
    this.#stable = stable;
    this.#target = target;
  }

  /** The owner has executed this sequence, and perhaps found that it ends the epoch. */
  applied(sequence: Sequence, root: Hash, ends: boolean): void {
    this.#state.addRoot(sequence, root);
    if (ends) this.#shared.endsAt = sequence;
    if (!ends && !isCheckpoint(sequence, this.#shared.limits)) return;
    const state = this.#state.encode();
    const digest = stateDigest(root, sha256(state));
    const own: OwnState = { digest, root, state, vote: undefined };
    this.#own.set(sequence, own);
    if (this.#target?.sequence === sequence) this.learn(this.#target);
    this.#vote(sequence, own);
  }

  /** Our votes above a sequence, for a member that has not seen their checkpoints become stable. */
  votesAfter(sequence: Sequence): CheckpointVote[] {
    return [...this.#own.values()].flatMap(({ vote }) => (vote && vote.sequence > sequence ? [vote] : []));
  }

  /** Gives the votes that were not given while this member had none. */
  voteAgain(): void {
    for (const [sequence, own] of this.#own) if (!own.vote) this.#vote(sequence, own);
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
    // The end of an epoch may be anywhere, so any sequence will do.
    if (vote.sequence <= this.#slots.low) return this.#shared.refuse(from, 'checkpoint', 'outside-window');
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
      this.#shared.whole = false;
      this.#shared.outbox.notice({ type: 'diverged', sequence });
    }
    if (this.#target && this.#target.sequence >= sequence) return;
    const wasBehind = this.isBehind;
    this.#target = certificate;
    // Newer checkpoints put nothing off: they may come faster than a transfer can.
    if (!wasBehind) this.#planOrder();
  }

  /** Ordering may still bring us to the target, unless others have given up what leads there. */
  #planOrder(): void {
    const { elapsedMs, limits } = this.#shared;
    const isOutOfReach = (this.#target?.sequence ?? 0) > this.#slots.high;
    this.#orderAtMs = elapsedMs + (isOutOfReach ? 0 : limits.suspicionMs);
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
    for (const at of this.#ordered.keys()) if (at <= sequence) this.#ordered.delete(at);
    const named = this.#slots.all().flatMap((slot) => [slot.proposal, slot.certified]);
    const needed = new Set(named.flatMap((proposal) => proposal?.bundles.map(({ digest }) => digest) ?? []));
    this.#pool.collect(sequence, needed);
    this.recordBase(certificate, own.state);
    outbox.stable({ certificate, root: own.root, state: own.state, endsEpoch: sequence === this.#shared.endsAt });
  }

  /** After a restart the owner hears again that the epoch has ended. */
  reportEnd(certificate: CheckpointCertificate, state: Uint8Array): void {
    const root = this.#state.rootAt(certificate.sequence);
    assert(root !== undefined, 'the state of a checkpoint holds its root');
    this.#shared.outbox.stable({ certificate, root, state, endsEpoch: true });
  }

  /** From these records and those of living slots a restart comes back to where we are. */
  recordBase(certificate: CheckpointCertificate, state: Uint8Array): void {
    const { outbox, newView, viewChange, life, remembered, origin, former, configuration, forgot } = this.#shared;
    const base = outbox.record({ type: 'life', number: life });
    if (origin.sequence > 0) {
      outbox.record({ type: 'epoch', number: configuration.domain.epoch, certificate: former });
    }
    if (forgot) outbox.record({ type: 'memory', complete: false });
    outbox.record({ type: 'remembered', ...remembered });
    this.#shared.othersMemory.record(outbox);
    if (newView) outbox.record({ type: 'new-view', newView });
    if (viewChange) outbox.record({ type: 'view-change', viewChange });
    outbox.record({ type: 'stable', certificate, state });
    this.#baseLsn = base;
    this.#floor = undefined;
  }

  /** What a member says of itself, first after this member's start. */
  hear(member: ParticipantId, executed: Sequence): void {
    if (this.#shared.forgot && !this.#heard.has(member)) this.#heard.set(member, executed);
  }

  /**
   * A member that forgot its votes has none above this. Where its window began, f + 1 correct members had executed, and of
   * so many others as are correct at least one of these is heard. Unknown until so many have said how far they are.
   */
  get #forgottenUpTo(): Sequence {
    const { members, faults } = this.#shared.membership;
    if (this.#heard.size < members.length - faults) return Infinity;
    return Math.max(...this.#heard.values()) + this.#shared.limits.window;
  }

  /** Orders a transfer when ordering will not bring us to what others have certified. */
  tick(): void {
    const { elapsedMs, limits, outbox, others } = this.#shared;
    const target = this.#target;
    if (!target || elapsedMs < this.#orderAtMs) return;
    this.#orderAtMs = elapsedMs + limits.suspicionMs;
    this.#ordered.set(target.sequence, target);
    const [oldest] = this.#ordered.keys();
    if (oldest !== undefined && this.#ordered.size > maxOrders) this.#ordered.delete(oldest);
    const voters = target.votes.map(({ signer }) => signer);
    outbox.transfer({ certificate: target, sources: voters.length > 0 ? voters : others });
  }

  /** Takes over a state that was fetched; false when it is not the certified one. */
  install(sequence: Sequence, root: Hash, state: Uint8Array, ends: boolean): boolean {
    const shared = this.#shared;
    const target = this.#target?.sequence === sequence ? this.#target : this.#ordered.get(sequence);
    const isVoid = shared.isSound && sequence <= this.#state.sequence;
    if (!target || isVoid || stateDigest(root, sha256(state)) !== target.digest) return false;
    const decoded = ExecutionState.decode(shared.limits, state, shared.origin.sequence);
    if (!decoded || decoded.sequence !== sequence || decoded.rootAt(sequence) !== root) return false;
    this.#state = decoded;
    if (ends) shared.endsAt = sequence;
    if (shared.forgot && sequence >= this.#forgottenUpTo) {
      shared.forgot = false;
      shared.outbox.record({ type: 'memory', complete: true });
      shared.remember({ life: shared.life, recorded: Number.MAX_SAFE_INTEGER });
    }
    shared.whole = true;
    shared.outbox.dropBatches();
    this.#pool.purge(sequence, ({ client, number }) => decoded.clients.accepts(client, number));
    this.#own.set(sequence, { digest: target.digest, root, state, vote: undefined });
    this.learn(target);
    if (this.#target) this.#planOrder();
    return true;
  }
}
