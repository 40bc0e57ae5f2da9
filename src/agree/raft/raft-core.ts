import { assert } from '../../model/index.ts';
import type { CommittedBatch, ConsensusCore, CoreStatus, Input, Lsn, ParticipantId } from '../protocol.ts';
import { Election } from './election.ts';
import { Follower } from './follower.ts';
import { Leader } from './leader.ts';
import type { Membership, Point, RaftInput, RaftMessage, RaftSend } from './messages.ts';
import type { RaftReady } from './outbox.ts';
import { RaftState, type RaftRole, type RaftStart } from './state.ts';

/** Batches handed out at once, so that a long log is applied in pieces. */
const maxApply = 1024;

export interface RaftStatus extends CoreStatus {
  role: RaftRole;
  term: number;
  leader: ParticipantId | undefined;
  commit: number;
  lastIndex: number;
  membership: Membership;
}

/**
 * Raft as in Ongaro's dissertation (2014), with trial votes and check-quorum: one member, without input or output.
 * Every log index is a sequence; the entry that opens a term and membership changes are batches without requests.
 * Proposals are accepted by the leader only.
 */
export class RaftCore implements ConsensusCore<RaftInput, RaftSend> {
  readonly #state: RaftState;
  readonly #election: Election;
  readonly #follower: Follower;
  #leader: Leader | undefined;
  #ready: RaftReady | undefined;
  #ticked = false;
  /** Records before it are not needed any more. */
  #releasable: Lsn = 0;

