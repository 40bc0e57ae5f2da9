import { assert, type EpochMs, type Incident, type IncidentUpdate, type Reason } from '../../model/index.ts';
import type { Draft } from './draft.ts';
import { drillBehind } from './drill.ts';
import { foldIncident } from './fold.ts';
import { headline, maxAffected, withTransition, withUpdate } from './incident-record.ts';
import { carrierOf } from './intents.ts';
import type { PlannedCheck } from './plan.ts';
import { endText, policyParts } from './policies/policy-incident.ts';
import { labelledSeverity } from './routing/incident-labels.ts';
import { emitMessage } from './routing/message.ts';
import { Teller } from './routing/teller.ts';
import { isSnoozed } from './snoozes.ts';
import type { CheckState } from './state.ts';
import { explainedBy, isFine, isFlapping, isTrouble, wantsIncident } from './trouble.ts';

/** An incident opened this shortly before that of a check it depends on counts as its effect. */
const adoptWithinMs = 60_000;
/** A list of affected checks in a sentence names this many. */
const namedAffected = 10;

/**
 * Brings incidents and notifications in line with the verdicts, in one request. Rules:
 * - Down opens an incident; degraded does where the check has `notify` under `degraded`. Unknown and partial change
 *   nothing.
 * - Maintenance, a snooze, and an outage of a check that this one depends on, keep an incident from opening and new
 *   receivers from being told; never a recovery from being told.
 * - Flapping does not keep an incident from opening; while it lasts the incident stays open and nobody is told
 *   anything. When it ends, the state of then is told.
 * - What a drill alone brought about is an incident that says so, and nobody is told. If it outlasts the drill, it is an
 *   outage from then on.
 * - Whoever was told anything of an incident is told `resolved` once, and nobody else is; routes decide who is told
 *   when, and which messages are shared (`routing/`).
 */
export class IncidentDesk {
  readonly #draft: Draft;
  readonly #touched = new Set<string>();
  /** Newly affected checks by incident. */
  readonly #affected = new Map<string, string[]>();
  /** All of them, made once: ten thousand checks may ask at each tick whether they stand there already. */
  readonly #knownAffected = new Map<string, Set<string>>();
  readonly #teller: Teller;

