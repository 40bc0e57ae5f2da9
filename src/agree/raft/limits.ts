/** Bounds and times of a Raft core. Times are in milliseconds of the clock that `tick` brings. */
export interface RaftLimits {
  /** Silence of the leader after which a follower asks for an election: at least this, at most twice this. */
  electionTimeoutMs: number;
  /** A leader speaks at least so often; a fifth of the election time-out or less. */
  heartbeatMs: number;
  /** A tick never counts as more than this, so that a clock that jumps does not start an election everywhere. */
  maxTickStepMs: number;
  /** Requests accepted by a leader and not yet handed out; more are rejected as `overloaded`. */
  maxPending: number;
  /** The same for their bytes. */
  maxPendingBytes: number;
  maxRequestBytes: number;
  maxBatchRequests: number;
  /** A batch is closed when it would grow beyond this, unless it is empty. */
  maxBatchBytes: number;
  /** Batches proposed and not yet committed; what comes meanwhile gathers into the next one. */
  maxOpenBatches: number;
  /** Appends sent to one follower and not yet answered. */
  maxInflightAppends: number;
  maxAppendEntries: number;
  /** An append carries no further entry when it has reached this. */
  maxAppendBytes: number;
  /** Entries kept behind a snapshot, so that a follower that is a little late needs no state. */
  trailingEntries: number;
  snapshotChunkBytes: number;
  /** A larger state is refused by its receiver. */
  maxSnapshotBytes: number;
}

export const raftLimits: RaftLimits = {
  electionTimeoutMs: 500,
  heartbeatMs: 75,
  maxTickStepMs: 250,
  maxPending: 16_384,
  maxPendingBytes: 67_108_864,
  maxRequestBytes: 8_388_608,
  maxBatchRequests: 1024,
  maxBatchBytes: 4_194_304,
  maxOpenBatches: 8,
  maxInflightAppends: 32,
  maxAppendEntries: 64,
  maxAppendBytes: 1_048_576,
  trailingEntries: 1024,
  snapshotChunkBytes: 262_144,
  maxSnapshotBytes: 1_073_741_824,
};
