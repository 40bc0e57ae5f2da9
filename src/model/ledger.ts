import type { AuditBody, AuditEvent } from './audit.ts';
import type { Action } from './config/action.ts';
import type { Genesis } from './genesis.ts';
import type { Incident, IncidentImpact, IncidentStatus } from './incident.ts';
import type { Authority, MembershipBody, MembershipChange } from './membership.ts';
import type { Mirror, MirrorEnd, MirrorFile, MirrorPolicy, MirrorRead } from './mirror.ts';
import type { Opinion } from './opinion.ts';
import type { OnCallOverride } from './on-call.ts';
import type { Snooze, SnoozeScope } from './snooze.ts';
import type { EpochMs, Milliseconds } from './time.ts';
import type { UplinkDrill, UplinkSwitch } from './uplink.ts';
import type { Transition } from './verdict.ts';

/** What stands in the ledger, and what may be asked of it. Times are agreed times unless they say otherwise. */

/** Where a configuration came from. */
export interface ConfigurationSource {
  kind: 'file' | 'api' | 'discovery';
  /** SHA-256 of the file's text, so that an unchanged file does not undo what was applied since. */
  fileHash?: string;
}

export interface ConfigurationBody {
  /** The document as it was written, before defaults; secrets stand in it only as file names and variable names. */
  document: unknown;
  source: ConfigurationSource;
  by: string;
  /** The operator's signature on the document's canonical JSON; absent where a watcher that runs alone decided. */
  authority?: Authority;
}

/** What an action was started for. */
export interface ActionCause {
  check: string;
  /** Ledger position of the transition. */
  transition: number;
  incident?: string;
}

/**
 * Why a message is sent: that it began; that it still lasts and nobody has said that they take care; that whoever was told
 * before has not said so; that somebody is to take care of it; that it is over. Who was told any of the first four is told
 * the last. Older ledgers know `firing` and `resolved` only.
 */
export const notificationKinds = ['firing', 'reminder', 'escalated', 'assigned', 'resolved'] as const;
export type NotificationKind = (typeof notificationKinds)[number];

/** What a message says of each further incident that shares it. */
export type SharedIncident = Pick<
  Incident,
  'id' | 'check' | 'title' | 'impact' | 'severity' | 'openedAt' | 'resolvedAt'
>;

/** A message to one receiver; the text is made from it, so that every member would send the same. */
export interface NotificationBody {
  receiver: string;
  message: NotificationKind;
  /** The most urgent one. */
  incident: Pick<
    Incident,
    | 'id'
    | 'check'
    | 'title'
    | 'impact'
    | 'severity'
    | 'resource'
    | 'documentation'
    | 'openedAt'
    | 'resolvedAt'
    | 'reason'
    | 'affected'
    | 'assigned'
  >;
  /** Of `incident`. */
  transition: Pick<Transition, 'from' | 'to' | 'since' | 'reason'>;
  /** Further incidents of which the same is told; absent where there are none. */
  others?: readonly SharedIncident[];
  /** The labels on which incidents agree that share messages; absent where each is told by itself. */
  group?: Readonly<Record<string, string>>;
  /** The rota by which it is this receiver's turn. */
  rota?: string;
  /** The escalation, and which of its steps, counted from 1. */
  escalation?: { name: string; step: number };
  /** The watcher that had begun to send it and was lost: the receiver may have it already. */
  begunBy?: string;
}

/** The ids of the incidents that a message is about. */
export function incidentsOf({ incident, others = [] }: NotificationBody): string[] {
  return [incident.id, ...others.map(({ id }) => id)];
}

/** An action's intent, in the ledger before anything is started. Its id is made from transition and index. */
export interface ActionIntent {
  id: string;
  cause: ActionCause;
  /** The watcher that carries it out. */
  watcher: string;
  /** Not a notify action: those become one `notification` for each receiver. */
  action?: Exclude<Action, { kind: 'notify' }>;
  notification?: NotificationBody;
  /** Not started before this time. */
  notBefore: EpochMs;
  /** Netwatch's script variables at the time of the transition. */
  variables: Readonly<Record<string, string>>;
}

