import type {
  ActionIntent,
  Check,
  EpochMs,
  Incident,
  CountedOpinion,
  LedgerBodies,
  Membership,
  Mirror,
  OnCallOverride,
  Reason,
  Rota,
  Snooze,
  VerdictState,
} from '../../model/index.ts';
import type { Documents } from './documents.ts';
import { calmUntil, flapPercent } from './flap.ts';
import type { Plan } from './plan.ts';
import { everyCheck } from './policies/every-check.ts';
import { turnsOf, type OnCall, type RotaTurn } from './routing/rota.ts';
import type { UplinkPast } from './uplink-past.ts';
import type { ActionState, CheckState, InForce, State } from './state.ts';
import { explainedBy, isTrouble } from './trouble.ts';

/** Of a check what its verdict says. */
export interface VerdictView {
  check: Check;
  verdict: VerdictState;
  /** Agreed time of the last transition; undefined before the first. */
  since: EpochMs | undefined;
  reason: Reason | undefined;
  /** By watcher. */
  opinions: Readonly<Record<string, CountedOpinion>>;
}

/** One check as the cluster sees it. */
export interface CheckView {
  check: Check;
  /** Of an alerting policy, or a resource of one: the policy's name. */
  policy?: string;
  /** The watchers whose opinions count. */
  judges: readonly string[];
  verdict: VerdictState;
  /** Agreed time of the last transition; absent before the first. */
  since?: EpochMs;
  /** Its ledger position. */
  transition?: number;
  reason?: Reason;
  flapping: boolean;
  flapPercent: number;
  /** By watcher. */
  opinions: Readonly<Record<string, CountedOpinion>>;
  /** Judges that a quorum does not hear: their opinions do not count at present. */
  silent: readonly string[];
  /** The check whose outage explains this one. */
  suppressedBy?: string;
  /** The maintenance window that covers it now. */
  maintenance?: string;
  /** The snooze that keeps it quiet now. */
  snooze?: Snooze;
  /** Its open incident. */
  incident?: string;
}

/** A policy as the cluster sees it, or one resource of it; down is that it fires. */
export interface AlertView extends CheckView {
  policy: string;
  resource: Readonly<Record<string, string>>;
}

/** A rota as it stands: absent receivers mean that nobody is on call. */
export interface OnCallView {
  rota: Rota;
  now: OnCall;
  next?: OnCall & { at: EpochMs };
  turns: readonly RotaTurn[];
}

/** The same without what only people ask for. */
export type AlertOpinions = Pick<AlertView, 'policy' | 'resource' | 'opinions' | 'incident'> & { name: string };

/** What the watcher, and through it the API, may see of the state. Nothing is copied: treat all of it as read-only. */
export class View {
  readonly #state: State;
  readonly #at: EpochMs;

  /** `at` decides about maintenance and flapping. */
  constructor(state: State, at: EpochMs) {
    this.#state = state;
    this.#at = at;
  }

  /** Position of the next ledger entry: what is seen rests on all before it. */
  get nextPosition(): number {
    return this.#state.nextPosition;
  }

  get genesis(): LedgerBodies['genesis'] | undefined {
    return this.#state.genesis;
  }

  /** The configuration entry in force: document, source, who, position and time. */
  get inForce(): InForce | undefined {
    return this.#state.inForce;
  }

  /** The same, validated and with defaults. */
  get configuration(): Plan['configuration'] {
    return this.#state.plan.configuration;
  }

  /** Members and observers in force. */
  get membership(): Membership {
    return this.#state.membership;
  }

  /** Ledger position of the membership in force, upon which an operator signs the next change; 0 for the genesis. */
  get membershipPosition(): number {
    return this.#state.membership.position;
  }

  /** Watchers that a quorum of the members does not hear. */
  get silent(): readonly string[] {
    return this.#state.presence.silent;
  }

  /** Whom this member said last that it does not hear; undefined when it never said. */
  notHeardBy(member: string): readonly string[] | undefined {
    const { claims } = this.#state.presence;
    return Object.hasOwn(claims, member) ? claims[member] : undefined;
  }

  /** The watchers that should probe the check. */
  watchersOf(check: string): readonly string[] {
    return this.#state.plan.enabled(check)?.watchers ?? [];
  }

  /** In the order of the configuration; alerting policies are not among them. */
  *checks(): Generator<CheckView> {
    for (const [name, { policy }] of this.#state.plan.checks) {
      const view = policy ? undefined : this.check(name);
      if (view) yield view;
    }
  }

  /** Verdicts alone, in the order of the configuration: whoever asks for all needs no causes, maintenance or snoozes. */
  *verdicts(): Generator<VerdictView> {
    for (const [name, { check, policy }] of this.#state.plan.checks) {
      const state = policy ? undefined : this.#state.check(name);
      if (state)
        yield { check, verdict: state.verdict, since: state.since, reason: state.reason, opinions: state.opinions };
    }
  }

