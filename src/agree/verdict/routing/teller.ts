import { assert, type Incident, type NotificationBody, type NotificationKind } from '../../../model/index.ts';
import type { Draft } from '../draft.ts';
import { drillBehind } from '../drill.ts';
import type { PlannedCheck } from '../plan.ts';
import { isSnoozed } from '../snoozes.ts';
import type { CheckState } from '../state.ts';
import { dutiesOf, explainedBy, isFlapping, isTrouble } from '../trouble.ts';
import { withProgress } from './climbing.ts';
import { Doors } from './doors.ts';
import { endWant } from './ends.ts';
import type { Message } from './message.ts';
import { groupTold, noticeOf, withNotice } from './notices.ts';
import { groupOf, type Duties, type Group } from './routing.ts';
import { buckets, byUrgency, groupPart, type Bucket } from './shared.ts';
import { assignedWant, firstWants, reminderWants, stepWants, type Now, type Want } from './wants.ts';

/** One message tells of so many incidents at most, so that it fits into a ledger entry; the rest have the next one. */
const maxShared = 300;
/** So many receivers are told of one incident at most, for the same reason. */
const maxTold = 100;

export interface TellerParts {
  draft: Draft;
  /** Checks of which time alone may change something: where a group's message goes out, they may join it. */
  waiting: Iterable<string>;
  put: (incident: Incident) => void;
  /** Adds the step of an escalation to the timeline. */
  escalated: (incident: Incident, text: string) => Incident;
}

/** Decides in one request who is told what; messages come out as values, and records say who was told. */
export class Teller {
  readonly #parts: TellerParts;
  readonly #considered = new Set<string>();
  /** Open incidents of which nothing keeps people from being told. */
  readonly #loud = new Map<string, Duties>();
  readonly #open = new Set<string>();
  readonly #ended = new Set<string>();
  readonly #doors: Doors;
  readonly #messages: Message[] = [];

  constructor(parts: TellerParts) {
    this.#parts = parts;
    this.#doors = new Doors(parts.draft);
  }

  /** Looks at an open incident. Conditions that keep people from being told are only asked when somebody should be. */
  consider(planned: PlannedCheck, state: CheckState, incident: Incident): void {
    const { draft } = this.#parts;
    const { check } = planned;
    this.#considered.add(check.name);
    this.#open.add(incident.id);
    if (!isTrouble(check, state.verdict) || state.muted) return;
    const duties = dutiesOf(draft.plan, planned, state.verdict, incident);
    const now = this.#now();
    const nothing =
      firstWants(duties, incident, now).length === 0 &&
      stepWants(duties, incident, now).length === 0 &&
      reminderWants(duties, incident, now).length === 0;
    if (nothing || isFlapping(planned, state, now.at) || draft.plan.maintenance(check, now.at) !== undefined) return;
    if (isSnoozed(draft, planned, now.at)) return;
    if (drillBehind(draft, state, now.at) || explainedBy(draft, planned, state, now.at)) return;
    this.#loud.set(incident.id, duties);
  }

