import type { EpochMs } from '../../model/index.ts';
import type {
  Addressed,
  CommittedBatch,
  CoreStatus,
  JournalRecord,
  Lsn,
  ParticipantId,
  Ready,
  Received,
} from '../protocol.ts';
import type { Hash } from '../record/hash.ts';
import type { CheckpointCertificate, CommitCertificate, Message, Sequence, View } from './messages.ts';

/** What a PBFT core takes beyond time, proposals and durability. */
export type PbftInput =
  | Received<Message>
  /** The owner has executed a batch; the root covers the ledger up to its end, and with it the application's state. */
  | { type: 'applied'; sequence: Sequence; root: Hash }
  /** A transfer order was carried out: the owner's ledger and application stand at this sequence. */
  | { type: 'transferred'; sequence: Sequence; root: Hash; state: Uint8Array };

/** A batch with the proof of its place. */
export interface CertifiedBatch extends CommittedBatch {
  certificate: CommitCertificate;
}

/** A checkpoint that the owner keeps to serve members which have fallen behind. */
export interface StableCheckpoint {
  certificate: CheckpointCertificate;
  root: Hash;
  /** The core's own part of the state; `certificate.digest` covers root and this. */
  state: Uint8Array;
}

/**
 * The core cannot reach this checkpoint by ordering. The owner fetches ledger and core state from the sources, checks the
 * ledger by its own proofs, and answers with `transferred`, which the core checks against the certificate. The order is
 * void when `inspect` says meanwhile that the core votes and has reached the sequence by itself. The fetched ledger takes the
 * place of the old one durably only after the record that the core makes of the transfer is durable.
 */
export interface TransferOrder {
  certificate: CheckpointCertificate;
  /** Members that vouch for it; f of them may lie or be gone. */
  sources: readonly ParticipantId[];
}

/** Why something from outside was refused. */
export type RefusalReason =
  | 'not-member'
  | 'not-primary'
  | 'not-backup'
  | 'bad-signature'
  | 'bad-certificate'
  | 'old-view'
  | 'outside-window'
  | 'no-room'
  | 'wrong-digest'
  | 'wrong-new-view'
  | 'clock-skew'
  | 'duplicate-bundle'
  | 'proposal-too-large'
  | 'bundle-too-large'
  | 'already-executed'
  | 'equivocation'
  | 'conflicting-vote'
  | 'contradicts-committed'
  | 'repeated-status'
  | 'unwanted-data'
  | 'bad-transfer'
  | 'not-voting';

export type PbftNotice =
  | { type: 'refused'; from: ParticipantId; kind: Message['type'] | 'transfer'; reason: RefusalReason }
  | { type: 'suspects'; view: View; reason: SuspicionReason }
  | { type: 'view'; view: View; active: boolean }
  /** The sign guard knows of another statement for the same slot: this member's memory was set back. */
  | { type: 'guard-refused'; kind: string; view: View; sequence: Sequence }
  /** A quorum certified another state than ours: this member has stopped voting, and waits for a transfer. */
  | { type: 'diverged'; sequence: Sequence };

export type SuspicionReason = 'no-progress' | 'suppression' | 'low-throughput' | 'equivocation';

export interface PbftReady extends Ready<Addressed<Message>> {
  apply: readonly CertifiedBatch[];
  stable: readonly StableCheckpoint[];
  transfer: TransferOrder | undefined;
  notices: readonly PbftNotice[];
}

/** Where a core goes on: what its owner found in journal and ledger. */
export interface PbftStart {
  /** Last sequence whose effects the owner has; 0 for none. */
  sequence: Sequence;
  time: EpochMs;
  /** The ledger's roots after the last sequences up to `sequence`, oldest first: `window` of them, or all. */
  roots: readonly Hash[];
  /** Position of the first of `records`. */
  lsn: Lsn;
  records: readonly JournalRecord[];
}

export const emptyStart: PbftStart = { sequence: 0, time: 0, roots: [], lsn: 0, records: [] };

export interface PbftStatus extends CoreStatus {
  protocol: 'pbft';
  view: View;
  active: boolean;
  primary: ParticipantId;
  suspects: boolean;
  /** Water marks. */
  low: Sequence;
  high: Sequence;
  /** Whether this member may vote; false after its state was found to differ. */
  voting: boolean;
}
