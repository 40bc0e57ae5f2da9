import type { ParticipantId } from '../protocol.ts';
import type { RaftMessage } from './messages.ts';
import type { RaftState } from './state.ts';

type VoteRequest = Extract<RaftMessage, { type: 'vote-request' }>;
type VoteReply = Extract<RaftMessage, { type: 'vote-reply' }>;

/** Elections: trial (section 9.6), candidacy (3.4), voting (3.6.1). */
export class Election {
  readonly #state: RaftState;
  /** Called when this member has won. */
  readonly #won: () => void;
  #votes = new Set<ParticipantId>();
  /** The own vote counts when all records before this are durable, as everybody's does. */
  #ownVoteEnd = 0;

  constructor(state: RaftState, won: () => void) {
    this.#state = state;
    this.#won = won;
  }

  /** Asks whether an election would be won, so that a member that was cut off disturbs nobody when it is back. */
  tryOut(): void {
    const { state } = this.#begin('trial');
    if (this.#electors().includes(state.id)) this.#votes.add(state.id);
    this.#request(true, false);
    if (this.#votes.size >= state.quorum()) this.stand(false);
  }

  /** Stands for election; `forced` when the leader asked for it. */
  stand(forced: boolean): void {
    const { state } = this.#begin('candidate');
    state.promise(state.term + 1, state.id);
    this.#ownVoteEnd = state.promiseEnd;
    this.#request(false, forced);
    this.persisted();
  }

  /** Something has become durable, perhaps the own vote. */
  persisted(): void {
    const { outbox, rules, id } = this.#state;
    if (this.#state.role === 'candidate' && rules.isReleased(this.#ownVoteEnd, outbox.durable)) this.#count(id);
  }

  onRequest(from: ParticipantId, message: VoteRequest): void {
    const state = this.#state;
    if (message.trial) {
      const granted =
        message.term > state.term &&
        (message.forced || !state.hasLiveLeader()) &&
        this.#grants(from, message, undefined);
      state.outbox.send(from, {
        type: 'vote-reply',
        term: granted ? message.term : state.term,
        trial: true,
        granted,
      });
      return;
    }
    const granted = state.role !== 'leader' && this.#grants(from, message, state.votedFor);
    if (granted) {
      if (state.votedFor !== from) state.promise(state.term, from);
      state.restartElectionTimer();
    }
    state.outbox.sendDurable(from, { type: 'vote-reply', term: state.term, trial: false, granted }, state.promiseEnd);
  }

  /** A reply of this term, or to a trial. */
  onReply(from: ParticipantId, message: VoteReply): void {
    const state = this.#state;
    if (!message.granted) return;
    if (message.trial) {
      if (state.role !== 'trial' || message.term !== state.term + 1) return;
      if (this.#electors().includes(from)) this.#votes.add(from);
      if (this.#votes.size >= state.quorum()) this.stand(false);
    } else if (state.role === 'candidate') {
      this.#count(from);
    }
  }

  #begin(role: 'trial' | 'candidate'): { state: RaftState } {
    const state = this.#state;
    state.role = role;
    state.leader = undefined;
    state.restartElectionTimer();
    this.#votes = new Set();
    return { state };
  }

  #request(trial: boolean, forced: boolean): void {
    const { id, log, term, outbox, promiseEnd } = this.#state;
    const place = { lastIndex: log.lastIndex, lastTerm: log.lastTerm };
    const message: RaftMessage = { type: 'vote-request', term: trial ? term + 1 : term, trial, forced, ...place };
    for (const to of this.#electors()) {
      if (to === id) continue;
      if (trial) outbox.send(to, message);
      else outbox.sendDurable(to, message, promiseEnd);
    }
  }

  #grants(candidate: ParticipantId, message: VoteRequest, votedFor: ParticipantId | undefined): boolean {
    const { rules, log } = this.#state;
    return rules.grantsVote({
      votedFor,
      candidate,
      candidateLastTerm: message.lastTerm,
      candidateLastIndex: message.lastIndex,
      lastTerm: log.lastTerm,
      lastIndex: log.lastIndex,
    });
  }

  #count(voter: ParticipantId): void {
    if (this.#electors().includes(voter)) this.#votes.add(voter);
    if (this.#votes.size >= this.#state.quorum()) this.#won();
  }

  #electors(): readonly ParticipantId[] {
    return this.#state.rules.electorate(this.#state.log.membership);
  }
}
