import type { Genesis, MemberRecord, Milliseconds } from '../../../model/index.ts';
import type { Signer } from '../../crypto/signer.ts';
import type { ParticipantId } from '../../protocol.ts';
import type { LedgerEntry } from '../../record/entry.ts';
import type { SealSource } from '../../record/export-certificate.ts';
import type { Transport } from '../../transport/transport.ts';
import type { ClusterApplication } from '../application.ts';
import type { LedgerReplicaParts } from '../ledger-replica.ts';
import type { Replica, ReplicaStatus } from '../replica.ts';
import type { Cosigned } from './cosigner.ts';
import type { Epochs } from './epochs.ts';

/** How a member of a cluster sees its consensus. */
export interface ClusterStatus {
  epoch: number;
  /** PBFT counts views, Raft terms. */
  view?: number;
  term?: number;
  primary?: ParticipantId | undefined;
  leader?: ParticipantId | undefined;
  /** False while the view changes or nobody leads. */
  active: boolean;
  /** Whether this one may vote now. */
  voting: boolean;
  /** Why it may not, where that is what it remembers of itself: it asks the others, or they know of more. */
  withoutVote?: 'asking' | 'forgot';
  /** Water marks. */
  low?: number;
  high?: number;
  sequence: number;
  faults: number;
  quorum: number;
  members: readonly MemberStatus[];
  /** The ledger that is being fetched. */
  transfer?: { entries: number; of: number; source: ParticipantId };
  cosigned?: Pick<Cosigned, 'size' | 'signers'>;
}

export interface MemberStatus {
  number: ParticipantId;
  id: string;
  self: boolean;
  link?:
    | { state: string; heardMs?: Milliseconds | undefined; roundTripMs?: Milliseconds | undefined; error?: string }
    | undefined;
  /** As it last said. */
  sequence?: number;
  view?: number;
  /** Of its ledger, when it last asked for more. */
  entries?: number | undefined;
}

/** What every member is made of, whatever core orders for it. */
export interface MemberParts extends LedgerReplicaParts {
  application: ClusterApplication;
  genesis: Genesis;
  signer: Signer;
  epochs: Epochs;
  transport: Transport;
  held: LedgerEntry[];
  random: () => number;
  /** What is worth a line in the log. */
  note: (text: string, facts: Record<string, unknown>) => void;
  /** Told whom this watcher needs links to, itself included, whenever that changes. */
  onLinked: (watchers: readonly MemberRecord[]) => void;
}

/** A replica whose record is kept by several watchers. */
export interface ClusterReplica extends Replica {
  status(): ReplicaStatus & { cluster: ClusterStatus };
  /** Milliseconds since the last frame of each watcher that was ever heard. */
  heard(): ReadonlyMap<string, Milliseconds>;
  /** What the members of the present epoch have signed for the ledger, newest first. */
  seals(): Promise<readonly SealSource[]>;
  /** Where former epochs ended, and what their members signed there, oldest first. */
  epochEnds(): Promise<readonly SealSource[]>;
}
