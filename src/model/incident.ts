import type { Reason } from './probe.ts';
import type { EpochMs } from './time.ts';

/** Names of states and impacts are those of common status pages, so that their readers understand ours. */
export type IncidentStatus = 'investigating' | 'identified' | 'monitoring' | 'resolved';
export type IncidentImpact = 'none' | 'minor' | 'major' | 'critical';

export interface IncidentUpdate {
  at: EpochMs;
  /** Who: a watcher, a user or a token name. */
  by: string;
  kind: 'opened' | 'affected' | 'recovered' | 'acknowledged' | 'noted' | 'status' | 'told' | 'resolved';
  text: string;
}

/** An outage or degradation as people handle it. */
export interface Incident {
  id: string;
  /** The check whose transition opened it. */
  check: string;
  title: string;
  status: IncidentStatus;
  impact: IncidentImpact;
  openedAt: EpochMs;
  resolvedAt?: EpochMs;
  acknowledged?: { by: string; at: EpochMs };
  reason?: Reason;
  /** Checks that are down behind the same cause and therefore have no incident of their own. */
  affected: readonly string[];
  /** Receivers that were told "firing"; exactly these are told "resolved". */
  told: readonly string[];
  /** Ledger positions of the transitions that belong to it. */
  transitions: readonly number[];
  updates: readonly IncidentUpdate[];
}
