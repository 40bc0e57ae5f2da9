import type { Severity } from './config/alerts.ts';
import type { Reason } from './probe.ts';
import type { EpochMs } from './time.ts';
import type { Transition } from './verdict.ts';

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
  'linked',
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
  /** That somebody set; absent in older ledgers. */
  status?: IncidentStatus;
}

/** What was learned, in Markdown. */
export interface Postmortem {
  text: string;
  by: string;
  at: EpochMs;
  /** Counts its changes, from 1: whoever edits says which one it was that they read. */
  revision: number;
  /** Absent while it is a draft. */
  published?: { by: string; at: EpochMs };
}

/** What one receiver was told of an incident. */
export interface IncidentNotice {
  receiver: string;
  firstAt: EpochMs;
  /** Of the last message but the end. */
  lastAt: EpochMs;
  /** Messages, the end left out. */
  count: number;
  /** Place in `groups`: it was told together with the incidents of that group, and is told the end together with them. */
  group?: number;
  /** Rotas by which it was this receiver's turn. */
  rotas?: readonly string[];
}

/** Messages about the end that are put off, so that they can be shared. */
export interface IncidentOwed {
  receivers: readonly string[];
  /** Agreed time of the end's ledger entry. */
  at: EpochMs;
  /** What they will say of the check: it may have changed again by then. */
  transition: Pick<Transition, 'from' | 'to' | 'since' | 'reason'>;
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
  /** How urgent it is: of a policy, or of a check that has a label `severity`. */
  severity?: Severity;
  /** Of a policy: what it is about, and what to do. */
  resource?: Readonly<Record<string, string>>;
  documentation?: { subject?: string; content: string; runbook?: string };
  /** What people say of it; `to` is a receiver or a user. */
  assigned?: { to: string; by: string; at: EpochMs };
  cause?: { text: string; by: string; at: EpochMs };
  postmortem?: Postmortem;
  /** Set by people; `impact` stays what follows from the verdict. */
  impactOverride?: IncidentImpact;
  /** Other incidents that people say have the same cause; each of them names this one. */
  sameCause?: readonly string[];
  reason?: Reason;
  /** Checks that are down behind the same cause and therefore have no incident of their own. */
  affected: readonly string[];
  /** Receivers that were told "firing"; exactly these are told "resolved". */
  told: readonly string[];
  /** By receiver, in the order of `told`; absent in older ledgers. */
  notices?: readonly IncidentNotice[];
  /** Labels on which incidents agree that share its messages. */
  groups?: readonly Readonly<Record<string, string>>[];
  /** How far each escalation has gone: steps that were carried out over all its rounds, and when the last of them was. */
  escalations?: readonly { name: string; done: number; at: EpochMs }[];
  /** Whom the end is still to be told. */
  owed?: IncidentOwed;
  /** Ledger positions of the transitions that belong to it. */
  transitions: readonly number[];
  updates: readonly IncidentUpdate[];
}
