import type { QuorumState, StandingVerdict } from '../../../report/index.ts';
import type { AlertPolicy, ConditionReadings, EpochMs, Milliseconds } from '../../../model/index.ts';

/**
 * What conditions of policies see. One face, whether rows come as they are measured (`LiveReadings`) or from the store
 * (`StoredReadings`); both fill the same windows, so a back-test sees what the watcher saw.
 *
 * A reading at `at` sees rows with a time in (at - window, at] and nothing else. A window that is no whole number of at most
 * 360 slots begins at the slot before, so it may be one 360th longer (`gridOf`).
 */
export interface Readings {
  /** How long after a time of evaluation its rows may still be on their way: ask no earlier than this after `at`. */
  settleMs(policy: AlertPolicy): Milliseconds;
  /**
   * Undefined where nothing can be told: while windows are being filled from the store after a start or a change, and for
   * a time before one that was asked for. Otherwise one reading a resource, sorted by its labels; `labels` is the same
   * object at each evaluation. A resource appears with its first row, and is gone when it had none for its window and the
   * policy's auto-close together.
   *
   * `at` is a multiple of the policy's interval since 1970. Ask in the order of time, all policies of one interval for one
   * time before any of them for the next. A time long before those asked for makes windows begin afresh, as after a clock
   * that was set back. Throws NOT_FOUND for a policy whose name is not among those that were configured.
   */
  of(
    policy: AlertPolicy,
    condition: number,
    at: EpochMs,
  ): ConditionReadings | undefined | Promise<ConditionReadings | undefined>;
}

/** What conditions see that looks at no metric: the agreed state, and the cluster as this watcher sees it. */
export interface Standing {
  /** The verdicts in force at a time; alerting policies are not among the checks. */
  verdicts(at: EpochMs): Iterable<StandingVerdict>;
  /** Undefined where it cannot be told. */
  quorum(at: EpochMs): QuorumState | undefined;
}
