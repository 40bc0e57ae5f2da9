import type { MemberRecord, Protocol } from '../membership.ts';
import { quorumNeed } from '../quorum.ts';
import { fromBase64, fromHex, utf8 } from './bytes.ts';
import type { CertificateCrypto } from './crypto.ts';
import { readCosignedNote } from './note.ts';
import { Refused } from './reasons.ts';
import type { CertificateSeal } from './shape.ts';
import { checkpointDigest, checkpointStatement, commitStatement } from './votes.ts';

/** Members of one epoch, as far as verification needs them. */
export interface Epoch {
  number: number;
  protocol: Protocol;
  watchers: readonly Pick<MemberRecord, 'number' | 'id' | 'publicKey' | 'role'>[];
}

export interface SealContext {
  crypto: CertificateCrypto;
  /** Hash of the genesis, hexadecimal digits. */
  network: string;
  /** Of the cluster's checkpoints. */
  origin: string;
}

type Vote = NonNullable<CertificateSeal['commit']>['votes'][number];

export function votersOf({ watchers }: Epoch): Epoch['watchers'] {
  return watchers.filter(({ role }) => role === 'member');
}

/** How many members must sign: 2f+1 of 3f+1 for PBFT, a majority for Raft, the one member for solo. */
export function sealNeed(epoch: Epoch): number {
  const count = votersOf(epoch).length;
  if (epoch.protocol === 'pbft') return quorumNeed({ rule: 'bft' }, count);
  return epoch.protocol === 'raft' ? quorumNeed({ rule: 'majority' }, count) : Math.max(1, count);
}

/** The votes of the seal, which only PBFT has; ids of the signers, or undefined when there are none. */
export function checkVotes(context: SealContext, epoch: Epoch, seal: CertificateSeal): string[] | undefined {
  const { crypto, network } = context;
  const { commit, stable, root } = seal;
  if (epoch.protocol !== 'pbft' && (commit ?? stable)) {
    throw new Refused('wrong-shape', `${epoch.protocol} has no commit certificates`);
  }
  const domain = { network, epoch: epoch.number };
  let signers: string[] | undefined;
  if (commit) {
    const { votes, ...ballot } = commit;
    signers = carried(crypto, epoch, votes, (signer) => commitStatement(domain, signer, { ...ballot, root }));
  }
  if (stable) {
    const { votes, sequence, stateHash } = stable;
    const digest = checkpointDigest(crypto, root, stateHash);
    signers = carried(crypto, epoch, votes, (signer) => checkpointStatement(domain, signer, sequence, digest));
  }
  return signers;
}

/** The cosigned checkpoint of the seal; who signed, or undefined when there is none. */
export function checkNote({ crypto, origin }: SealContext, epoch: Epoch, seal: CertificateSeal): string[] | undefined {
  if (seal.note === undefined) return undefined;
  const cosigners = votersOf(epoch).map(({ id, publicKey }) => ({ name: id, publicKey: fromHex(publicKey) }));
  const read = readCosignedNote(crypto, utf8(seal.note), cosigners);
  if (typeof read === 'string') throw new Refused('note-invalid', read);
  const { checkpoint, signed, unknown } = read;
  if (checkpoint.origin !== origin) {
    throw new Refused('note-invalid', `the checkpoint is of ${checkpoint.origin}, expected ${origin}`);
  }
  if (checkpoint.size !== seal.size || checkpoint.root !== seal.root) {
    throw new Refused('other-root', `the checkpoint is of size ${checkpoint.size} and root ${checkpoint.root}`);
  }
  if (unknown > 0) throw new Refused('unknown-signer', `${unknown} cosignatures are not of members of this epoch`);
  needSigners(epoch, signed.length);
  return signed.map(({ name }) => name);
}

/** Both; at least one of them must be there. */
export function checkSeal(context: SealContext, epoch: Epoch, seal: CertificateSeal): void {
  const votes = checkVotes(context, epoch, seal);
  const cosigners = checkNote(context, epoch, seal);
  if (!votes && !cosigners) throw noSeal(epoch);
}

export function noSeal(epoch: Epoch): Refused {
  return new Refused('no-seal', `no votes and no cosigned checkpoint of epoch ${epoch.number}`);
}

function carried(
  crypto: CertificateCrypto,
  epoch: Epoch,
  votes: readonly Vote[],
  statement: (signer: number) => Uint8Array,
): string[] {
  const voters = new Map(votersOf(epoch).map((voter) => [voter.number, voter]));
  let previous = 0;
  // Counted before anything is verified: too short a list costs nothing.
  needSigners(epoch, new Set(votes.map(({ signer }) => signer)).size);
  return votes.map(({ signer, signature }) => {
    const voter = voters.get(signer);
    if (!voter) throw new Refused('unknown-signer', `number ${signer} is no member of epoch ${epoch.number}`);
    if (signer <= previous) throw new Refused('repeated-signer', `${voter.id} stands out of order or twice`);
    previous = signer;
    const bytes = fromBase64(signature);
    if (!bytes || !crypto.verifyEd25519(fromHex(voter.publicKey), statement(signer), bytes)) {
      throw new Refused('wrong-signature', `the vote of ${voter.id} in epoch ${epoch.number}`);
    }
    return voter.id;
  });
}

function needSigners(epoch: Epoch, count: number): void {
  const need = sealNeed(epoch);
  if (count < need) throw new Refused('too-few-signatures', `${count} of ${votersOf(epoch).length}, needed ${need}`);
}
