import type { QuorumRuleName } from './config/check.ts';
import type { Opinion } from './opinion.ts';
import type { Reason } from './probe.ts';
import type { EpochMs } from './time.ts';

/** The cluster's view of a check. `partial`: not enough watchers agree on either side. */
export type VerdictState = 'up' | 'degraded' | 'partial' | 'down' | 'unknown';

/** The rule that was applied and the number of watchers it needed. */
export interface AppliedRule {
  name: QuorumRuleName;
  /** Watchers that judge the check. */
  of: number;
  /** How many had to agree. */
  need: number;
}

/** An opinion as it was counted. */
export interface CountedOpinion extends Opinion {
  /** Position of the `observations` entry in which the watcher said it; absent in ledgers of version 0.1.0. */
  said?: number;
}

/** A committed change of verdict. */
export interface Transition {
  check: string;
  from: VerdictState;
  to: VerdictState;
  /** Agreed time of the change: the median of the voters' own `since`, never before the previous transition of the check. */
  since: EpochMs;
  rule: AppliedRule;
  /** What the judges said last, each in its place of their order; the verdict rests on those that were not silent. */
  opinions: readonly CountedOpinion[];
  /** Judges that a quorum did not hear: what they said last did not count. */
  silent?: readonly string[];
  /** Position of the `presence` entry from which it follows; absent when somebody's opinion changed it. */
  presence?: number;
  reason?: Reason;
  /** The first change away from unknown since the check was configured. */
  initial: boolean;
  /** The check flaps by the Nagios formula; notifications wait. */
  flapping: boolean;
  /** Share of changes in percent by the Nagios formula. */
  flapPercent: number;
}
