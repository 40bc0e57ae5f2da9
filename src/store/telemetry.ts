import type { EpochMs, Milliseconds, Outcome, Sample, VerdictState } from '../model/index.ts';

/** Telemetry: high-volume samples. It never enters the ledger, and losing the last minutes of it is no loss of truth. */

/** One slice of time of one check. */
export interface Rollup {
  from: EpochMs;
  passed: number;
  degraded: number;
  failed: number;
  unknown: number;
  /** Sum over the samples that have a latency, with their number. */
  latencySumMs: number;
  latencyCount: number;
  latencyMaxMs: number;
  /** Sum over the samples that have a loss figure, with their number. */
  lossSumPercent: number;
  lossCount: number;
  /** The worst verdict that stood in the slice. */
  worst: VerdictState;
}

/** Columns of a chart, oldest first; null where nothing was measured. */
export interface Series {
  stepMs: Milliseconds;
  /** Seconds since 1970. */
  at: number[];
  latencyMs: (number | null)[];
  latencyMaxMs: (number | null)[];
  lossPercent: (number | null)[];
  failed: (number | null)[];
}

/** A sample as it was judged. */
export interface JudgedSample extends Sample {
  outcome: Outcome;
  latencyMs?: Milliseconds;
  lossPercent?: number;
}

/** What the watcher asks of a telemetry engine; the columnar and the distributed engine implement the same. */
export interface TelemetryStore {
  append(sample: JudgedSample, verdict: VerdictState): void;
  /** The newest full samples, newest last. */
  recent(check: string, limit: number): readonly JudgedSample[];
  last(check: string): JudgedSample | undefined;
  /** When the oldest sample was measured that is still known by itself; Infinity when none is. */
  oldest(check: string): EpochMs;
  /** At most `points` steps over [from, to). */
  series(check: string, from: EpochMs, to: EpochMs, points: number): Series;
  /** The newest five-minute slices up to now, oldest first; where nothing was measured they are empty. */
  strip(check: string, cells: number): readonly Rollup[];
  counts(check: string): { done: number; failed: number };
  /** Share of passed and degraded among the known samples since `from`, in percent. */
  availability(check: string, from: EpochMs): number | undefined;
  /** Forgets checks that are no longer configured. */
  keepOnly(checks: ReadonlySet<string>): void;
  close(): Promise<void>;
}
