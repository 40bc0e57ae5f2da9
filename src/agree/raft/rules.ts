import type { Lsn, ParticipantId } from '../protocol.ts';
import type { Membership } from './messages.ts';

/** What a voter weighs when it is asked for its vote. */
interface Ballot {
  votedFor: ParticipantId | undefined;
  candidate: ParticipantId;
  candidateLastTerm: number;
  candidateLastIndex: number;
  lastTerm: number;
  lastIndex: number;
}

/**
 * The decisions on which safety rests, each a pure function. They stand in a table and not inside the core, so that a
 * test can replace one by a wrong one and see that the simulator notices. Sections are those of Ongaro's dissertation.
 */
export interface RaftRules {
  /** Who counts for elections and commitment (4.2.1). */
  electorate(membership: Membership): readonly ParticipantId[];
  /** How many of them decide (3.4). */
  quorum(electors: number): number;
  /** At most one vote a term, and only for a log that is at least as complete (3.6.1). */
  grantsVote(ballot: Ballot): boolean;
  /** A message of an earlier term binds nobody (3.3). */
  isStale(messageTerm: number, term: number): boolean;
  /** Whether entries may follow the entry before them (3.5); `term` is the own one at that place. */
  fits(previousTerm: number, term: number | undefined): boolean;
  /** Whether a received entry replaces the own one at its place (3.5). */
  replaces(term: number, ownTerm: number): boolean;
  /** How far a follower may apply (3.5): never beyond what it knows to agree with the leader's log. */
  followerCommit(leaderCommit: number, lastAgreed: number): number;
  /** Only entries of the leader's own term are committed by counting (3.6.2). */
  commitsByCounting(entryTerm: number, term: number): boolean;
  /** Whether what rests on records before `needed` may go out (3.8). */
  isReleased(needed: Lsn, durable: Lsn): boolean;
  /** Whether an own entry counts as stored (10.2.1). */
  countsOwn(lastIndex: number, durableIndex: number): number;
  /** One change at a time, and only after an entry of the own term is committed (4.1, and the correction of 2015). */
  mayChange(membershipIndex: number, commit: number, commitTerm: number, term: number): boolean;
  /** Where a log goes on after a state was installed: only entries that follow it stay (5.3, step 6). */
  keepsSuffix(ownTermAtPoint: number | undefined, pointTerm: number): boolean;
}

export const raftRules: RaftRules = {
  electorate: (membership) => membership.voters,
  quorum: (electors) => Math.floor(electors / 2) + 1,
  grantsVote: (ballot) =>
    (ballot.votedFor === undefined || ballot.votedFor === ballot.candidate) &&
    (ballot.candidateLastTerm > ballot.lastTerm ||
      (ballot.candidateLastTerm === ballot.lastTerm && ballot.candidateLastIndex >= ballot.lastIndex)),
  isStale: (messageTerm, term) => messageTerm < term,
  fits: (previousTerm, term) => previousTerm === term,
  replaces: (term, ownTerm) => term !== ownTerm,
  followerCommit: (leaderCommit, lastAgreed) => Math.min(leaderCommit, lastAgreed),
  commitsByCounting: (entryTerm, term) => entryTerm === term,
  isReleased: (needed, durable) => needed <= durable,
  countsOwn: (_lastIndex, durableIndex) => durableIndex,
  mayChange: (membershipIndex, commit, commitTerm, term) => membershipIndex <= commit && commitTerm === term,
  keepsSuffix: (ownTermAtPoint, pointTerm) => ownTermAtPoint === pointTerm,
};
