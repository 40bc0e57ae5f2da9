/** What agreement offers the rest of the house: order, durability, verification. */
export type { Application } from './runtime/application.ts';
export { openClusterReplica } from './runtime/cluster/open-cluster.ts';
export { openReplica, type ReplicaOptions } from './runtime/open-replica.ts';
export type { Applied, Replica, ReplicaLimits, ReplicaStatus, StoredLedger } from './runtime/replica.ts';
export type { Unsubscribe } from './runtime/subscriptions.ts';
export { openKeyFile } from './runtime/key-file.ts';
export { createVerifier, ed25519Signer, verifyEd25519, type Signer, type VerifySignature } from './crypto/signer.ts';
export { verifyLedger, type BadPlace, type LedgerVerification, type VerifyOptions } from './ledger/verify-ledger.ts';
export { certificateCrypto } from './record/certificate-crypto.ts';
export { cosign, cosignedNote, readCosigned, type CosignedCheckpoint } from './record/cosignature.ts';
export { decodeEntry, entryHash, entryKind } from './record/entry.ts';
export {
  exportCertificate,
  type CertificateSources,
  type ProvedRecord,
  type SealSource,
} from './record/export-certificate.ts';
export { LeafTiles, tileLeaves } from './record/tiles.ts';
export type { EntryDraft, LedgerEntry } from './record/entry.ts';
export { readCheckpoint, signCheckpoint, type Checkpoint } from './record/checkpoint.ts';
export { SoloCore } from './solo/solo-core.ts';
export * as pbft from './pbft/index.ts';
export * as raft from './raft/index.ts';
export { decodeBatch } from './codec/batch.ts';
export { decodeDigest, encodeDigest } from './codec/digest.ts';
export type {
  Addressed,
  ConsensusCore,
  CommittedBatch,
  CoreEvent,
  CoreStatus,
  Input,
  Lsn,
  Ready,
  Request,
} from './protocol.ts';
export { isBorneOut } from './verdict/borne-out.ts';
export { compileMaintenance } from './verdict/maintenance.ts';
export { networkOf, VerdictMachine, type VerdictMachineOptions } from './verdict/machine.ts';
export { View, type AlertOpinions, type AlertView, type CheckView, type VerdictView } from './verdict/view.ts';
export type { ActionState, InForce } from './verdict/state.ts';
export { sameDefinition } from './verdict/plan.ts';
export { closedCode, conditionKey, labelsOf, labelValues, metOf, valueKey } from './verdict/policies/alert-opinion.ts';
export { maxResourcesPerWatcher } from './verdict/policies/hear-of.ts';
export { alertCheckName } from './verdict/policies/resource-name.ts';
export { boundedEvidence } from './verdict/evidence.ts';
export { maxOpinionsPerRequest } from './verdict/request.ts';
export { signRequest } from './verdict/signed-request.ts';
export { judgeRound, type Round } from './verdict/round.ts';
export {
  freshTrack,
  stepOpinion,
  type OpinionStep,
  type OpinionTrack,
  type SettleOptions,
} from './verdict/hysteresis.ts';
export { scriptVariables } from './verdict/variables.ts';
export type { Lane, LinkStatus, Peer, Transport } from './transport/transport.ts';
export { openTlsTransport, type TlsTransport, type TlsTransportOptions } from './transport/tls-transport.ts';
