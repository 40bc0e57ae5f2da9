import type { EpochMs } from './time.ts';

/** What a snooze keeps quiet: one policy, one check, all checks whose labels match, or one incident. */
export type SnoozeScope =
  | { readonly policy: string }
  | { readonly check: string }
  | { readonly select: string }
  | { readonly incident: string };

/**
 * Quiet that somebody ordered until a time: no incident opens, and nobody is told of one that is open, but those who were
 * told are told the end. Measuring and verdicts go on. Google Cloud Monitoring has the word and the meaning
 * (google.monitoring.v3, snooze.proto).
 */
export interface Snooze {
  /** The ledger position of its first entry. */
  id: string;
  scope: SnoozeScope;
  by: string;
  comment: string;
  from: EpochMs;
  /** Not included. */
  until: EpochMs;
  /** Ended before its time. */
  ended?: { by: string; at: EpochMs };
}
