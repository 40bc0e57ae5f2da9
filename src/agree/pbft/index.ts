/** Practical Byzantine fault tolerance with signatures: the core, what it takes and gives, and what verifies its votes. */
export { PbftCore } from './pbft-core.ts';
export {
  emptyStart,
  firstBase,
  type CertifiedBatch,
  type EpochBase,
  type PbftInput,
  type PbftNotice,
  type PbftReady,
  type PbftStart,
  type PbftStatus,
  type RefusalReason,
  type StableCheckpoint,
  type SuspicionReason,
  type TransferOrder,
} from './work.ts';
export { pbftLimits, type PbftConfiguration, type PbftLimits } from './configuration.ts';
export { stateDigest } from './execution-state.ts';
export { epochOf, type JournalEpoch } from './refold.ts';
export { checkFor, type CertificateCheck } from './certificates.ts';
export { votesOf } from './checkpoint.ts';
export { decideNewView } from './decide-new-view.ts';
export { decodeRecord, type PbftRecord } from './journal-record.ts';
export { decodeMessage, encodeMessage } from '../codec/pbft-message.ts';
export {
  bundleDigest,
  nullDigest,
  nullProposal,
  proposalDigest,
  statementBytes,
  type Statement,
} from '../codec/pbft-statement.ts';
export { SignGuard } from '../crypto/sign-guard.ts';
export type {
  Bundle,
  CheckpointCertificate,
  CommitCertificate,
  Endorsement,
  Header,
  Message,
  PreparedCertificate,
  Proposal,
  ViewChange,
  Vote,
} from './messages.ts';