  /** The incident is over: whoever was told is told so, now or with others. */
  ended(incident: Incident, transition: NotificationBody['transition']): void {
    this.#ended.add(incident.id);
    if (incident.told.length === 0) return;
    const owed = { receivers: incident.told, at: this.#parts.draft.time, transition };
    this.#parts.put({ ...incident, owed });
  }

  /** Brings the records up to date, and returns the messages about them in order. */
  decide(): Message[] {
    this.#tellAssignees();
    this.#tellFirst();
    this.#climb();
    this.#remind();
    this.#tellEnds();
    this.#considered.clear();
    this.#loud.clear();
    this.#open.clear();
    this.#ended.clear();
    return this.#messages.splice(0);
  }

  /** Somebody gave it to them, so nothing keeps that from them. */
  #tellAssignees(): void {
    for (const id of this.#open) {
      const receiver = assignedWant(this.#incident(id), this.#now());
      if (receiver === undefined) continue;
      this.#send('assigned', [{ incident: id, receiver }], this.#groupOf(id, receiver, undefined));
    }
  }

  #tellFirst(): void {
    const wants = () => this.#wants(firstWants);
    let shared = buckets(wants());
    if (shared.some((bucket) => bucket.group && this.#doors.isOpen('firing', bucket))) {
      this.#considerWaiting();
      shared = buckets(wants());
    }
    for (const bucket of shared)
      if (this.#doors.isOpen('firing', bucket)) this.#send('firing', bucket.wants, bucket.group);
  }

  #climb(): void {
    const { draft, escalated, put } = this.#parts;
    // Steps may follow each other without a pause; each pass carries out one of each escalation.
    for (let climbing = true; climbing;) {
      climbing = false;
      const reached: { want: Want; step: NonNullable<NotificationBody['escalation']> }[] = [];
      for (const [id, duties] of this.#loud) {
        for (const { climb, step, receivers } of stepWants(duties, this.#incident(id), this.#now())) {
          climbing = true;
          const { name, steps } = climb.escalation;
          const number = (step % steps.length) + 1;
          const changed = withProgress(this.#incident(id), name, { done: step + 1, at: draft.time });
          const names = receivers.map(({ receiver }) => receiver).join(', ') || 'nobody, for nobody is on call';
          put(
            step === 0
              ? changed
              : escalated(changed, `Nobody has taken care: step ${number} of ${name} tells ${names}.`),
          );
          for (const target of receivers) {
            // Steps without a pause, and turns that one person has taken for another, name the same receiver twice.
            if (noticeOf(this.#incident(id), target.receiver)?.lastAt === draft.time) continue;
            const group = this.#groupOf(id, target.receiver, climb.group);
            const want = { incident: id, ...target, ...groupPart(group), intervalMs: 0, due: true };
            reached.push({ want, step: { name, step: number } });
          }
        }
      }
      for (const { wants, group } of buckets(reached.map(({ want }) => want))) {
        const step = reached.find(({ want }) => want === wants[0])?.step;
        for (let from = 0; from < wants.length; from += maxShared) {
          this.#send('escalated', wants.slice(from, from + maxShared), group, step);
        }
      }
    }
  }

  #remind(): void {
    const wants = this.#wants(reminderWants).map((want) => ({
      ...want,
      ...groupPart(this.#groupOf(want.incident, want.receiver, want.group)),
    }));
    for (const bucket of buckets(wants)) {
      if (!this.#doors.isOpen('reminder', bucket)) continue;
      // Whose turn it has become since hears of it for the first time.
      const isNews = bucket.wants.every(({ incident, receiver }) => !this.#incident(incident).told.includes(receiver));
      this.#send(isNews ? 'firing' : 'reminder', bucket.wants, bucket.group);
    }
  }

  /** What a receiver was told of an incident stays in one thread, whatever the routes say since. */
  #groupOf(id: string, receiver: string, otherwise: Group | undefined): Group | undefined {
    const incident = this.#incident(id);
    if (!incident.told.includes(receiver)) return otherwise;
    const labels = groupTold(incident, receiver);
    return labels && groupOf(labels);
  }

  #tellEnds(): void {
    const { draft } = this.#parts;
    const wants = this.#owing().flatMap((incident) =>
      (incident.owed?.receivers ?? []).flatMap((receiver) => endWant(draft, incident, receiver) ?? []),
    );
    for (const bucket of buckets(wants)) if (this.#doors.isOpen('resolved', bucket)) this.#end(bucket);
  }

  /** Whoever hears of a check again would take the end of what was before for the end of this: so that goes first. */
  #endBefore(wants: readonly Pick<Want, 'incident' | 'receiver'>[]): void {
    const owing = this.#owing();
    if (owing.length === 0) return;
    const ends: Want[] = [];
    for (const { incident, receiver } of wants) {
      const { check } = this.#incident(incident);
      for (const { id, owed } of owing.filter((one) => one.check === check)) {
        if (owed?.receivers.includes(receiver) !== true || ends.some((one) => one.incident === id)) continue;
        const group = this.#groupOf(id, receiver, undefined);
        ends.push({ incident: id, receiver, ...groupPart(group), intervalMs: 0, due: true });
      }
    }
    for (const bucket of buckets(ends)) this.#end(bucket);
  }

  #end({ wants, group }: Bucket): void {
    const told = wants.slice(0, maxShared);
    this.#note('resolved', told, group);
    for (const { incident: id, receiver } of told) {
      const { owed, ...rest } = this.#incident(id);
      const receivers = owed?.receivers.filter((one) => one !== receiver) ?? [];
      this.#parts.put(owed && receivers.length > 0 ? { ...rest, owed: { ...owed, receivers } } : rest);
    }
  }