  /** `waiting` are the checks of which time alone may change something. */
  constructor(draft: Draft, waiting: Iterable<string>) {
    this.#draft = draft;
    this.#teller = new Teller({
      draft,
      waiting,
      put: (incident) => this.#put(incident),
      escalated: (incident, text) => this.#noted(incident, 'escalated', text, this.#by(incident.check)),
    });
  }

  /** Looks at one check after its verdict or the time has changed. Parents come before what depends on them. */
  settle(name: string): void {
    const planned = this.#draft.plan.enabled(name);
    const state = this.#draft.check(name);
    if (!planned || !state) return;
    if (state.incident === undefined) this.#maybeOpen(planned, state);
    else this.#follow(planned, state, this.#incident(state.incident));
  }

  /** The check was up or degraded again while another's incident explained it. */
  recovered(name: string, incidentId: string): void {
    const incident = this.#draft.incident(incidentId);
    if (incident?.status === 'resolved' || !incident) return;
    this.#put(this.#noted(incident, 'recovered', `${name} has recovered.`, this.#by(name)));
  }

  /** Ends an incident, of which everybody is told who was told that it began. `at` is now if the check itself did not end it. */
  resolve(
    id: string,
    text: string,
    by: string,
    { at = this.#draft.time, reason }: { at?: EpochMs; reason?: Reason } = {},
  ): void {
    const incident = this.#incident(id);
    if (incident.status === 'resolved') return;
    const resolved: Incident = { ...incident, status: 'resolved', resolvedAt: Math.max(incident.openedAt, at) };
    this.#put(this.#noted(resolved, 'resolved', text, by));
    const check = this.#draft.check(incident.check);
    const because = reason ?? check?.reason;
    this.#teller.ended(this.#incident(id), {
      from: check?.from ?? 'down',
      to: check?.verdict ?? 'unknown',
      since: check?.since ?? this.#draft.time,
      ...(because && { reason: because }),
    });
  }

  /** Drafts the changed incidents, then the messages about them. */
  flush(): void {
    for (const [id, names] of this.#affected) {
      const more = names.length > namedAffected ? ` and ${names.length - namedAffected} more` : '';
      const text = `Also down: ${names.slice(0, namedAffected).join(', ')}${more}.`;
      const incident = this.#incident(id);
      this.#put(this.#noted(incident, 'affected', text, this.#by(incident.check)));
    }
    const messages = this.#teller.decide();
    for (const id of this.#touched) this.#draft.emit({ kind: 'incident', body: this.#incident(id) });
    for (const message of messages) emitMessage(this.#draft, message);
    this.#affected.clear();
    this.#touched.clear();
  }

  #maybeOpen(planned: PlannedCheck, state: CheckState): void {
    const { check } = planned;
    const { time, plan } = this.#draft;
    if (!wantsIncident(check, state) || !isTrouble(check, state.verdict)) return;
    const cause = explainedBy(this.#draft, planned, state, time);
    if (cause) this.#attach(state, cause.incident ?? cause.behind);
    else if (plan.maintenance(check, time) === undefined && !isSnoozed(this.#draft, planned, time)) {
      this.#open(planned, state, state.verdict);
    }
  }

  #open(planned: PlannedCheck, state: CheckState, verdict: 'down' | 'degraded'): void {
    const { name } = planned.check;
    const { time } = this.#draft;
    const id = String(this.#draft.lastIncident + 1);
    const { title, impact, ...parts } = this.#kindOf(planned, state, verdict);
    const incident: Incident = {
      id,
      check: name,
      title,
      status: 'investigating',
      impact,
      ...parts,
      // Opened by its transition, it began when that did; opened later, after maintenance for example, it begins now.
      openedAt: this.#isNew(state) ? (state.since ?? time) : time,
      ...(state.reason && { reason: state.reason }),
      affected: [],
      told: [],
      transitions: state.position === undefined ? [] : [state.position],
      updates: [],
    };
    this.#put(this.#noted(incident, 'opened', headline(title, state.reason), this.#by(name)));
    if (verdict === 'down') this.#adopt(id, name);
    this.#teller.consider(planned, state, this.#incident(id));
  }

  #follow(planned: PlannedCheck, state: CheckState, open: Incident): void {
    const { check } = planned;
    const { time } = this.#draft;
    const incident = withTransition(open, state.position);
    if (incident !== open) this.#put(incident);
    if (isFine(check, state.verdict)) {
      if (isFlapping(planned, state, time)) return;
      const text = planned.policy ? endText(planned.policy, state) : `${check.name} is ${state.verdict} again.`;
      this.resolve(open.id, text, this.#by(check.name), {
        at: state.since ?? time,
      });
      return;
    }
    if (isTrouble(check, state.verdict)) {
      const { title, impact, ...parts } = this.#kindOf(planned, state, state.verdict);
      if (incident.impact !== impact) {
        const changed: Incident = {
          ...incident,
          impact,
          title,
          ...parts,
          ...(state.reason && { reason: state.reason }),
        };
        this.#put(this.#noted(changed, 'status', headline(title, state.reason), this.#by(check.name)));
        if (state.verdict === 'down') this.#adopt(open.id, check.name);
      }
    }
    this.#teller.consider(planned, state, this.#incident(open.id));
  }

  #kindOf(
    planned: PlannedCheck,
    state: CheckState,
    verdict: 'down' | 'degraded',
  ): Pick<Incident, 'title' | 'impact' | 'severity' | 'resource' | 'documentation'> {
    if (planned.policy) {
      return policyParts(planned.policy, state, carrierOf(this.#draft, state, planned).opinion);
    }
    const severity = labelledSeverity(planned.check);
    const part = severity ? { severity } : {};
    const drill = drillBehind(this.#draft, state, this.#draft.time);
    if (drill) return { title: `${state.name} is failed on purpose: a drill by ${drill.by}`, impact: 'minor', ...part };
    return { title: `${state.name} is ${verdict}`, impact: verdict === 'down' ? 'major' : 'minor', ...part };
  }

  /** The check has no incident of its own: it stands in the one that explains it, if there is one. */
  #attach(state: CheckState, id: string | undefined): void {
    const cause = id === undefined ? undefined : this.#draft.incident(id);
    if (!cause || cause.status === 'resolved' || state.verdict !== 'down') return;
    this.#addAffected(cause, [state.name]);
  }

  /** What depends on the check and opened an incident just before: it stays open and is resolved as any other. */
  #adopt(id: string, name: string): void {
    const incident = this.#incident(id);
    const effects: string[] = [];
    for (const dependant of this.#dependants(name)) {
      const own = this.#draft.check(dependant)?.incident;
      const effect = own === undefined ? undefined : this.#draft.incident(own);
      if (!effect || effect.openedAt < incident.openedAt - adoptWithinMs) continue;
      effects.push(dependant);
      this.#put(this.#noted(effect, 'affected', `Explained by incident ${id}: ${incident.title}.`, this.#by(name)));
    }
    this.#addAffected(incident, effects);
  }

  /** What depends on a check, and the resources of policies that do. */
  *#dependants(name: string): Generator<string> {
    const { plan } = this.#draft;
    const lines = new Set(plan.dependencies.dependants(name));
    yield* lines;
    for (const resource of [...this.#draft.resources()].sort()) {
      if (lines.has(plan.lineOf(resource))) yield resource;
    }
  }

  #addAffected(incident: Incident, names: readonly string[]): void {
    const known = this.#knownAffected.get(incident.id) ?? new Set(incident.affected);
    this.#knownAffected.set(incident.id, known);
    const fresh = names.filter((name) => !known.has(name)).slice(0, maxAffected - known.size);
    if (fresh.length === 0) return;
    for (const name of fresh) known.add(name);
    this.#put({ ...incident, affected: [...incident.affected, ...fresh] });
    this.#affected.set(incident.id, [...(this.#affected.get(incident.id) ?? []), ...fresh]);
  }

  #noted(incident: Incident, kind: IncidentUpdate['kind'], text: string, by: string): Incident {
    return withUpdate(incident, { at: this.#draft.time, by, kind, text });
  }

  #put(incident: Incident): void {
    foldIncident(this.#draft, incident);
    this.#touched.add(incident.id);
  }

  #incident(id: string): Incident {
    const incident = this.#draft.incident(id);
    assert(incident, `incident ${id} is in the state`);
    return incident;
  }

  #by(name: string): string {
    return carrierOf(this.#draft, this.#draft.check(name), this.#draft.plan.planned(name)).watcher;
  }

  #isNew(state: CheckState): boolean {
    return state.position !== undefined && state.position >= this.#draft.base.nextPosition;
  }
}
