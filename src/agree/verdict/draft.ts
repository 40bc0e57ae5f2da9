import type { EpochMs, Incident, LedgerBodies, LedgerKind, Mirror, OnCallOverride } from '../../model/index.ts';
import type { Documents } from './documents.ts';
import { fold, type Basis } from './fold.ts';
import type { Plan } from './plan.ts';
import type { NumberWindow } from './number-window.ts';
import type { Presence } from './presence.ts';
import type { Gate } from './routing/gates.ts';
import type { Snoozes } from './snoozes.ts';
import type { UplinkPast } from './uplink-past.ts';
import type { ActionState, CheckState, InForce, MembershipState, State, Store } from './state.ts';

/** A ledger entry to be. */
export type RecordDraft = { [Kind in LedgerKind]: { kind: Kind; body: LedgerBodies[Kind] } }[LedgerKind];

/**
 * The state as it will be when the drafts so far are folded, laid over the present one, which stays as it is. A request
 * thus sees its own effects, by the same fold, at the price of what it touches.
 */
export class Draft implements Store {
  readonly base: State;
  readonly records: RecordDraft[] = [];
  plan: Plan;
  genesis?: LedgerBodies['genesis'];
  inForce?: InForce;
  membership: MembershipState;
  presence: Presence;
  uplinkPast: UplinkPast;
  dashboards: Documents;
  flowViews: Documents;
  snoozes: Snoozes;
  overrides: readonly OnCallOverride[];
  mirrors: readonly Mirror[];
  nextPosition: number;
  time: EpochMs;
  lastIncident: number;
  readonly #basis: Basis;
  readonly #checks = new Map<string, CheckState | undefined>();
  /** Copied when it is another one than that of the state. */
  #resources: Set<string> | undefined;
  readonly #incidents = new Map<string, Incident>();
  readonly #actions = new Map<string, ActionState>();
  readonly #windows = new Map<string, NumberWindow>();
  readonly #gates = new Map<string, Gate>();

  constructor(base: State, time: EpochMs, basis: Basis) {
    this.base = base;
    this.time = time;
    this.plan = base.plan;
    this.membership = base.membership;
    this.presence = base.presence;
    this.uplinkPast = base.uplinkPast;
    this.dashboards = base.dashboards;
    this.flowViews = base.flowViews;
    this.snoozes = base.snoozes;
    this.overrides = base.overrides;
    this.mirrors = base.mirrors;
    this.nextPosition = base.nextPosition;
    this.lastIncident = base.lastIncident;
    if (base.genesis) this.genesis = base.genesis;
    if (base.inForce) this.inForce = base.inForce;
    this.#basis = basis;
  }

  /**
   * Drafts an entry and folds it. The entries of a request follow each other in the ledger without a gap, and requests
   * are executed one after the other, so the position is known.
   */
  emit(record: RecordDraft): number {
    const position = this.nextPosition;
    this.records.push(record);
    fold(this, { ...record, position, time: this.time }, this.#basis);
    return position;
  }

  check(name: string): CheckState | undefined {
    return this.#checks.has(name) ? this.#checks.get(name) : this.base.check(name);
  }

  setCheck(name: string, check: CheckState | undefined): void {
    this.#checks.set(name, check);
    const isResource = check?.resource !== undefined;
    if (this.resources().has(name) === isResource) return;
    this.#resources ??= new Set(this.base.resources());
    if (isResource) this.#resources.add(name);
    else this.#resources.delete(name);
  }

  resources(): ReadonlySet<string> {
    return this.#resources ?? this.base.resources();
  }

  incident(id: string): Incident | undefined {
    return this.#incidents.get(id) ?? this.base.incident(id);
  }

  setIncident(incident: Incident): void {
    this.#incidents.set(incident.id, incident);
  }

  action(id: string): ActionState | undefined {
    return this.#actions.get(id) ?? this.base.action(id);
  }

  setAction(action: ActionState): void {
    this.#actions.set(action.intent.id, action);
  }

  window(watcher: string): NumberWindow {
    return this.#windows.get(watcher) ?? this.base.window(watcher);
  }

  setWindow(watcher: string, window: NumberWindow): void {
    this.#windows.set(watcher, window);
  }

  gate(key: string): Gate | undefined {
    return this.#gates.get(key) ?? this.base.gate(key);
  }

  setGate(key: string, gate: Gate): void {
    this.#gates.set(key, gate);
  }
}
