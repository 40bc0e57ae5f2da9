import {
  assert,
  type EpochMs,
  type Incident,
  type IncidentUpdate,
  type Milliseconds,
  type NotificationBody,
  type Reason,
} from '../../model/index.ts';
import type { Draft } from './draft.ts';
import { drillBehind } from './drill.ts';
import { foldIncident } from './fold.ts';
import { headline, maxAffected, summaryOf, withTransition, withUpdate } from './incident-record.ts';
import { carrierOf, emitIntent } from './intents.ts';
import type { PlannedCheck } from './plan.ts';
import type { CheckState } from './state.ts';
import { explainedBy, isFine, isFlapping, isTrouble, receiversOf, wantsIncident } from './trouble.ts';
import { scriptVariables } from './variables.ts';

/** An incident opened this shortly before that of a check it depends on counts as its effect. */
const adoptWithinMs = 60_000;
/** A list of affected checks in a sentence names this many. */
const namedAffected = 10;

/**
 * Brings incidents and notifications in line with the verdicts, in one request. Rules:
 * - Down opens an incident; degraded does where the check has `notify` under `degraded`. Unknown and partial change
 *   nothing.
 * - Maintenance, and an outage of a check that this one depends on, keep an incident from opening and new receivers from
 *   being told; never a recovery from being told.
 * - Flapping does not keep an incident from opening; while it lasts the incident stays open and nobody is told
 *   anything. When it ends, the state of then is told.
 * - What a drill alone brought about is an incident that says so, and nobody is told. If it outlasts the drill, it is an
 *   outage from then on.
 * - A receiver is told `firing` once for an incident, and exactly those that were are told `resolved`.
 */
export class IncidentDesk {
  readonly #draft: Draft;
  readonly #touched = new Set<string>();
  /** Newly affected checks by incident. */
  readonly #affected = new Map<string, string[]>();
  /** All of them, made once: ten thousand checks may ask at each tick whether they stand there already. */
  readonly #knownAffected = new Map<string, Set<string>>();
  readonly #messages: (() => void)[] = [];

  constructor(draft: Draft) {
    this.#draft = draft;
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

  /** Ends an incident and tells everybody who was told that it began. `at` is now if the check itself did not end it. */
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
    for (const index of incident.told.keys()) this.#tell(id, 'resolved', index, reason);
  }