  /** Who says what of alerting policies and their resources, which a watcher compares with what it sees every few seconds. */
  *alertOpinions(): Generator<AlertOpinions> {
    const { plan } = this.#state;
    const policies = (plan.configuration?.alerts ?? []).map(({ name }) => name);
    for (const name of [...policies, ...this.#state.resources()]) {
      const state = this.#state.check(name);
      if (!state) continue;
      const { opinions, resource = {}, incident } = state;
      yield { name, policy: plan.lineOf(name), resource, opinions, ...(incident !== undefined && { incident }) };
    }
  }

  /** What alerting policies make of things: each policy as a whole, and each resource that was heard of, sorted. */
  *alerts(): Generator<AlertView> {
    for (const name of everyCheck(this.#state)) {
      const policy = this.#state.plan.planned(name)?.policy;
      const view = policy && this.check(name);
      if (view) yield { ...view, policy: policy.name, resource: this.#state.check(name)?.resource ?? {} };
    }
  }

  check(name: string): CheckView | undefined {
    const planned = this.#state.plan.planned(name);
    const state = this.#state.check(name);
    if (!planned || !state) return undefined;
    const { check, judges } = planned;
    const flap = state.flap && calmUntil(state.flap, this.#at, planned.flapStepMs);
    const cause = this.#cause(name, state);
    const maintenance = this.#state.plan.maintenance(check, this.#at);
    const snooze = this.#state.snoozes.over(planned, state.incident, this.#at);
    return {
      check,
      ...(planned.policy && { policy: planned.policy.name }),
      judges,
      verdict: state.verdict,
      ...(state.since !== undefined && { since: state.since }),
      ...(state.position !== undefined && { transition: state.position }),
      ...(state.reason && { reason: state.reason }),
      flapping: flap?.flapping ?? false,
      flapPercent: flap ? flapPercent(flap.ring) : 0,
      opinions: state.opinions,
      silent: judges.filter((judge) => this.#state.presence.silent.includes(judge)),
      ...(cause && { suppressedBy: cause }),
      ...(maintenance !== undefined && { maintenance }),
      ...(snooze && { snooze }),
      ...(state.incident !== undefined && { incident: state.incident }),
    };
  }

  /** Newest first: open ones, then those of the last thousand closed ones. */
  *incidents(): Generator<Incident> {
    yield* [...this.#state.openIncidents.values()].reverse();
    yield* [...this.#state.closedIncidents.values()].reverse();
  }

  incident(id: string): Incident | undefined {
    return this.#state.incident(id);
  }

  /** Not finished yet, oldest first: to be carried out by `intent.watcher`, not before `intent.notBefore`. */
  pendingActions(): Iterable<ActionState> {
    return this.#state.pendingActions.values();
  }

  /** The last thousand, oldest first. */
  finishedActions(): Iterable<ActionState> {
    return this.#state.finishedActions.values();
  }

  action(id: ActionIntent['id']): ActionState | undefined {
    return this.#state.action(id);
  }

  /** The watcher that switches uplinks; undefined where none is named. */
  get uplinkActor(): string | undefined {
    return this.#state.plan.uplinkActor;
  }

  /** The last switches and drills of uplinks. */
  get uplinkPast(): UplinkPast {
    return this.#state.uplinkPast;
  }

  /** By name, sorted. */
  get dashboards(): Documents {
    return this.#state.dashboards;
  }

  /** Views of traffic that people have saved. */
  get flowViews(): Documents {
    return this.#state.flowViews;
  }

  /** Those that act now, oldest first. */
  get snoozes(): readonly Snooze[] {
    return this.#state.snoozes.list.filter(({ until }) => this.#at < until);
  }

  /** Mirrors of packets that are not long over, in the order of their proposals. */
  get mirrors(): readonly Mirror[] {
    return this.#state.mirrors;
  }

  /** Turns that somebody takes for another, those that are over left out. */
  get overrides(): readonly OnCallOverride[] {
    return this.#state.overrides.filter(({ to }) => this.#at < to);
  }

  /** Who is on call now, and from when on somebody else or nobody is, by rota in the order of the configuration. */
  *onCall(): Generator<OnCallView> {
    const { routing } = this.#state.plan;
    const overrides = routing.counted(this.#state.overrides);
    for (const compiled of routing.rotas()) {
      const now = compiled.at(this.#at, overrides);
      const changesAt = compiled.changesAt(this.#at, overrides);
      const next = changesAt === undefined ? undefined : { at: changesAt, ...compiled.at(changesAt, overrides) };
      const turns = turnsOf(compiled, overrides, this.#at);
      yield { rota: compiled.rota, now, ...(next && { next }), turns };
    }
  }

  #cause(name: string, state: CheckState): string | undefined {
    const planned = this.#state.plan.enabled(name);
    if (!planned || !isTrouble(planned.check, state.verdict)) return undefined;
    return explainedBy(this.#state, planned, state, this.#at)?.name;
  }
}
