import type { ParticipantId } from '../protocol.ts';
import type { Hash } from '../record/hash.ts';
import type { CheckpointCertificate, CheckpointVote, Sequence } from './messages.ts';

/** Gathers checkpoint votes until a quorum agrees on one state. Votes must have been checked. */
export class CheckpointVotes {
  readonly #quorum: number;
  /** Kept for each member: enough for every checkpoint in a window, so that a member which leaps cannot fill memory. */
  readonly #limit: number;
  readonly #votes = new Map<ParticipantId, CheckpointVote[]>();

  constructor(quorum: number, limit: number) {
    this.#quorum = quorum;
    this.#limit = limit;
  }

  has({ signer, sequence }: CheckpointVote): boolean {
    return this.#votes.get(signer)?.some((vote) => vote.sequence === sequence) ?? false;
  }

  /** The certificate, once a quorum matches in sequence and digest. The first vote of a member for a sequence counts. */
  add(vote: CheckpointVote): CheckpointCertificate | undefined {
    if (this.has(vote)) return undefined;
    const own = [...(this.#votes.get(vote.signer) ?? []), vote].sort((one, other) => one.sequence - other.sequence);
    if (own.length > this.#limit) own.shift();
    this.#votes.set(vote.signer, own);
    return this.#certificate(vote.sequence, vote.digest);
  }

  collect(low: Sequence): void {
    for (const [member, votes] of this.#votes) {
      this.#votes.set(
        member,
        votes.filter(({ sequence }) => sequence > low),
      );
    }
  }

  #certificate(sequence: Sequence, digest: Hash): CheckpointCertificate | undefined {
    const votes = [...this.#votes.values()]
      .flatMap((list) => list.filter((vote) => vote.sequence === sequence && vote.digest === digest))
      .map(({ signer, signature }) => ({ signer, signature }))
      .sort((one, other) => one.signer - other.signer);
    return votes.length >= this.#quorum ? { sequence, digest, votes } : undefined;
  }
}

/**
 * The votes that a certificate is made of, as messages for whoever lacks it. With those of the base of its present epoch an
 * owner answers the statuses of members that are still in the epoch before.
 */
export function votesOf({ sequence, digest, votes }: CheckpointCertificate): CheckpointVote[] {
  return votes.map((vote) => ({ type: 'checkpoint', sequence, digest, ...vote }));
}