  /** Drafts the changed incidents, then the messages about them. */
  flush(): void {
    for (const [id, names] of this.#affected) {
      const more = names.length > namedAffected ? ` and ${names.length - namedAffected} more` : '';
      const text = `Also down: ${names.slice(0, namedAffected).join(', ')}${more}.`;
      const incident = this.#incident(id);
      this.#put(this.#noted(incident, 'affected', text, this.#by(incident.check)));
    }
    for (const id of this.#touched) this.#draft.emit({ kind: 'incident', body: this.#incident(id) });
    for (const send of this.#messages) send();
    this.#affected.clear();
    this.#touched.clear();
    this.#messages.length = 0;
  }

  #maybeOpen(planned: PlannedCheck, state: CheckState): void {
    const { check } = planned;
    const { time, plan } = this.#draft;
    if (!wantsIncident(check, state) || !isTrouble(check, state.verdict)) return;
    const cause = explainedBy(this.#draft, planned, state, time);
    if (cause) this.#attach(state, cause.incident ?? cause.behind);
    else if (plan.maintenance(check, time) === undefined) this.#open(planned, state, state.verdict);
  }

  #open(planned: PlannedCheck, state: CheckState, verdict: 'down' | 'degraded'): void {
    const { name } = planned.check;
    const { time } = this.#draft;
    const id = String(this.#draft.lastIncident + 1);
    const { title, impact } = this.#kindOf(state, verdict);
    const incident: Incident = {
      id,
      check: name,
      title,
      status: 'investigating',
      impact,
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
    this.#tellNew(planned, state, id);
  }

  #follow(planned: PlannedCheck, state: CheckState, open: Incident): void {
    const { check } = planned;
    const { time } = this.#draft;
    const incident = withTransition(open, state.position);
    if (incident !== open) this.#put(incident);
    if (isFine(check, state.verdict)) {
      if (isFlapping(planned, state, time)) return;
      this.resolve(open.id, `${check.name} is ${state.verdict} again.`, this.#by(check.name), {
        at: state.since ?? time,
      });
    } else if (isTrouble(check, state.verdict)) {
      const { title, impact } = this.#kindOf(state, state.verdict);
      if (incident.impact !== impact) {
        const changed: Incident = { ...incident, impact, title, ...(state.reason && { reason: state.reason }) };
        this.#put(this.#noted(changed, 'status', headline(title, state.reason), this.#by(check.name)));
        if (state.verdict === 'down') this.#adopt(open.id, check.name);
      }
      this.#tellNew(planned, state, open.id);
    }
  }

  #tellNew(planned: PlannedCheck, state: CheckState, id: string): void {
    const { check } = planned;
    const { time, plan } = this.#draft;
    const { told, openedAt } = this.#incident(id);
    const due = [...receiversOf(check, state)]
      .filter(([receiver, delayMs]) => !told.includes(receiver) && time >= openedAt + delayMs)
      .map(([receiver]) => receiver);
    if (due.length === 0 || isFlapping(planned, state, time) || plan.maintenance(check, time) !== undefined) return;
    if (drillBehind(this.#draft, state, time) || explainedBy(this.#draft, planned, state, time)) return;
    this.#put({ ...this.#incident(id), told: [...told, ...due] });
    for (const index of due.keys()) this.#tell(id, 'firing', told.length + index);
  }

  #kindOf(state: CheckState, verdict: 'down' | 'degraded'): Pick<Incident, 'title' | 'impact'> {
    const drill = drillBehind(this.#draft, state, this.#draft.time);
    if (drill) return { title: `${state.name} is failed on purpose: a drill by ${drill.by}`, impact: 'minor' };
    return { title: `${state.name} is ${verdict}`, impact: verdict === 'down' ? 'major' : 'minor' };
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
    for (const dependant of this.#draft.plan.dependencies.dependants(name)) {
      const own = this.#draft.check(dependant)?.incident;
      const effect = own === undefined ? undefined : this.#draft.incident(own);
      if (!effect || effect.openedAt < incident.openedAt - adoptWithinMs) continue;
      effects.push(dependant);
      this.#put(this.#noted(effect, 'affected', `Explained by incident ${id}: ${incident.title}.`, this.#by(name)));
    }
    this.#addAffected(incident, effects);
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

  /**
   * The id counts the receivers of the incident in the order in which they were told, so the same message always has the
   * same id, and a sender that sees it again knows that it is the same.
   */
  #tell(id: string, message: NotificationBody['message'], index: number, reason?: Reason): void {
    this.#messages.push(() => {
      const incident = this.#incident(id);
      const receiver = incident.told[index] ?? '';
      const check = this.#draft.check(incident.check);
      const planned = this.#draft.plan.checks.get(incident.check);
      const { time } = this.#draft;
      const because = reason ?? check?.reason;
      const transition: NotificationBody['transition'] = {
        from: check?.from ?? 'down',
        to: check?.verdict ?? 'unknown',
        since: check?.since ?? time,
        ...(because && { reason: because }),
      };
      const carrier = carrierOf(this.#draft, check, planned);
      emitIntent(this.#draft, {
        id: `${id}.${message}.${index}`,
        cause: { check: incident.check, transition: incident.transitions.at(-1) ?? 0, incident: id },
        watcher: carrier.watcher,
        notification: { receiver, message, incident: summaryOf(incident), transition },
        notBefore: time + (message === 'resolved' ? resolvedDelayMs(planned, receiver) : 0),
        variables: planned ? scriptVariables(planned.check, transition, carrier.opinion?.results ?? []) : {},
      });
    });
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
    return carrierOf(this.#draft, this.#draft.check(name), this.#draft.plan.checks.get(name)).watcher;
  }

  #isNew(state: CheckState): boolean {
    return state.position !== undefined && state.position >= this.#draft.base.nextPosition;
  }
}

function resolvedDelayMs(planned: PlannedCheck | undefined, receiver: string): Milliseconds {
  for (const action of planned?.check.up ?? []) {
    if (action.kind === 'notify' && action.receivers.includes(receiver)) return action.delayMs;
  }
  return 0;
}
