import type { Bundle, Message, Proposal } from '../pbft/messages.ts';
import type { ParticipantId } from '../protocol.ts';
import { sha256, type Hash } from '../record/hash.ts';
import { GrowingWriter } from './growing-writer.ts';
import { writeBody, writeProposal } from './pbft-body.ts';
import { kindNumber } from './pbft-message.ts';

/** What a signature is bound to beside its message: it means nothing in another network or under other members. */
export interface Domain {
  network: Hash;
  epoch: number;
}

type Unsigned<Kind> = Kind extends { type: 'pre-prepare'; header: infer Header }
  ? { type: 'pre-prepare'; header: Omit<Header, 'signature' | 'signer'> }
  : Omit<Kind, 'signature' | 'signer'>;

/** What can be signed, before it is. */
export type Statement = Unsigned<Exclude<Message, { type: 'data' }>>;

const purpose = Buffer.from('quorumwatch pbft 1\n');
const proposalPurpose = Buffer.from('quorumwatch pbft proposal 1\n');

/** The bytes under a signature: purpose, network, epoch, kind, signer, body. */
export function statementBytes(domain: Domain, signer: ParticipantId, statement: Statement): Buffer {
  const writer = new GrowingWriter().raw(purpose).hash(domain.network).u32(domain.epoch);
  writer.u8(kindNumber(statement.type)).u32(signer);
  // The body does not read who signed.
  return writeBody(writer, statement as Exclude<Message, { type: 'data' }>).finish();
}

/** Names a bundle's content; its signature is not part of it, so that a second signature makes no second bundle. */
export function bundleDigest(domain: Domain, bundle: Omit<Bundle, 'signature'>): Hash {
  return sha256(statementBytes(domain, bundle.signer, bundle));
}

export function proposalDigest(proposal: Proposal): Hash {
  return sha256(writeProposal(new GrowingWriter().raw(proposalPurpose), proposal).finish());
}

/** What fills a sequence for which a new view has nothing to keep: ordered like any other, executed as nothing. */
export const nullProposal: Proposal = { time: 0, bundles: [] };
export const nullDigest: Hash = proposalDigest(nullProposal);
