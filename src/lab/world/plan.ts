/**
 * Everything that happens in a world, as data: a seed makes a plan, a plan makes a run, and always the same one.
 * Shrinking takes things out of a plan; a plan is what a replay file holds. Times are microseconds of world time.
 */
export interface Plan {
  version: 1;
  protocol: string;
  seed: number;
  /** A seeded bug, by its name; none in honest runs. */
  mutation?: string;
  /** Members at the start, numbered from 1. */
  members: number;
  /** Further nodes that may become members. */
  spares: number;
  /** Settings of the protocol, such as batch sizes and time-outs. */
  tuning: Readonly<Record<string, number>>;
  network: NetworkPlan;
  disk: { syncMeanUs: number; snapshotEvery: number };
  /** One a node, members first. */
  clocks: readonly { offsetMs: number; rate: number }[];
  /** Messages travel as bytes, through the codec. */
  encoded: boolean;
  adversaries: readonly { node: number; strategy: string }[];
  faults: readonly Fault[];
  requests: readonly PlannedRequest[];
  clients: number;
  /** End of the faults: then a quorum is healed, and must come to an end of all requests. */
  safetyUs: number;
}

export interface NetworkPlan {
  minDelayUs: number;
  meanDelayUs: number;
  loss: number;
  duplication: number;
  /** Messages on one path at a time; more are lost. */
  capacity: number;
}

/** How the nodes are split: `halves`, `random` (each picks a side), `single` (one against the rest), `bridge` (one sees both sides). */
export type PartitionMode = 'halves' | 'random' | 'single' | 'bridge';

/** What reaches the disk of a node that dies: all it wrote, only what was synced, or some of the rest. */
export type CrashLoss = 'nothing' | 'unsynced' | 'torn';

/** In a fault, instead of a node: whoever leads when it strikes. */
export const theLeader = 0;

export type Fault = { atUs: number } & (
  | { type: 'crash'; node: number; loss: CrashLoss; downUs: number }
  | { type: 'pause'; node: number; forUs: number }
  | { type: 'partition'; mode: PartitionMode; oneWay: boolean; forUs: number; salt: number; aroundLeader: boolean }
  | { type: 'clog'; from: number; to: number; forUs: number }
  | { type: 'jump'; node: number; byMs: number }
  | { type: 'slow-disk'; node: number; forUs: number; addedUs: number }
  /** The next sync fails, and the node stops, as it must. */
  | { type: 'disk-error'; node: number; code: 'EIO' | 'ENOSPC'; downUs: number }
  /** A durable record rots or is overwritten by a misdirected write; the node finds out when it starts next. */
  | { type: 'damage'; node: number; how: 'rot' | 'misdirected'; downUs: number; salt: number }
  /** The whole disk is lost. A node comes back only if its protocol lets it, and knows that it forgot. */
  | { type: 'amnesia'; node: number; downUs?: number }
  /** Journal and state come from a backup that is so old; what the protocol keeps apart is not in it. */
  | { type: 'set-back'; node: number; byUs: number; downUs: number }
  /** The whole disk comes from a backup that is so old, with everything that the protocol keeps apart; nobody says so. */
  | { type: 'restore-backup'; node: number; byUs: number; downUs: number }
  /** An operator changes the cluster in a way that the protocol chooses. */
  | { type: 'operate'; salt: number }
);

export interface PlannedRequest {
  atUs: number;
  client: number;
  operation: 'put' | 'add' | 'get';
  key: number;
  value: number;
}
