import {
  canonicalJson,
  certificateText,
  maxCertificateBytes,
  QwError,
  readCertificate,
  type CertificateEntry,
  type CertificateIncluded,
  type CertificateSeal,
  type CertificateStatement,
  type Opinion,
  type OutageCertificate,
} from '../../model/index.ts';
import type { CommitCertificate, Endorsement, CheckpointCertificate } from '../pbft/messages.ts';
import { decodeEntry, entryBody, entryKind, readEntryHeader } from './entry.ts';
import { hashToHex, sha256, type Hash } from './hash.ts';

/** An entry as the ledger stores it, and the proof that leads from it to the root of its seal. */
export interface ProvedRecord {
  record: Uint8Array;
  proof: readonly Hash[];
}

/** By which the members of an epoch vouch for the ledger at one size; one of the three is enough. */
export interface SealSource {
  size: number;
  root: Hash;
  /** Cosigned checkpoint. */
  note?: string;
  commit?: CommitCertificate;
  /** Stable checkpoint, and the hash of the core's state that it covers beside the root. */
  stable?: { certificate: CheckpointCertificate; stateHash: Hash };
}

/** Everything that an outage certificate is made of. */
export interface CertificateSources {
  /** Hash of the genesis. */
  network: Hash;
  /** Former epochs, oldest first: membership entries up to the one that ended it. */
  epochs: readonly { changes: readonly ProvedRecord[]; seal: SealSource }[];
  /** Membership entries of the present epoch. */
  changes: readonly ProvedRecord[];
  seal: SealSource;
  /** Root of an earlier size, and the proof that it is a prefix. */
  history?: { size: number; root: Hash; proof: readonly Hash[] };
  /** The newest entry of the incident. */
  incident: ProvedRecord;
  /**
   * The transitions of the incident in order; with each the `observations` entries in which its opinions were said, in
   * the order of the opinions.
   */
  transitions: readonly { transition: ProvedRecord; observations: readonly Uint8Array[] }[];
}

/**
 * The text of the certificate. It is not verified here: whoever hands it out verifies it first. Throws BAD_INPUT when the
 * sources are not what they should be, REQUEST_TOO_LARGE when no verifier would read so much.
 */
export function exportCertificate(sources: CertificateSources): string {
  const certificate: OutageCertificate = {
    kind: 'quorumwatch-outage',
    format: 1,
    network: hashToHex(sources.network),
    epochs: sources.epochs.map(({ changes, seal }) => ({ changes: changes.map(included), seal: sealOf(seal) })),
    changes: sources.changes.map(included),
    seal: sealOf(sources.seal),
    ...(sources.history && { history: historyOf(sources.history) }),
    incident: included(sources.incident),
    transitions: sources.transitions.map(({ transition, observations }) => ({
      ...included(transition),
      said: observations.map(statementOf),
    })),
  };
  const text = certificateText(certificate);
  const bytes = Buffer.from(text);
  if (bytes.length > maxCertificateBytes) {
    throw new QwError('REQUEST_TOO_LARGE', `the certificate has ${bytes.length} bytes, at most ${maxCertificateBytes}`);
  }
  const read = readCertificate(bytes);
  if ('reason' in read) throw new QwError('BAD_INPUT', `no certificate comes of this: ${read.detail}`);
  return text;
}

function historyOf({ size, root, proof }: NonNullable<CertificateSources['history']>) {
  return { size, root: hashToHex(root), proof: proof.map(hashToHex) };
}

function included({ record, proof }: ProvedRecord): CertificateIncluded {
  return { entry: certificateEntryOf(record), proof: proof.map(hashToHex) };
}

/** The fields of a stored entry, from which its bytes follow again. */
export function certificateEntryOf(record: Uint8Array): CertificateEntry {
  const bytes = Buffer.from(record.buffer, record.byteOffset, record.byteLength);
  const header = readEntryHeader(bytes);
  const kind = entryKind(bytes);
  if (!header || kind === undefined) throw new QwError('BAD_INPUT', 'a record is not an entry of the ledger');
  const { position, sequence, time, last, previous } = header;
  const body = entryBody(bytes);
  return { position, sequence, time, last, previous: hashToHex(previous), kind, body };
}

function sealOf({ size, root, note, commit, stable }: SealSource): CertificateSeal {
  return {
    size,
    root: hashToHex(root),
    ...(note !== undefined && { note }),
    ...(commit && {
      commit: {
        view: commit.view,
        sequence: commit.sequence,
        digest: hashToHex(commit.digest),
        votes: commit.votes.map(voteOf),
      },
    }),
    ...(stable && {
      stable: {
        sequence: stable.certificate.sequence,
        stateHash: hashToHex(stable.stateHash),
        votes: stable.certificate.votes.map(voteOf),
      },
    }),
  };
}

function voteOf({ signer, signature }: Endorsement): { signer: number; signature: string } {
  return { signer, signature: Buffer.from(signature).toString('base64') };
}

/** What stands in an `observations` entry, with the opinions named by their digests only. */
function statementOf(record: Uint8Array): CertificateStatement {
  const entry = decodeEntry(record);
  const body = entry?.body as { watcher: string; number: number; opinions: readonly Opinion[]; signature: string };
  if (entry?.kind !== 'observations') throw new QwError('BAD_INPUT', 'evidence is not an entry of observations');
  return {
    watcher: body.watcher,
    number: body.number,
    digests: body.opinions.map((opinion) => hashToHex(sha256(Buffer.from(canonicalJson(opinion))))),
    signature: body.signature,
  };
}
