/**
 * Outage certificates: their shape, and their verification without network, clock or anything of Node. This folder is
 * published as `quorumwatch/certificate`; the watcher, the command line and the verifier page use the same.
 */
export { fromBase64, fromHex, toBase64, toHex, utf8 } from './bytes.ts';
export { rememberSignatures, type CertificateCrypto } from './crypto.ts';
export { certificateEntryBytes, certificateLeaf } from './entry.ts';
export type { CheckedTransition } from './evidence.ts';
export { provesConsistency, provesInclusion, type NodeHash, type Place } from './merkle-proof.ts';
export {
  checkpointText,
  clusterOrigin,
  cosignatureLine,
  cosignatureMessage,
  maxNoteBytes,
  readCosignedNote,
  type Cosigned,
  type Cosigner,
  type NoteCheckpoint,
} from './note.ts';
export { certificateReasonTable, type CertificateReason } from './reasons.ts';
export {
  certificateText,
  maxCertificateBytes,
  outageCertificateSchema,
  readCertificate,
  type CertificateEntry,
  type CertificateIncluded,
  type CertificateSeal,
  type CertificateStatement,
  type OutageCertificate,
} from './shape.ts';
export { certificateStatementText } from './text.ts';
export {
  certificateSteps,
  verifyCertificate,
  type CertificatePolicy,
  type CertificateStep,
  type CertificateStepName,
  type CertificateVerification,
  type CertifiedOutage,
  type KeptLedger,
} from './verify.ts';
export { checkpointDigest, checkpointStatement, commitStatement, type CommitBallot, type VoteDomain } from './votes.ts';
