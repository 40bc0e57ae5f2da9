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
export { votesOf } from './checkpoint.ts';
export type { CheckpointCertificate, CommitCertificate, Endorsement, Message } from './messages.ts';
