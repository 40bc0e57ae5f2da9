import type { EpochMs, QwError } from '../../model/index.ts';
import type { Checkpoint } from '../record/checkpoint.ts';
import type { LedgerEntry } from '../record/entry.ts';
import type { LeafTiles } from '../record/tiles.ts';
import type { Unsubscribe } from './subscriptions.ts';

/** What became of a request: it is durable, and its entries are in the state. */
export interface Applied {
  sequence: number;
  /** Agreed time. */
  time: EpochMs;
  entries: readonly LedgerEntry[];
}

export interface ReplicaStatus {
  protocol: 'solo' | 'raft' | 'pbft';
  /** `unavailable`: nothing is accepted any more, reading works. */
  state: 'running' | 'unavailable' | 'closed';
  error: QwError | undefined;
  entries: number;
  /** Merkle root over all entries, hex. */
  root: string;
  sequence: number;
  time: EpochMs;
  /** Requests accepted and not yet answered. */
  pending: number;
  checkpointSize: number;
  snapshotPosition: number;
  journalBytes: number;
  ledgerBytes: number;
  /** What was noticed at start, in sentences. */
  notes: readonly string[];
}

/** The ledger as it is stored: what proofs about it are made of. */
export interface StoredLedger {
  /** The Merkle tree over all entries. */
  readonly tiles: LeafTiles;
  /** Stored bytes of entries from a position on, at most `limit`, fewer when they are large; none at the end. */
  records(from: number, limit: number): Promise<Uint8Array[]>;
}

/** One member's durable, ordered record and the state that follows from it. */
export interface Replica {
  /**
   * Orders a request. Resolves when it is durable and applied. Rejects with OVERLOADED or REQUEST_TOO_LARGE when it was
   * not accepted, with what `execute` threw when it was refused, with LEDGER_UNAVAILABLE when the disk failed: then it
   * may or may not be found after a restart.
   */
  propose(request: Uint8Array): Promise<Applied>;
  /** Every entry from the position on, in order, each once; old ones come from disk. */
  subscribe(from: number, listener: (entry: LedgerEntry) => void): Unsubscribe;
  /** At most `limit` entries, fewer when they are large; none at the end. */
  read(from: number, limit: number): Promise<LedgerEntry[]>;
  status(): ReplicaStatus;
  /** Makes the ledger durable and signs its size and root. */
  checkpoint(): Promise<Checkpoint>;
  close(): Promise<void>;
}

export interface ReplicaLimits {
  /** A snapshot is taken after so many entries. */
  snapshotEntries: number;
  /** … and when the journal has grown beyond this. */
  maxJournalBytes: number;
  /** Entries executed and not yet handed to the disk; beyond it nothing more is executed until the disk has caught up. */
  maxLedgerBufferBytes: number;
}

export const replicaLimits: ReplicaLimits = {
  snapshotEntries: 50_000,
  maxJournalBytes: 67_108_864,
  maxLedgerBufferBytes: 33_554_432,
};
