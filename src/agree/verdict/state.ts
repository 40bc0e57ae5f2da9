import type {
  ActionIntent,
  ActionOutcome,
  ActionReceipt,
  ConfigurationBody,
  CountedOpinion,
  EpochMs,
  Genesis,
  Incident,
  LedgerBodies,
  Membership,
  Mirror,
  OnCallOverride,
  Reason,
  VerdictState,
} from '../../model/index.ts';
import { noDocuments, type Documents } from './documents.ts';
import type { FlapState } from './flap.ts';
import { freshWindow, type NumberWindow } from './number-window.ts';
import type { Plan } from './plan.ts';
import { allPresent, type Presence } from './presence.ts';
import { maxGates, type Gate } from './routing/gates.ts';
import { noSnoozes, type Snoozes } from './snoozes.ts';
import { noUplinkPast, type UplinkPast } from './uplink-past.ts';

/** What the ledger says about one check. Values are replaced, never changed in place. */
export interface CheckState {
  name: string;
  verdict: VerdictState;
  /** Verdict before the last transition. */
  from: VerdictState;
  /** Agreed time of the last transition. */
  since?: EpochMs;
  /** Its ledger position. */
  position?: number;
  reason?: Reason;
  /** The last verdict that was neither unknown nor partial, since the check was defined. */
  decisive?: 'up' | 'degraded' | 'down';
  /** When it last came back from an outage: what depended on it may take a moment to follow. */
  outageEndedAt?: EpochMs;
  /** By watcher. */
  opinions: Readonly<Record<string, CountedOpinion>>;
  /** Absent until the first verdict that is known. */
  flap?: FlapState;
  /** Its open incident. */
  incident?: string;
  /** An incident was opened for this trouble, even if somebody has resolved it by hand since. */
  handled?: 'degraded' | 'down';
  /** The open incident of another check that explains this one. */
  behind?: string;
  /** The trouble is the first since the check was defined and `ignore-initial-down` keeps it quiet. */
  muted: boolean;
  /** Of one resource of an alerting policy: its labels. */
  resource?: Readonly<Record<string, string>>;
  /** Of an uplink: the last drill whose announcement counted, and the agreed time of that. */
  drill?: { endsAt: EpochMs; announcedAt: EpochMs };
}

export interface ActionState {
  /** Of the carrier as it is now: another may have taken over since it was intended. */
  intent: ActionIntent;
  state: 'waiting' | 'running' | ActionOutcome;
  attempts: number;
  receipt?: ActionReceipt;
  /** Agreed time of its last change. */
  at: EpochMs;
}

/** The configuration entry in force. */
export interface InForce {
  position: number;
  time: EpochMs;
  body: ConfigurationBody;
}

/** Members and observers in force, and what can't be given any more. */
export interface MembershipState extends Membership {
  /** Ledger position of the entry in force; 0 for the genesis. */
  position: number;
  /** Names and keys that were ever given. */
  former: { ids: readonly string[]; keys: readonly string[] };
}

export function membershipOf({ epoch, protocol, watchers, nextNumber }: Genesis): MembershipState {
  const former = { ids: watchers.map(({ id }) => id), keys: watchers.map(({ publicKey }) => publicKey) };
  return { epoch, protocol, watchers, nextNumber, position: 0, former };
}

/** What folding reads and writes: the state itself, or a draft of the next one. */
export interface Store {
  plan: Plan;
  genesis?: LedgerBodies['genesis'];
  inForce?: InForce;
  membership: MembershipState;
  presence: Presence;
  uplinkPast: UplinkPast;
  dashboards: Documents;
  flowViews: Documents;
  snoozes: Snoozes;
  /** Turns that somebody takes for another, those that are over left out at each change; in the order of their making. */
  overrides: readonly OnCallOverride[];
  /** In the order of their proposals, those that are long over left out. */
  mirrors: readonly Mirror[];
  /** Position of the next ledger entry. */
  nextPosition: number;
  /** Agreed time of the last one. */
  time: EpochMs;
  /** Incidents are numbered 1, 2, 3, … */
  lastIncident: number;
  check(name: string): CheckState | undefined;
  setCheck(name: string, check: CheckState | undefined): void;
  /** The checks that no configuration names: resources of policies, made when first heard of. */
  resources(): ReadonlySet<string>;
  incident(id: string): Incident | undefined;
  setIncident(incident: Incident): void;
  action(id: string): ActionState | undefined;
  setAction(action: ActionState): void;
  window(watcher: string): NumberWindow;
  setWindow(watcher: string, window: NumberWindow): void;
  gate(key: string): Gate | undefined;
  setGate(key: string, gate: Gate): void;
}