  constructor(start: RaftStart) {
    this.#state = new RaftState(start);
    this.#follower = new Follower(this.#state);
    this.#election = new Election(this.#state, () => {
      this.#leader = new Leader(this.#state);
    });
  }

  step(input: Input | RaftInput): void {
    switch (input.type) {
      case 'tick':
        this.#tick(input.now);
        break;
      case 'propose':
        if (this.#leader) this.#leader.propose(input.request);
        else this.#refuse(input.request.id);
        break;
      case 'persisted':
        this.#persisted(input.lsn);
        break;
      case 'message':
        if (input.from !== this.#state.id) this.#receive(input.from, input.message);
        break;
      case 'change':
        if (this.#leader) this.#leader.change(input.id, input.change);
        else this.#refuse(input.id);
        break;
      case 'transfer':
        this.#leader?.transfer(input.to);
        break;
      case 'compact':
        this.#compact(input.sequence, input.state);
        break;
      case 'installed':
        this.#follower.installed(input.sequence);
    }
    if (this.#leader?.isDismissed() || this.#leader?.isCutOff) this.#becomeFollower(this.#state.term);
  }

  /** Gives a number to a member that was made with 0, because it did not know it yet; it has voted for nobody as itself. */
  identify(id: ParticipantId): void {
    assert(this.#state.id === 0, 'a member has one number for all its life');
    this.#state.id = id;
  }

  ready(): RaftReady | undefined {
    if (!this.#ready) {
      this.#leader?.flush();
      this.#ready = this.#state.outbox.take(this.#committed());
    }
    return this.#ready;
  }

  advance(ready: RaftReady): void {
    assert(ready === this.#ready, 'only the work that was handed out is confirmed');
    this.#ready = undefined;
    this.#releasable = ready.releasable ?? this.#releasable;
    for (const batch of ready.apply) {
      assert(batch.sequence === this.#state.applied + 1, 'batches are applied in order, without gaps');
      this.#state.applied = batch.sequence;
      if (this.#state.log.termAt(batch.sequence) === this.#state.term) this.#leader?.handedOut(batch.requests);
    }
  }

  inspect(): RaftStatus {
    const { role, term, leader, commit, applied, log } = this.#state;
    return {
      protocol: 'raft',
      sequence: applied,
      time: log.at(applied)?.time ?? log.base.time,
      pending: this.#leader?.pending ?? 0,
      role,
      term,
      leader,
      commit,
      lastIndex: log.lastIndex,
      membership: log.membership,
    };
  }

  /** What a snapshot of the owner's state after this sequence must carry; undefined when the log no longer knows it. */
  pointAt(sequence: number): Point | undefined {
    return this.#state.log.pointAt(sequence);
  }

  /** The term of an entry that the log holds, for checks from outside. */
  termAt(index: number): number | undefined {
    return this.#state.log.termAt(index);
  }

  #tick(now: number): void {
    const state = this.#state;
    const step = this.#ticked ? Math.min(Math.max(0, now - state.now), state.limits.maxTickStepMs) : 0;
    this.#ticked = true;
    state.now = now;
    state.elapsedMs += step;
    if (this.#leader) this.#leader.tick();
    else if (state.elapsedMs >= state.electionDueMs) {
      if (state.mayStand && !this.#follower.installing) this.#election.tryOut();
      else state.restartElectionTimer();
    }
  }

  #persisted(lsn: Lsn): void {
    this.#state.outbox.persisted(lsn);
    this.#state.log.persisted(lsn);
    if (this.#leader) this.#leader.commit();
    else this.#election.persisted();
  }

  #receive(from: ParticipantId, message: RaftMessage): void {
    const state = this.#state;
    const isTrial = (message.type === 'vote-request' || message.type === 'vote-reply') && message.trial;
    if (isTrial && !(message.type === 'vote-reply' && !message.granted)) {
      this.#dispatch(from, message);
      return;
    }
    if (message.term > state.term) {
      // Whoever hears a living leader lets nobody interrupt it (section 4.2.3).
      if (message.type === 'vote-request' && !message.forced && state.hasLiveLeader()) return;
      this.#becomeFollower(message.term);
    } else if (state.rules.isStale(message.term, state.term)) {
      this.#answerStale(from, message);
      return;
    }
    this.#dispatch(from, message);
  }

  #dispatch(from: ParticipantId, message: RaftMessage): void {
    switch (message.type) {
      case 'vote-request':
        this.#election.onRequest(from, message);
        return;
      case 'vote-reply':
        this.#election.onReply(from, message);
        return;
      case 'append':
        if (!this.#leader) this.#follower.onAppend(from, message);
        return;
      case 'snapshot':
        if (!this.#leader) this.#follower.onSnapshot(from, message);
        return;
      case 'append-reply':
        this.#leader?.onAppendReply(from, message);
        return;
      case 'snapshot-reply':
        this.#leader?.onSnapshotReply(from, message);
        return;
      case 'timeout-now':
        if (this.#state.mayStand && !this.#leader && !this.#follower.installing) this.#election.stand(true);
    }
  }

  /** A leader of an earlier term learns that there is a later one; without that it might wait for answers for ever. */
  #answerStale(from: ParticipantId, message: RaftMessage): void {
    const { term, outbox, promiseEnd } = this.#state;
    if (message.type === 'append' || message.type === 'snapshot') {
      const reply: RaftMessage = { type: 'append-reply', term, index: 0, refused: true, hintIndex: 0, hintTerm: 0 };
      outbox.sendDurable(from, reply, promiseEnd);
    } else if (message.type === 'vote-request') {
      outbox.sendDurable(from, { type: 'vote-reply', term, trial: false, granted: false }, promiseEnd);
    }
  }

  #becomeFollower(term: number): void {
    const state = this.#state;
    this.#leader?.stepDown();
    this.#leader = undefined;
    state.role = 'follower';
    state.leader = undefined;
    if (term > state.term) state.promise(term, undefined);
    state.restartElectionTimer();
  }

  /** The snapshot is durable, so the log needs nothing before it except for followers that are a little late. */
  #compact(sequence: number, bytes: Uint8Array): void {
    const { log, applied, limits } = this.#state;
    assert(sequence <= applied, 'a snapshot is of what was applied');
    const point = log.pointAt(sequence);
    if (!point) return;
    this.#state.snapshot = { point, state: bytes };
    const start = sequence - limits.trailingEntries;
    if (start <= log.base.index) return;
    log.compact(start);
    this.#state.persistBase();
  }

  /** What is committed and durable here: a member's state never runs ahead of its own journal. */
  #committed(): CommittedBatch[] {
    if (this.#follower.installing) return [];
    const { log, commit, applied } = this.#state;
    const last = Math.min(commit, log.durableIndex, applied + maxApply);
    const batches: CommittedBatch[] = [];
    for (let sequence = applied + 1; sequence <= last; sequence++) {
      const entry = log.at(sequence);
      assert(entry, 'what is committed and not applied is in the log');
      batches.push({ sequence, time: entry.time, requests: entry.requests, lsn: this.#releasable });
    }
    return batches;
  }

  #refuse(id: string): void {
    this.#state.outbox.event({ type: 'rejected', id, reason: 'not-leader' });
  }
}
