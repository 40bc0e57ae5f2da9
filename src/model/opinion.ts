import type { Outcome, ProbeResult, Reason } from './probe.ts';
import type { EpochMs } from './time.ts';

/** One watcher's own settled view of a check. */
export type OpinionState = 'up' | 'degraded' | 'down' | 'unknown';

export interface Opinion {
  check: string;
  /** The watcher that holds it. */
  watcher: string;
  state: OpinionState;
  since: EpochMs;
  /** Why it is not up. */
  reason?: Reason;
  /** What the watcher saw in the rounds that settled it, oldest first. */
  rounds: readonly Outcome[];
  /** The results of the last round: the evidence. */
  results: readonly ProbeResult[];
}
