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
import { sha256, type Hash } from '../record/hash.ts';
import type { PbftLimits } from './configuration.ts';
import { ExecutionState, stateDigest } from './execution-state.ts';
import type { CheckpointCertificate, CommitCertificate, Message, Sequence, View } from './messages.ts';

/** What a PBFT core takes beyond time, proposals and durability. */
export type PbftInput =
  | Received<Message>
  /** The owner has executed a batch; the root covers the ledger up to its end, and with it the application's state. */
  | {
      type: 'applied';
      sequence: Sequence;
      root: Hash;
      /** The batch changed who the members are, their keys or the protocol: nothing after it belongs to this epoch. */
      epochEnds?: boolean;
    }
  /**
   * A transfer order was carried out: ledger and core state up to this sequence are here. If `low` of `inspect` is there
   * afterwards, the core has taken them over; otherwise they were not what it ordered.
   */
  | { type: 'transferred'; sequence: Sequence; root: Hash; state: Uint8Array; epochEnds?: boolean };

/** A batch with the proof of its place. */
export interface CertifiedBatch extends CommittedBatch {
  certificate: CommitCertificate;
}

/** A checkpoint that the owner keeps to serve members which have fallen behind. */
export interface StableCheckpoint {
  certificate: CheckpointCertificate;
  root: Hash;
  /** The core's own part of the state; `certificate.digest` is `stateDigest` of the root and the SHA-256 of this. */
  state: Uint8Array;
  /** The epoch ended here: the next core begins with this as its `base`. */
  endsEpoch: boolean;
}

/** Where an epoch begins: the checkpoint in which the former one ended. */
export type EpochBase = Pick<StableCheckpoint, 'certificate' | 'root' | 'state'>;

/**
 * The core cannot reach this checkpoint by ordering. The owner fetches ledger and core state from the sources, checks the
 * ledger by its own proofs, and answers with `transferred`, which the core checks against the certificate. The order is
 * void when `inspect` says meanwhile that the core votes and has reached the sequence by itself. The fetched ledger takes the
 * place of the old one only if the core takes the transfer over, and durably only after the record that the core makes of
 * it is durable; from then on no crash may lose any of it.
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
  /** Others have shown this member what it said itself and does not know: its memory was set back. It goes on under a new life. */
  | { type: 'forgot'; life: number }
  /** A quorum certified another state than ours: this member has stopped voting, and waits for a transfer. */
  | { type: 'diverged'; sequence: Sequence }
  /** The journal lacks what the owner executed at this sequence: this member does not vote until a transfer. */
  | { type: 'incomplete'; sequence: Sequence };

export type SuspicionReason = 'no-progress' | 'suppression' | 'low-throughput' | 'slow-orders' | 'equivocation';

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
  /**
   * What the epoch begins with, when this start is its first: the checkpoint in which the former one ended, or `firstBase`
   * where another protocol ordered before. The owner's ledger is durable up to there. Sequences and bundle numbers go on,
   * views begin at 0; what members had proposed and not seen executed, they propose again. Records of the former epoch
   * may be among `records` or left out.
   */
  base?: EpochBase;
  /** The batch at `sequence` ended the epoch of `records`; the core only certifies its end, if it has not yet. */
  ended?: boolean;
  /** Drawn at random for each start, below 2^31: what others have answered to another process then counts for nothing. */
  nonce?: number;
  /**
   * The journal was damaged or lost, so nobody knows what this member voted. It follows by transfers, and votes again when
   * everything that it may have voted on is behind a stable checkpoint. Taken as true when there is a ledger and no record.
   */
  forgot?: boolean;
}

/** The beginning of an epoch of this protocol in a ledger that another one has ordered so far: the same at every member. */
export function firstBase(limits: PbftLimits, sequence: Sequence, time: EpochMs, root: Hash): EpochBase {
  const state = ExecutionState.first(limits, sequence, time, root).encode();
  return { certificate: { sequence, digest: stateDigest(root, sha256(state)), votes: [] }, root, state };
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
  /** Whether this member may vote; false after its state was found to differ, or its memory to be incomplete. */
  voting: boolean;
  /** Whether it has no vote because it has started, and enough others have not answered yet whether they remember more of it. */
  asking: boolean;
  /** Whether it has no vote because it does not know all that it said before. */
  forgot: boolean;
  /** Where the epoch ended. */
  endsAt: Sequence | undefined;
}
