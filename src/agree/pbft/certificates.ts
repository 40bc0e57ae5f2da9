import { statementBytes, type Statement } from '../codec/pbft-statement.ts';
import { hashBytes, type Hash } from '../record/hash.ts';
import type { Authority } from './authority.ts';
import { Membership, type PbftConfiguration, type PbftLimits } from './configuration.ts';
import type {
  CheckpointCertificate,
  CommitCertificate,
  Endorsement,
  PreparedCertificate,
  ViewChange,
} from './messages.ts';

/** The state before the first sequence; nobody needs to sign it. */
export const genesisCheckpoint: CheckpointCertificate = { sequence: 0, digest: '\0'.repeat(hashBytes), votes: [] };

/** The root of an empty ledger, which stands in commits before there is any history to cover. */
export const genesisRoot: Hash = '\0'.repeat(hashBytes);

/** Judges certificates by the members of one epoch and nothing else, so that anyone comes to the same answer. */
export class CertificateCheck {
  readonly #membership: Membership;
  readonly #authority: Pick<Authority, 'accepts'>;
  readonly #origin: CheckpointCertificate;

  /** `origin`: where the epoch begins, without votes. */
  constructor(
    membership: Membership,
    authority: Pick<Authority, 'accepts'>,
    origin: CheckpointCertificate = genesisCheckpoint,
  ) {
    this.#membership = membership;
    this.#authority = authority;
    this.#origin = origin;
  }

  checkpoint(certificate: CheckpointCertificate): boolean {
    const { sequence, digest, votes } = certificate;
    if (sequence <= this.#origin.sequence) {
      return sequence === this.#origin.sequence && digest === this.#origin.digest && votes.length === 0;
    }
    return this.#carried(votes, this.#membership.quorum, { type: 'checkpoint', sequence, digest });
  }

  /** The pre-prepare by the view's primary, and quorum - 1 prepares by distinct backups: a quorum for one digest. */
  prepared({ header, prepares }: PreparedCertificate): boolean {
    const { view, sequence, digest, signer } = header;
    const backups = prepares.filter((prepare) => prepare.signer !== signer);
    return (
      signer === this.#membership.primary(view) &&
      backups.length === prepares.length &&
      this.#authority.accepts(header, { type: 'pre-prepare', header }) &&
      this.#carried(prepares, this.#membership.quorum - 1, { type: 'prepare', view, sequence, digest })
    );
  }

  commit({ votes, ...ballot }: CommitCertificate): boolean {
    return this.#carried(votes, this.#membership.quorum, { type: 'commit', ...ballot });
  }

  /**
   * The view change with those of its certificates that hold, or undefined when its own signature or its checkpoint does
   * not. One bad element voids neither the good ones beside it nor those of other members; as the judgement is the same
   * everywhere, all decide from the same.
   */
  viewChange(change: ViewChange, limits: PbftLimits): ViewChange | undefined {
    if (!this.#membership.has(change.signer) || !this.#authority.accepts(change, change)) return undefined;
    if (!this.checkpoint(change.stable)) return undefined;
    const low = change.stable.sequence;
    const prepared = change.prepared.filter((certificate) => {
      const { view, sequence } = certificate.header;
      return sequence > low && sequence <= low + limits.window && view < change.view && this.prepared(certificate);
    });
    return { ...change, prepared };
  }

  #carried(votes: readonly Endorsement[], needed: number, statement: Statement): boolean {
    if (new Set(votes.map(({ signer }) => signer)).size !== votes.length || votes.length < needed) return false;
    return votes.every((vote) => this.#membership.has(vote.signer) && this.#authority.accepts(vote, statement));
  }
}

/** For whoever is no member of an epoch, or of a later one, and is to believe what its members certified. */
export function checkFor({
  domain,
  members,
  verifier,
}: Pick<PbftConfiguration, 'domain' | 'members' | 'verifier'>): CertificateCheck {
  return new CertificateCheck(new Membership(members), {
    accepts: ({ signer, signature }, statement) =>
      verifier.verify(signer, statementBytes(domain, signer, statement), signature),
  });
}
