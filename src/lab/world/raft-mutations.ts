import { raft } from '../../agree/index.ts';
import type { ProtocolUnderTest } from './protocol.ts';
import { raftUnderTest } from './raft.ts';

type Mutant = () => ProtocolUnderTest<raft.RaftMessage>;

function wrong(rules: Partial<raft.RaftRules>): Mutant {
  return () => raftUnderTest({ ...raft.raftRules, ...rules });
}

/**
 * Seeded bugs: each makes one decision of Raft wrong, as people have got it wrong before. The simulator must catch each
 * of them; that is the proof that its silence about the real rules means something.
 */
export const raftMutations: Readonly<Record<string, Mutant>> = {
  'half-is-a-quorum': wrong({ quorum: (electors) => Math.max(1, Math.floor(electors / 2)) }),
  'two-votes-a-term': wrong({ grantsVote: (ballot) => raft.raftRules.grantsVote({ ...ballot, votedFor: undefined }) }),
  'vote-for-a-shorter-log': wrong({
    grantsVote: ({ votedFor, candidate }) => votedFor === undefined || votedFor === candidate,
  }),
  'length-decides-votes': wrong({
    grantsVote: (ballot) =>
      (ballot.votedFor === undefined || ballot.votedFor === ballot.candidate) &&
      ballot.candidateLastIndex >= ballot.lastIndex,
  }),
  'old-leaders-are-obeyed': wrong({ isStale: () => false }),
  'no-consistency-check': wrong({ fits: () => true }),
  'conflicts-are-kept': wrong({ replaces: () => false }),
  'commit-beyond-agreement': wrong({ followerCommit: (leaderCommit) => leaderCommit }),
  // Figure 3.7 of the dissertation.
  'old-terms-commit-by-counting': wrong({ commitsByCounting: () => true }),
  'sends-before-durable': wrong({ isReleased: () => true }),
  'leader-counts-what-is-not-durable': wrong({ countsOwn: (lastIndex) => lastIndex }),
  // The bug of 2015: a change before the leader has committed anything of its own term.
  'change-before-own-commit': wrong({ mayChange: (membershipIndex, commit) => membershipIndex <= commit }),
  'changes-overlap': wrong({ mayChange: () => true }),
  'forgets-its-vote': () => {
    const protocol = raftUnderTest();
    return {
      ...protocol,
      start: (start) => protocol.start({ ...start, records: start.records.map(withoutVote) }),
    };
  },
};

/** Where the vote starts in a promise: version, kind and term come before it. */
const voteOffset = 10;

function withoutVote(record: Uint8Array): Uint8Array {
  if (raft.decodeRecord(record)?.type !== 'promise') return record;
  return Uint8Array.from(record).fill(0, voteOffset);
}
