import { ByteJoiner } from './bytes.ts';
import { sha256Hex, type CertificateCrypto } from './crypto.ts';

/**
 * What members of a PBFT cluster sign, as bytes: purpose, network, epoch, kind of vote, signer, body; big-endian. The
 * cluster's own codec writes the same, which a test holds. Hashes are hexadecimal digits.
 */
export interface VoteDomain {
  network: string;
  epoch: number;
}

const purpose = 'quorumwatch pbft 1\n';
const statePurpose = 'quorumwatch pbft state 1\n';
const commitKind = 4;
const checkpointKind = 5;

/** COMMIT: what was ordered at a sequence, and the root of the ledger that it stands on. */
export interface CommitBallot {
  view: number;
  sequence: number;
  digest: string;
  root: string;
}

export function commitStatement({ network, epoch }: VoteDomain, signer: number, ballot: CommitBallot): Uint8Array {
  const { view, sequence, digest, root } = ballot;
  const head = new ByteJoiner().text(purpose).hex(network).u32(epoch).u8(commitKind).u32(signer);
  return head.u64(view).u64(sequence).hex(digest).hex(root).join();
}

/** CHECKPOINT: the state after a sequence. */
export function checkpointStatement(
  { network, epoch }: VoteDomain,
  signer: number,
  sequence: number,
  digest: string,
): Uint8Array {
  const head = new ByteJoiner().text(purpose).hex(network).u32(epoch).u8(checkpointKind).u32(signer);
  return head.u64(sequence).hex(digest).join();
}

/** The digest in a checkpoint vote, from the ledger's root and the hash of the execution state. */
export function checkpointDigest(crypto: CertificateCrypto, root: string, stateHash: string): string {
  return sha256Hex(crypto, new ByteJoiner().text(statePurpose).hex(root).hex(stateHash).join());
}
