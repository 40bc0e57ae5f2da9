/** What agreement offers the rest of the house: order, durability, verification. */
export type { Application } from './runtime/application.ts';
export { openReplica, type ReplicaOptions } from './runtime/open-replica.ts';
export type { Applied, Replica, ReplicaLimits, ReplicaStatus } from './runtime/replica.ts';
export type { Unsubscribe } from './runtime/subscriptions.ts';
export { openKeyFile } from './runtime/key-file.ts';
export { ed25519Signer, verifyEd25519, type Signer } from './crypto/signer.ts';
export { verifyLedger, type BadPlace, type LedgerVerification, type VerifyOptions } from './ledger/verify-ledger.ts';
export type { EntryDraft, LedgerEntry } from './record/entry.ts';
export { readCheckpoint, signCheckpoint, type Checkpoint } from './record/checkpoint.ts';
export type { ConsensusCore, CommittedBatch, CoreEvent, CoreStatus, Input, Lsn, Ready, Request } from './protocol.ts';
