import { nullDigest } from '../codec/pbft-statement.ts';
import type { Hash } from '../record/hash.ts';
import type { CheckpointCertificate, PreparedCertificate, Sequence, ViewChange } from './messages.ts';

/** What the view changes of a quorum leave to a new primary: no choice. */
export interface NewViewDecision {
  /** min-s: the highest checkpoint that one of them proves. */
  stable: CheckpointCertificate;
  /** One for each sequence after it up to the highest prepared one, in order. */
  slots: readonly { sequence: Sequence; digest: Hash }[];
}

/**
 * The decision of PBFT's view change in its signed form (OSDI 1999, section 4.4): for each sequence the digest that was
 * prepared in the highest view, or null where none was. A request that was committed anywhere was prepared by f + 1
 * correct members, so every quorum has one of them, and no later view can have prepared anything else.
 *
 * The view changes must have been checked; their order does not matter. Two digests prepared at one sequence and view
 * cannot exist while at most f members fail; the lesser one is taken then, so that all take the same.
 */
export function decideNewView(
  viewChanges: readonly Pick<ViewChange, 'stable' | 'prepared'>[],
  genesis: CheckpointCertificate,
): NewViewDecision {
  let stable = genesis;
  for (const change of viewChanges) if (change.stable.sequence > stable.sequence) stable = change.stable;
  const chosen = new Map<Sequence, PreparedCertificate>();
  let last = stable.sequence;
  for (const certificate of viewChanges.flatMap(({ prepared }) => prepared)) {
    const { sequence } = certificate.header;
    if (sequence <= stable.sequence) continue;
    last = Math.max(last, sequence);
    const other = chosen.get(sequence);
    if (!other || beats(certificate, other)) chosen.set(sequence, certificate);
  }
  const slots = Array.from({ length: last - stable.sequence }, (_, at) => {
    const sequence = stable.sequence + 1 + at;
    return { sequence, digest: chosen.get(sequence)?.header.digest ?? nullDigest };
  });
  return { stable, slots };
}

function beats({ header: one }: PreparedCertificate, { header: other }: PreparedCertificate): boolean {
  return one.view > other.view || (one.view === other.view && one.digest < other.digest);
}
