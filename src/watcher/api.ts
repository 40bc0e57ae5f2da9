import type {
  ApiActionStatus,
  ApiCheckDetail,
  ApiCheckSummary,
  ApiCluster,
  ApiEvent,
  ApiLedgerStatus,
  ApiLedgerVerification,
  ApiPage,
  ApiPlan,
  ApiSample,
  ApiSeries,
  ApiStatus,
  ApiTransition,
  Authority,
  EpochMs,
  Membership,
  MembershipChange,
  VerdictState,
} from '../model/index.ts';
import type { Accounts } from './accounts/accounts.ts';
import type { Audit } from './accounts/audit.ts';
import type { AlertDesk } from './alerts/alert-desk.ts';
import type { FlowCollector } from './flows/collector/collector-process.ts';
import type { GroupDesk } from './groups.ts';
import type { DashboardDesk } from './dashboards/desk.ts';
import type { FlowViewDesk } from './flows/views/desk.ts';
import type { IncidentDesk } from './incidents/incident-desk.ts';
import type { OnCallDesk } from './on-call.ts';
import type { MirrorDesk } from './mirror/mirror-desk.ts';
import type { PerformanceDesk } from './performance/performance.ts';
import type { MetricsDesk } from './telemetry/desk.ts';
import type { SeriesSource } from '../explain/index.ts';
import type { ReceiverDesk } from './notify/receivers.ts';
import type { Paging } from './paging.ts';
import type { ObjectiveDesk } from './slo/desk.ts';
import type { StatusPageDesk } from './status-page/desk.ts';
import type { UplinkDesk } from './uplinks/uplink-queries.ts';

/** What a running watcher offers to the server, and through it to the page and the command line. */

export interface Watcher {
  readonly id: string;
  readonly queries: Queries;
  readonly commands: Commands;
  readonly uplinks: UplinkDesk;
  readonly dashboards: DashboardDesk;
  readonly flowViews: FlowViewDesk;
  readonly groups: GroupDesk;
  readonly alerts: AlertDesk;
  readonly incidents: IncidentDesk;
  readonly onCall: OnCallDesk;
  readonly mirrors: MirrorDesk;
  readonly performance: PerformanceDesk;
  readonly receivers: ReceiverDesk;
  readonly statusPage: StatusPageDesk;
  readonly objectives: ObjectiveDesk;
  /** The collector of flows; undefined where none is configured. */
  readonly flows: FlowCollector | undefined;
  /** Who collects instead of this watcher. */
  readonly flowsElsewhere: readonly string[];
  readonly telemetry: { readonly desk: MetricsDesk; readonly series: SeriesSource };
  readonly live: Live;
  readonly accounts: Accounts;
  readonly audit: Audit;
  /** Begins to probe and to act: whoever wants to hear everything listens to `live` before. */
  begin: () => void;
  /** Prometheus text. */
  metrics: () => Promise<string>;
  /** Ends probing, finishes what runs, writes everything down. */
  stop: () => Promise<void>;
}

export interface CheckFilter {
  search?: string;
  verdict?: VerdictState;
  /** `key=value` terms, all of which must match. */
  labels?: readonly string[];
}

export interface ConfigurationInForce {
  document: unknown;
  yaml: string;
  position: number;
  source: string;
}

/** Members and observers, and the ledger position since when; an operator signs the next change upon it. */
export interface MembershipInForce {
  position: number;
  membership: Membership;
}

export interface Queries {
  ready: () => boolean;
  status: () => ApiStatus;
  counts: () => Pick<ApiStatus, 'counts' | 'openIncidents'>;
  hasCheck: (name: string) => boolean;
  checks: (filter: CheckFilter, paging: Paging) => ApiPage<ApiCheckSummary>;
  check: (name: string) => Promise<ApiCheckDetail | undefined>;
  samples: (name: string, limit: number) => ApiSample[];
  series: (name: string, from: EpochMs, to: EpochMs, points: number) => Promise<ApiSeries>;
  transitions: (name: string, limit: number) => Promise<ApiTransition[]>;
  actions: (check: string) => ApiActionStatus[];
  events: (since: number, limit: number) => Promise<ApiPage<ApiEvent>>;
  ledger: () => ApiLedgerStatus;
  cluster: () => Omit<ApiCluster, 'demonstration'>;
  configuration: () => ConfigurationInForce;
  membership: () => MembershipInForce;
}

export interface Commands {
  /** Throws CONFIG_INVALID with the issues as facts. */
  plan: (yaml: string) => Promise<ApiPlan>;
  /** Commits it through the ledger; CONFLICT when something else was committed since `basedOn`. */
  apply: (yaml: string, by: string, basedOn?: number, authority?: Authority) => Promise<{ position: number }>;
  /** In a cluster only with an operator's authority upon the membership in force; CONFLICT when the change doesn't fit. */
  changeMembership: (change: MembershipChange, authority?: Authority) => Promise<MembershipInForce>;
  verifyLedger: () => Promise<ApiLedgerVerification>;
}

export interface Live {
  onEvent(listener: (event: ApiEvent) => void): () => void;
  onSample(listener: (sample: ApiSample) => void): () => void;
  /** After an uplink or what carries traffic has changed. */
  onUplinks(listener: () => void): () => void;
}