export type ActionOutcome = 'done' | 'failed' | 'unknown' | 'dropped';

/** What came of an action. */
export interface ActionReceipt {
  outcome: ActionOutcome;
  /** One sentence. */
  text: string;
  /** The carrier's own clock. */
  startedAt?: EpochMs;
  durationMs?: Milliseconds;
  exitCode?: number;
  /** The last part of what a program wrote, at most 4 KiB. */
  output?: string;
  attempts: number;
  /** Of a notification, by channel: what the service calls the message, so that later ones can answer or change it. */
  messages?: Readonly<Record<string, string>>;
}

/** First entry of ledgers of version 0.1.0, which knew watchers that run alone only. */
export interface FormerGenesis {
  cluster: string;
  members: readonly { id: string; publicKey: string }[];
  version: string;
}

/** A bundle of opinions exactly as its watcher signed it: number, digests of the opinions, signature. */
export interface ObservationsBody {
  watcher: string;
  number: number;
  /** The watcher's own, at most one on each check. */
  opinions: readonly Opinion[];
  /** Ed25519 over `requestStatement`, base64. */
  signature: string;
}

/** Which other watchers a member doesn't hear, from now on until it says otherwise; signed like observations. */
export interface PresenceBody {
  watcher: string;
  number: number;
  silent: readonly string[];
  signature: string;
}

/** Who asked for what the next entries say. `digest` is what was signed, as in `requestStatement`. */
export interface RequestBody {
  watcher: string;
  number: number;
  kind: LedgerRequest['kind'];
  digest: string;
  signature: string;
}

/** A dashboard as it is from now on; without a document it is removed. */
export interface DashboardBody {
  name: string;
  by: string;
  /** As it was written, `dashboardSchema` says how. */
  document?: unknown;
}

/** A view of traffic as it is from now on; without a document it is removed. */
export interface FlowViewBody {
  name: string;
  /** Its name before, when it has another one from now on. */
  was?: string;
  by: string;
  /** As it was written, `flowViewSchema` says how. */
  document?: unknown;
}

/** The bodies of ledger entries by kind. */
export interface LedgerBodies {
  /** First entry: where this ledger begins. */
  genesis: Genesis | FormerGenesis;
  configuration: ConfigurationBody;
  membership: MembershipBody;
  observations: ObservationsBody;
  /** One opinion, unsigned: in ledgers of version 0.1.0 only. */
  opinion: Opinion;
  presence: PresenceBody;
  request: RequestBody;
  transition: Transition;
  /** The whole incident after the change; `update` says what changed. */
  incident: Incident;
  'action-intended': ActionIntent;
  /** The watcher `from` was lost, or is no member any more; `watcher` carries the action out from now on. */
  'action-assigned': { id: string; watcher: string; from: string };
  'action-started': { id: string; attempt: number; watcher: string };
  'action-finished': { id: string; watcher: string; receipt: ActionReceipt };
  'uplink-switch': UplinkSwitch;
  'uplink-drill': UplinkDrill;
  dashboard: DashboardBody;
  'flow-view': FlowViewBody;
  /** The whole snooze after the change. */
  snooze: Snooze;
  /** The whole override after the change. */
  'on-call-override': OnCallOverride;
  /** The whole mirror after the change. */
  mirror: Mirror;
  /** Who was given captured packets, and why. */
  'mirror-read': MirrorRead;
  /** Who signed in, and who changed what; nothing follows from it. */
  audit: AuditBody;
}

export type LedgerKind = keyof LedgerBodies;

/** An entry of the ledger, decoded. */
export type LedgerRecord = {
  [Kind in LedgerKind]: { position: number; time: EpochMs; kind: Kind; body: LedgerBodies[Kind] };
}[LedgerKind];

