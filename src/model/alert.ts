import type { EpochMs } from './time.ts';

/** How alerting policies are evaluated: readings come in, the state of each resource comes out. */

/** What one condition sees of one series at one time of evaluation. */
export interface ConditionReading {
  /** The labels of the condition's group-by, and nothing else: what a policy calls a resource. */
  labels: Readonly<Record<string, string>>;
  /** Undefined where nothing was measured in the window. */
  value: number | undefined;
  /** When the newest datum behind it was measured, in or before the window; undefined if there never was one. */
  newestAt: EpochMs | undefined;
}

/** One condition's readings, at most one for each resource. */
export type ConditionReadings = readonly ConditionReading[];

/**
 * `unknown` where data are missing and the policy says nothing about it, and while a watcher is starved. `closed`: no data
 * for the time of auto-close.
 */
export type AlertState = 'firing' | 'fine' | 'unknown' | 'closed';

/** What a policy makes of one resource, or of all of them with `incident-per: policy`. */
export interface AlertFinding {
  policy: string;
  resource: Readonly<Record<string, string>>;
  state: AlertState;
  /** Time of the evaluation at which it became so. */
  since: EpochMs;
  /** Conditions that are met, by their place in the policy, with the value that each saw. */
  met: readonly { condition: number; value: number | undefined; resource: Readonly<Record<string, string>> }[];
}