/** Closed incidents and finished actions that the state still knows; older ones are in the ledger. */
const maxClosedIncidents = 1000;
const maxFinishedActions = 1000;
/** An action beyond these is recorded as dropped. */
export const maxPendingActions = 100_000;

export function freshCheck(name: string): CheckState {
  return { name, verdict: 'unknown', from: 'unknown', opinions: {}, muted: false };
}

/** Names of watchers are free, `constructor` included. */
export function heldBy(check: CheckState, watcher: string): CountedOpinion | undefined {
  return Object.hasOwn(check.opinions, watcher) ? check.opinions[watcher] : undefined;
}

/**
 * Whether the check is out of service as far as anybody knows: its last decisive verdict is down, or it started again
 * from unknown during an outage and nothing has been decided since.
 */
export function isOut(check: CheckState): boolean {
  const restarted = check.decisive === undefined && check.incident !== undefined && check.handled === 'down';
  return check.decisive === 'down' || restarted;
}

/** The state: everything that later decisions depend on. */
export class State implements Store {
  plan: Plan;
  genesis?: LedgerBodies['genesis'];
  inForce?: InForce;
  membership: MembershipState;
  presence = allPresent;
  uplinkPast: UplinkPast = noUplinkPast;
  dashboards: Documents = noDocuments;
  flowViews: Documents = noDocuments;
  snoozes: Snoozes = noSnoozes;
  overrides: readonly OnCallOverride[] = [];
  mirrors: readonly Mirror[] = [];
  nextPosition = 0;
  time: EpochMs = 0;
  lastIncident = 0;
  readonly checks = new Map<string, CheckState>();
  readonly #resources = new Set<string>();
  readonly openIncidents = new Map<string, Incident>();
  /** Oldest first. */
  readonly closedIncidents = new Map<string, Incident>();
  readonly pendingActions = new Map<string, ActionState>();
  /** Oldest first. */
  readonly finishedActions = new Map<string, ActionState>();
  /** By watcher. */
  readonly windows = new Map<string, NumberWindow>();
  /** By receiver and group; what was told last stands last. */
  readonly gates = new Map<string, Gate>();
  /** Closed incidents of which somebody is still to be told the end. */
  readonly owing = new Set<string>();

  constructor(plan: Plan, membership: MembershipState) {
    this.plan = plan;
    this.membership = membership;
  }

  check(name: string): CheckState | undefined {
    return this.checks.get(name);
  }

  setCheck(name: string, check: CheckState | undefined): void {
    if (check) this.checks.set(name, check);
    else this.checks.delete(name);
    if (check?.resource) this.#resources.add(name);
    else this.#resources.delete(name);
  }

  resources(): ReadonlySet<string> {
    return this.#resources;
  }

  incident(id: string): Incident | undefined {
    return this.openIncidents.get(id) ?? this.closedIncidents.get(id);
  }

  setIncident(incident: Incident): void {
    if (incident.status !== 'resolved') {
      this.openIncidents.set(incident.id, incident);
      return;
    }
    this.openIncidents.delete(incident.id);
    this.closedIncidents.set(incident.id, incident);
    if (incident.owed) this.owing.add(incident.id);
    else this.owing.delete(incident.id);
    this.#forgetClosed();
  }

  /** The oldest go first, but none whose end is not told yet. */
  #forgetClosed(): void {
    if (this.closedIncidents.size <= maxClosedIncidents) return;
    for (const id of this.closedIncidents.keys()) {
      if (this.owing.has(id)) continue;
      this.closedIncidents.delete(id);
      if (this.closedIncidents.size <= maxClosedIncidents) return;
    }
  }

  action(id: string): ActionState | undefined {
    return this.pendingActions.get(id) ?? this.finishedActions.get(id);
  }

  setAction(action: ActionState): void {
    const { id } = action.intent;
    if (isPending(action)) {
      this.pendingActions.set(id, action);
      return;
    }
    this.pendingActions.delete(id);
    setBounded(this.finishedActions, id, action, maxFinishedActions);
  }

  window(watcher: string): NumberWindow {
    return this.windows.get(watcher) ?? freshWindow;
  }

  setWindow(watcher: string, window: NumberWindow): void {
    this.windows.set(watcher, window);
  }

  gate(key: string): Gate | undefined {
    return this.gates.get(key);
  }

  setGate(key: string, gate: Gate): void {
    this.gates.delete(key);
    setBounded(this.gates, key, gate, maxGates);
  }
}

export function isPending(action: ActionState): boolean {
  return action.state === 'waiting' || action.state === 'running';
}

/** A Map remembers the order of insertion, so its first key is its oldest. */
function setBounded<Value>(map: Map<string, Value>, key: string, value: Value, max: number): void {
  map.set(key, value);
  if (map.size <= max) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