/** What is ordered: the ledger's entries follow from these alone. */
export type LedgerRequest =
  | { kind: 'configure'; body: Omit<ConfigurationBody, 'authority'>; authority?: Authority }
  | { kind: 'membership'; change: MembershipChange; authority?: Authority }
  | { kind: 'observe'; opinions: readonly Opinion[] }
  /** All other watchers that the signer does not hear. */
  | { kind: 'presence'; silent: readonly string[] }
  | { kind: 'incident-acknowledge'; incident: string; by: string }
  | { kind: 'incident-note'; incident: string; by: string; text: string }
  | { kind: 'incident-status'; incident: string; by: string; status: IncidentStatus; text: string }
  /** To a receiver or a user; to nobody without `to`. */
  | { kind: 'incident-assign'; incident: string; by: string; to?: string }
  /** An empty text takes it back. */
  | { kind: 'incident-cause'; incident: string; by: string; text: string }
  /** `base` is the revision that was edited, 0 for none; without it whatever is there is replaced. Empty: taken back. */
  | { kind: 'incident-postmortem'; incident: string; by: string; text: string; published: boolean; base?: number }
  /** Without `impact` it is again what follows from the verdict. */
  | { kind: 'incident-impact'; incident: string; by: string; impact?: IncidentImpact }
  /** The other incident has the same cause, or, not `linked`, has it no longer. */
  | { kind: 'incident-link'; incident: string; by: string; other: string; linked: boolean }
  | { kind: 'snooze'; scope: SnoozeScope; until: EpochMs; by: string; comment: string }
  | { kind: 'snooze-end'; snooze: string; by: string }
  | { kind: 'on-call-override'; rota: string; receiver: string; from: EpochMs; to: EpochMs; by: string }
  | { kind: 'on-call-override-end'; override: string; by: string }
  | { kind: 'mirror-propose'; policy: MirrorPolicy; by: string }
  /** By another person than whoever proposed it. */
  | { kind: 'mirror-approve'; mirror: string; by: string }
  | { kind: 'mirror-stop'; mirror: string; by: string }
  /** Before the first packet is copied. */
  | { kind: 'mirror-begin'; mirror: string; watcher: string }
  | { kind: 'mirror-end'; mirror: string; watcher: string; end: MirrorEnd }
  /** Before the first byte is given away. */
  | { kind: 'mirror-read'; mirror: string; watcher: string; by: string; why: string; files: readonly MirrorFile[] }
  | { kind: 'mirror-shred'; mirror: string; watcher: string; files: readonly MirrorFile[]; text: string }
  | { kind: 'action-start'; id: string; attempt: number; watcher: string }
  | { kind: 'action-finish'; id: string; watcher: string; receipt: ActionReceipt }
  /** What was done to uplinks is told when it is over: a switch waits for nobody. */
  | { kind: 'uplink-switch'; watcher: string; record: UplinkSwitch }
  | { kind: 'uplink-drill'; watcher: string; record: UplinkDrill }
  /** `base` is the position of the change that it rests on, 0 for none; without it whatever is there is replaced. */
  | { kind: 'dashboard'; name: string; by: string; document?: unknown; base?: number }
  /** The same; with `was` it takes the place of the view of that name, and `base` is of that one. */
  | { kind: 'flow-view'; name: string; was?: string; by: string; document?: unknown; base?: number }
  | { kind: 'audit'; watcher: string; events: readonly AuditEvent[] }
  /** Lets time pass: maintenance ends, flapping ends. */
  | { kind: 'tick' };

/**
 * A request as it is ordered: the watcher that asks stands behind it by its signature, and the number, which rises with
 * each of its requests, makes a repeated one worthless. Whoever holds the ledger can check who said what.
 */
export interface SignedRequest {
  /** Id of the watcher. */
  signer: string;
  /** 1, 2, 3, …; gaps are allowed, over restarts too. */
  number: number;
  request: LedgerRequest;
  /** Ed25519 over `requestStatement`, base64. */
  signature: string;
}

/**
 * The text that a watcher signs. `network` is the genesis' hash; `digests` are SHA-256 in hexadecimal digits: of an
 * `observe` request one of each opinion's canonical JSON, so that one opinion can be shown without the others, of any
 * other request one of its canonical JSON.
 */
export function requestStatement(
  network: string,
  signer: string,
  number: number,
  kind: LedgerRequest['kind'],
  digests: readonly string[],
): string {
  return `quorumwatch request 1\n${network}\n${signer}\n${number}\n${kind}\n${digests.join('\n')}`;
}