  /** Incidents whose end somebody is still to be told, oldest first. */
  #owing(): Incident[] {
    const ids = [...new Set([...this.#parts.draft.base.owing, ...this.#ended])];
    return ids.map((id) => this.#incident(id)).sort((a, b) => Number(a.id) - Number(b.id));
  }

  /** Records who is told by which message, and drafts it. `firing` to somebody who knows already is nothing new. */
  #send(
    message: Exclude<NotificationKind, 'resolved'>,
    wants: readonly Pick<Want, 'incident' | 'receiver' | 'rota' | 'group' | 'escalation'>[],
    group?: Group,
    escalation?: NotificationBody['escalation'],
  ): void {
    const { draft, put } = this.#parts;
    const at = draft.time;
    const told: (typeof wants)[number][] = [];
    for (const want of wants.slice(0, maxShared)) {
      const { incident: id, receiver, rota } = want;
      const before = this.#incident(id);
      const knows = before.told.includes(receiver);
      if (!knows && before.told.length >= maxTold) continue;
      const silent = message === 'firing' && knows;
      let after = withNotice(before, { receiver, at, group: group?.labels, rota, silent });
      if (want.escalation !== undefined && !after.escalations?.some(({ name }) => name === want.escalation)) {
        after = withProgress(after, want.escalation, { done: 1, at });
      }
      put(after);
      if (!silent) told.push(want);
    }
    this.#endBefore(told);
    this.#note(message, told, group, escalation);
  }

  #note(
    message: NotificationKind,
    wants: readonly Pick<Want, 'incident' | 'receiver' | 'rota'>[],
    group?: Group,
    escalation?: NotificationBody['escalation'],
  ): void {
    const about = wants.map(({ incident }) => this.#incident(incident));
    const incidents = byUrgency(about, this.#parts.draft.plan);
    const [first] = incidents;
    const want = wants.find(({ incident }) => incident === first?.id);
    if (!first || !want) return;
    const { receiver, rota } = want;
    this.#doors.close(message, receiver, group);
    this.#messages.push({
      message,
      receiver,
      incidents: incidents.map(({ id }) => id),
      count: noticeOf(first, receiver)?.count ?? 1,
      ...groupPart(group),
      ...(rota !== undefined && { rota }),
      ...(escalation && { escalation }),
      ...(message === 'resolved' && first.owed && { ending: first.owed.transition }),
    });
  }

  #considerWaiting(): void {
    const { draft, waiting } = this.#parts;
    for (const name of waiting) {
      if (this.#considered.has(name)) continue;
      const planned = draft.plan.enabled(name);
      const state = draft.check(name);
      if (!planned || state?.incident === undefined) continue;
      this.consider(planned, state, this.#incident(state.incident));
    }
  }

  #wants(ask: (duties: Duties, incident: Incident, now: Now) => Want[]): Want[] {
    const now = this.#now();
    return [...this.#loud].flatMap(([id, duties]) => {
      const incident = this.#incident(id);
      return incident.status === 'resolved' ? [] : ask(duties, incident, now);
    });
  }

  #now(): Now {
    const { time, plan, overrides } = this.#parts.draft;
    return { at: time, routing: plan.routing, overrides };
  }

  #incident(id: string): Incident {
    const incident = this.#parts.draft.incident(id);
    assert(incident, `incident ${id} is in the state`);
    return incident;
  }
}
