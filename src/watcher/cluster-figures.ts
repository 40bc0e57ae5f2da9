import type { Replica, ReplicaStatus, SealSource, StoredLedger } from '../agree/index.ts';
import type { Milliseconds } from '../model/index.ts';

/** What a member of a cluster tells about its consensus, beyond what a watcher alone has to tell. */
export interface ClusterFigures {
  epoch: number;
  /** PBFT counts views, Raft terms. */
  view?: number;
  term?: number;
  primary?: number | undefined;
  leader?: number | undefined;
  /** Whether this member orders or votes at present. */
  active: boolean;
  voting: boolean;
  withoutVote?: 'asking' | 'forgot';
  /** Water marks: sequences that may be ordered now. */
  low?: number;
  high?: number;
  sequence: number;
  faults: number;
  quorum: number;
  members: readonly MemberFigures[];
  /** The newest checkpoint that a quorum has signed, and the names of those. */
  cosigned?: { size: number; signers: readonly string[] };
  /** The ledger that is being fetched: entries so far, of how many, from whom. */
  transfer?: { entries: number; of: number; source: number } | undefined;
}

export interface MemberFigures {
  number: number;
  id: string;
  self: boolean;
  link?: LinkFigures | undefined;
  /** As last heard of it. */
  sequence?: number | undefined;
  view?: number | undefined;
  /** Of its ledger, when it last asked for more; members by their votes are not told apart. */
  entries?: number | undefined;
}

interface LinkFigures {
  state: string;
  heardMs?: Milliseconds | undefined;
  roundTripMs?: Milliseconds | undefined;
  error?: string | undefined;
}

/** A replica alone, or one of a cluster, which has more to tell. */
export interface WatcherReplica extends Replica {
  status(): ReplicaStatus & { cluster?: ClusterFigures };
  /** Milliseconds since the last authenticated frame of each watcher that was ever heard. */
  heard?(): ReadonlyMap<string, Milliseconds>;
  /** The ledger's own bytes, for proofs. */
  stored?(): StoredLedger;
  /** What members signed for the ledger, newest first; a watcher alone signs when it is asked. */
  seals?(): Promise<readonly SealSource[]>;
  /** Where former epochs ended, and what their members signed there, oldest first. */
  epochEnds?(): Promise<readonly SealSource[]>;
}
