import type { Milliseconds } from '../../model/index.ts';
import type { Lsn, ParticipantId } from '../protocol.ts';
import type { Hash } from '../record/hash.ts';
import {
  progress,
  type Commit,
  type CommitCertificate,
  type Header,
  type Ordered,
  type Prepare,
  type PreparedCertificate,
  type Progress,
  type Proposal,
  type Sequence,
} from './messages.ts';

/** The votes of one kind in one view, one a member: the first that came counts. */
type Votes<Vote> = Map<ParticipantId, Vote>;

/** Everything about one sequence. What belongs to a view is forgotten with it; what was prepared or committed stays. */
export class Slot {
  readonly sequence: Sequence;

  /** The header that counts in this view, its signature checked. */
  header: Header | undefined;
  /** What the header names. */
  proposal: Proposal | undefined;
  /** All content is here and durable or about to be; this member stands behind the header. */
  accepted = false;
  acceptedMs: Milliseconds = 0;
  readonly prepares: Votes<Prepare> = new Map();
  readonly commits: Votes<Commit> = new Map();
  /** Prepared in this view. */
  isPrepared = false;

  /** Of the highest view in which this sequence was prepared here, with its proposal. */
  certificate: PreparedCertificate | undefined;
  certified: Proposal | undefined;
  committed: CommitCertificate | undefined;
  /** What others committed, while its content is not all here. */
  learned: Ordered | undefined;
  /** Of `committed`, where this member learned it from others. */
  ordered: Proposal | undefined;

  /** Position of the first record about this sequence; the journal is needed from there while the slot lives. */
  firstLsn: Lsn | undefined;
  /** End of the record that made this sequence prepared; nothing is applied before it is durable. */
  preparedEnd: Lsn = 0;
  /** When missing content is asked for. */
  askAtMs: Milliseconds = 0;
  asked = false;

  constructor(sequence: Sequence) {
    this.sequence = sequence;
  }

  /** Forgets the votes of the view that was left. */
  leaveView(): void {
    this.header = undefined;
    this.proposal = undefined;
    this.accepted = false;
    this.prepares.clear();
    this.commits.clear();
    this.isPrepared = false;
    this.asked = false;
  }

  find(digest: Hash): Proposal | undefined {
    if (this.header?.digest === digest && this.proposal) return this.proposal;
    if (this.certificate?.header.digest === digest && this.certified) return this.certified;
    return this.committed?.digest === digest ? this.ordered : undefined;
  }

  /** How many members have voted for a digest, in whichever way. */
  supporters(digest: Hash): number {
    const votes = [...this.prepares.values(), ...this.commits.values()].filter((vote) => vote.digest === digest);
    return new Set(votes.map(({ signer }) => signer)).size;
  }

  /** Prepares by backups for the accepted digest, in order of signers. */
  matchingPrepares(): Prepare[] {
    return inOrder([...this.prepares.values()].filter(({ digest }) => digest === this.header?.digest));
  }

  /** The largest group of commits for the accepted digest that agree on the root, in order of signers. */
  matchingCommits(): Commit[] {
    const groups = new Map<Hash, Commit[]>();
    for (const commit of this.commits.values()) {
      if (commit.digest !== this.header?.digest) continue;
      const group = groups.get(commit.root);
      if (group) group.push(commit);
      else groups.set(commit.root, [commit]);
    }
    let best: Commit[] = [];
    for (const group of groups.values()) if (group.length > best.length) best = group;
    return inOrder(best);
  }

  /** How far this sequence has come in this view. */
  progress(): Progress {
    if (this.committed && this.isPrepared) return progress.committed;
    if (this.isPrepared) return progress.prepared;
    return this.accepted ? progress.preprepared : progress.nothing;
  }
}

function inOrder<Vote extends { signer: ParticipantId }>(votes: Vote[]): Vote[] {
  return votes.sort((one, other) => one.signer - other.signer);
}
