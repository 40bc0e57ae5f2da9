import type { Severity } from './config/alerts.ts';
import type { Reason } from './probe.ts';
import type { EpochMs } from './time.ts';

/** Names of states and impacts are those of common status pages, so that their readers understand ours. */
export type IncidentStatus = 'investigating' | 'identified' | 'monitoring' | 'resolved';
export type IncidentImpact = 'none' | 'minor' | 'major' | 'critical';

export const incidentUpdateKinds = [
  'opened',
  'affected',
  'recovered',
  'acknowledged',
  'assigned',
  'noted',
  'cause',
  'postmortem',
  'impact',
  'status',
  'told',
  'escalated',
  'resolved',
] as const;

export interface IncidentUpdate {
  at: EpochMs;
  /** Who: a watcher, a user or a token name. */
  by: string;
  kind: (typeof incidentUpdateKinds)[number];
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
  /** Of a policy: how urgent it is, what it is about, and what to do. Incidents of checks have none of these. */
  severity?: Severity;
  resource?: Readonly<Record<string, string>>;
  documentation?: { subject?: string; content: string; runbook?: string };
  /** What people say of it; `to` is a receiver or a user. */
  assigned?: { to: string; by: string; at: EpochMs };
  cause?: { text: string; by: string; at: EpochMs };
  postmortem?: { text: string; by: string; at: EpochMs };
  /** Set by people; `impact` stays what follows from the verdict. */
  impactOverride?: IncidentImpact;
  reason?: Reason;
  /** Checks that are down behind the same cause and therefore have no incident of their own. */
  affected: readonly string[];
  /** Receivers that were told "firing"; exactly these are told "resolved". */
  told: readonly string[];
  /** Ledger positions of the transitions that belong to it. */
  transitions: readonly number[];
  updates: readonly IncidentUpdate[];
}
