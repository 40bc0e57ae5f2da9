import type { EpochMs } from '../../model/index.ts';
import type { ParticipantId } from '../protocol.ts';
import type { RaftLimits } from './limits.ts';
import type { RaftLog } from './log.ts';
import type { Entry, Point } from './messages.ts';
import { Outbox } from './outbox.ts';
import type { Recollection } from './records.ts';
import type { RaftRules } from './rules.ts';

export type RaftRole = 'follower' | 'trial' | 'candidate' | 'leader';

/** What a core is made with. */
export interface RaftStart {
  id: ParticipantId;
  memory: Recollection;
  /** All batches up to here are in the owner's durable state. */
  applied: number;
  /** Newest durable snapshot, for followers that are far behind; none before the first. */
  snapshot?: { point: Point; state: Uint8Array };
  /** Makes this member's time-outs differ from those of others and of its own former lives. */
  seed: number;
  limits: RaftLimits;
  rules: RaftRules;
}

/** What the parts of one member share: its memory, its role, its clock and its outbox. */
export class RaftState {
  id: ParticipantId;
  readonly limits: RaftLimits;
  readonly rules: RaftRules;
  readonly log: RaftLog;
  readonly outbox: Outbox;
  role: RaftRole = 'follower';
  leader: ParticipantId | undefined;
  snapshot: { point: Point; state: Uint8Array } | undefined;
  commit: number;
  /** Last index handed out in `apply`. */
  applied: number;
  /** Wall clock of the last tick. */
  now: EpochMs = 0;
  /** Milliseconds that ticks have counted, without the clock's jumps. */
  elapsedMs = 0;
  /** A follower or candidate acts at this `elapsedMs`. */
  electionDueMs = 0;
  /** When the leader was last heard; `undefined` if not since the start. */
  leaderHeardMs: number | undefined;
  /** The promise in force is durable when all records before this are. */
  promiseEnd = 0;
  #term: number;
  #votedFor: ParticipantId | undefined;
  #random: number;

  constructor(start: RaftStart) {
    const { memory, limits, rules } = start;
    this.id = start.id;
    this.limits = limits;
    this.rules = rules;
    this.log = memory.log;
    this.outbox = new Outbox(memory.lsn, rules);
    this.snapshot = start.snapshot;
    this.#term = memory.term;
    this.#votedFor = memory.votedFor;
    this.#random = start.seed;
    this.commit = Math.max(memory.log.base.index, start.applied);
    this.applied = this.commit;
    if (memory.isNewBase) this.persistBase();
    this.restartElectionTimer();
  }

  get term(): number {
    return this.#term;
  }

  get votedFor(): ParticipantId | undefined {
    return this.#votedFor;
  }

  /**
   * Whether this member may stand for election: a voter, or one whose removal is not yet committed. The others may need
   * its log to commit just that (section 4.2.2).
   */
  get mayStand(): boolean {
    const { membership, formerMembership, membershipIndex } = this.log;
    if (this.rules.electorate(membership).includes(this.id)) return true;
    return membershipIndex > this.commit && this.rules.electorate(formerMembership).includes(this.id);
  }

  quorum(): number {
    return this.rules.quorum(this.rules.electorate(this.log.membership).length);
  }

  /** Promises: no earlier term any more, and in this one no vote but that. */
  promise(term: number, votedFor: ParticipantId | undefined): void {
    this.#term = term;
    this.#votedFor = votedFor;
    this.promiseEnd = this.outbox.persist({ type: 'promise', term, votedFor }) + 1;
  }

  /** Writes down where the log starts; what stood before that is then not needed any more. */
  persistBase(): void {
    const { log, outbox } = this;
    const base = outbox.persist({ type: 'base', point: log.base });
    // The promise in force must not be given up with the records before.
    this.promise(this.#term, this.#votedFor);
    outbox.release(Math.min(base, log.firstLsn ?? base));
  }

  append(entry: Entry): void {
    this.log.append(entry, this.outbox.persist({ type: 'entry', entry }));
  }

  restartElectionTimer(): void {
    this.electionDueMs = this.elapsedMs + this.limits.electionTimeoutMs * (1 + this.#uniform());
  }

  /** A leader was heard so recently that nobody can have won an election since (section 4.2.3). */
  hasLiveLeader(): boolean {
    if (this.role === 'leader') return true;
    return (
      this.leader !== undefined &&
      this.leaderHeardMs !== undefined &&
      this.elapsedMs - this.leaderHeardMs < this.limits.electionTimeoutMs
    );
  }

  /** In [0, 1): splitmix32 over the seed. */
  #uniform(): number {
    this.#random = (this.#random + 0x9e3779b9) >>> 0;
    let mixed = this.#random;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 0x1_0000_0000;
  }
}
