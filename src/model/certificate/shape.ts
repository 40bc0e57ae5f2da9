import { z } from 'zod';
import { canonicalJson } from '../canonical.ts';
import { fromUtf8 } from './bytes.ts';
import { maxNoteBytes } from './note.ts';
import type { CertificateReason } from './reasons.ts';

/** What may stand in a certificate: the shape of `*.outage.json`, canonical JSON with a newline at its end. */

/** 2^53 - 1 leaves give proofs of at most 53 hashes. */
const maxProof = 53;
const maxMembers = 64;
const maxEpochs = 1000;
const maxChangesPerEpoch = 1000;
const maxTransitions = 1000;
const maxWatchersPerTransition = 1000;
const maxOpinionsPerBundle = 100_000;
export const maxCertificateBytes = 8_388_608;

const hash = z.string().regex(/^[0-9a-f]{64}$/);
/** 64 bytes in base64; the bits beyond them are zero, so that a signature has one writing. */
const signature = z.string().regex(/^[A-Za-z0-9+/]{85}[AQgw]==$/);
const count = z.int().min(0);
/** Text with one encoding: a lone surrogate would be hashed as another character. */
const text = z.string().refine((given) => given.isWellFormed(), 'expected well-formed text');
const memberNumber = z.int().min(1).max(0xffff_ffff);

const certificateEntrySchema = z.strictObject({
  position: count,
  sequence: count,
  /** Agreed time, milliseconds since 1970. */
  time: z.number().min(0).max(8.64e15),
  /** Whether it ends its batch. */
  last: z.boolean(),
  /** Leaf hash of the entry before. */
  previous: hash,
  kind: text.min(1).max(64),
  /** JSON, exactly as stored: its hash depends on each character. */
  body: text.max(maxCertificateBytes),
});

const proof = z.array(hash).max(maxProof);
const votes = z.array(z.strictObject({ signer: memberNumber, signature })).max(maxMembers);

/** By which the members of an epoch vouch for size and root of the ledger; one of the three is enough. */
const certificateSealSchema = z.strictObject({
  size: z.int().min(1),
  root: hash,
  /** A C2SP checkpoint with the members' cosignatures. */
  note: text.max(maxNoteBytes).optional(),
  /** PBFT: a commit certificate that carries this root. */
  commit: z.strictObject({ view: count, sequence: count, digest: hash, votes }).optional(),
  /** PBFT: a stable checkpoint of this root and the execution state of which the hash is given. */
  stable: z.strictObject({ sequence: count, stateHash: hash, votes }).optional(),
});

const included = z.strictObject({ entry: certificateEntrySchema, proof });

/** What a watcher signed: a bundle of opinions, named by their digests. */
const certificateStatementSchema = z.strictObject({
  watcher: text.min(1).max(200),
  number: count,
  /** SHA-256 of the canonical JSON of each opinion in the bundle. */
  digests: z.array(hash).min(1).max(maxOpinionsPerBundle),
  signature,
});

export const outageCertificateSchema = z.strictObject({
  kind: z.literal('quorumwatch-outage'),
  format: z.literal(1),
  /** SHA-256 of the genesis. */
  network: hash,
  /** Former epochs from the genesis on: their membership changes, of which the last ended them, and their seal. */
  epochs: z
    .array(z.strictObject({ changes: z.array(included).min(1).max(maxChangesPerEpoch), seal: certificateSealSchema }))
    .max(maxEpochs),
  /** Membership changes since that changed no voter. */
  changes: z.array(included).max(maxChangesPerEpoch),
  /** Of the present epoch; the proofs of what follows lead to its root. */
  seal: certificateSealSchema,
  /** That the ledger of an earlier size is a prefix of this one, for whoever kept its root. */
  history: z.strictObject({ size: z.int().min(1), root: hash, proof: z.array(hash).max(maxProof + 1) }).optional(),
  incident: included,
  /** Of the incident, in order, each with what the watchers signed, in the order of its opinions. */
  transitions: z
    .array(included.extend({ said: z.array(certificateStatementSchema).max(maxWatchersPerTransition) }))
    .min(1)
    .max(maxTransitions),
});

export type CertificateEntry = z.output<typeof certificateEntrySchema>;
export type CertificateSeal = z.output<typeof certificateSealSchema>;
export type CertificateStatement = z.output<typeof certificateStatementSchema>;
export type CertificateIncluded = z.output<typeof included>;
export type OutageCertificate = z.output<typeof outageCertificateSchema>;

/** The one text of a certificate; its UTF-8 bytes are the file. */
export function certificateText(certificate: OutageCertificate): string {
  return `${canonicalJson(certificate)}\n`;
}

/** Reads the file; what it does not accept it names by a reason, and where by a path. */
export function readCertificate(
  bytes: Uint8Array,
): { certificate: OutageCertificate } | { reason: CertificateReason; detail: string } {
  if (bytes.length > maxCertificateBytes) {
    return { reason: 'too-large', detail: `${bytes.length} bytes, at most ${maxCertificateBytes} are read` };
  }
  const text = fromUtf8(bytes);
  if (text === undefined) return { reason: 'not-json', detail: 'the file is not UTF-8' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { reason: 'not-json', detail: 'the file is not JSON' };
  }
  const read = outageCertificateSchema.safeParse(value);
  if (!read.success) {
    const issue = read.error.issues[0];
    return { reason: 'wrong-shape', detail: `${issue?.path.join('.') || 'the file'}: ${issue?.message ?? ''}` };
  }
  if (certificateText(read.data) !== text) {
    return { reason: 'not-canonical', detail: 'the same content has another writing: sorted keys, no spaces' };
  }
  return { certificate: read.data };
}
