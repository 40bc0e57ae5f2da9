import type { EpochMs, IncidentImpact, Language } from '../../model/index.ts';
import type { ComponentState } from './component-state.ts';
import type { DayFigures } from './past.ts';

/** All that the public may know, gathered; pages, feeds and JSON are made from it and from nothing else. */
export interface StatusWorld {
  title: string;
  description?: string;
  logoText?: string;
  /** Where the page is reached, without a slash at the end. */
  url: string;
  /** The first is that of the page's address. */
  languages: readonly Language[];
  timeZone: string;
  /** When the configuration behind it came into force. */
  since: EpochMs;
  /** From when on all incidents are known. */
  historyFrom: EpochMs;
  now: EpochMs;
  components: readonly StatusComponentView[];
  /** Newest first. */
  incidents: readonly PublicIncident[];
  /** Under way first, then those ahead, then those that are over, newest first. */
  maintenance: readonly PublicMaintenance[];
  /** What people may subscribe to besides feeds. */
  subscribe: { mail: boolean; webhooks: boolean };
  /** SHA-256 of the genesis, by which a certificate's reader knows the cluster. */
  network?: string;
  /** One watcher alone says all this. */
  alone: boolean;
  /** Certificates are published. */
  certificates: boolean;
}

export interface StatusComponentView extends ComponentState {
  id: string;
  name: string;
  description?: string;
  group?: string;
  /** When it last changed. */
  updatedAt: EpochMs;
  /** Oldest first; the last one is today. */
  days: readonly DayFigures[];
}

export type PublicStatus = 'investigating' | 'identified' | 'monitoring' | 'resolved' | 'postmortem';

export interface PublicUpdate {
  id: string;
  at: EpochMs;
  status: PublicStatus;
  /** As somebody wrote it; without, the page says in its own words what the status means. */
  text?: string;
}

export interface PublicIncident {
  id: string;
  /** Ids of the components that it touches. */
  components: readonly string[];
  status: Exclude<PublicStatus, 'postmortem'>;
  impact: IncidentImpact;
  openedAt: EpochMs;
  updatedAt: EpochMs;
  resolvedAt?: EpochMs;
  /** Oldest first. */
  updates: readonly PublicUpdate[];
  /** Only where all details are public. */
  reason?: string;
  /** Ledger position of the transition that opened it. */
  position?: number;
}

export interface PublicMaintenance {
  id: string;
  /** Only where all details are public. */
  name?: string;
  from: EpochMs;
  to: EpochMs;
  status: 'scheduled' | 'in_progress' | 'completed';
  components: readonly string[];
}
