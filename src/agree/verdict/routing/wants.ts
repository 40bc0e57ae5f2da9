import type { EpochMs, Incident, IncidentNotice, Milliseconds, OnCallOverride } from '../../../model/index.ts';
import { climbsOn, nextStepAt, progressOf } from './climbing.ts';
import { noticeByRota, noticeOf, noticesOf, recordedAt } from './notices.ts';
import type { Climb, Duties, Duty, Group, Manner, Routing } from './routing.ts';

/** A message that somebody should get. */
export interface Want {
  incident: string;
  receiver: string;
  rota?: string;
  group?: Group;
  intervalMs: Milliseconds;
  /** The first step of this escalation. */
  escalation?: string;
  /** Its time has come; otherwise it goes along when another of its group is due. */
  due: boolean;
}

/** What whoever asks knows of the time and of who is on call. */
export interface Now {
  at: EpochMs;
  routing: Routing;
  overrides: readonly OnCallOverride[];
}

/** Whether such a message has to wait for the end of quiet hours. */
export function isQuiet({ quiet }: Manner, { severity }: Duties, at: EpochMs): boolean {
  return quiet.some((hours) => hours(severity, at));
}

/** Whether whom the duty names has been told. */
function isFulfilled(duty: Duty, incident: Incident): boolean {
  if (duty.rota !== undefined) return noticeByRota(incident, duty.rota) !== undefined;
  return incident.told.includes(duty.receiver ?? '');
}

/** Whom it concerns now; undefined while nobody is on call. */
function receiverOf(duty: Pick<Duty, 'receiver' | 'rota'>, { at, routing, overrides }: Now): string | undefined {
  return duty.rota === undefined ? duty.receiver : routing.onCall(duty.rota, at, overrides).receiver;
}

/** From when on a duty may be told together with others of its group. */
function ripeAt({ delayMs }: Duty, { openedAt }: Incident): EpochMs {
  return openedAt + delayMs;
}

function dueAt(duty: Duty, incident: Incident): EpochMs {
  return Math.max(ripeAt(duty, incident), recordedAt(incident) + duty.waitMs);
}

/** Who should be told for the first time. */
export function firstWants(duties: Duties, incident: Incident, now: Now): Want[] {
  const wants: Want[] = [];
  for (const duty of duties.first) {
    if (isFulfilled(duty, incident) || now.at < ripeAt(duty, incident)) continue;
    const due = now.at >= dueAt(duty, incident);
    if ((!due && !duty.group) || isQuiet(duty, duties, now.at)) continue;
    const receiver = receiverOf(duty, now);
    if (receiver === undefined) continue;
    const { rota, group, intervalMs, escalation } = duty;
    wants.push({
      incident: incident.id,
      receiver,
      ...(rota !== undefined && { rota }),
      ...(group && { group }),
      intervalMs,
      ...(escalation !== undefined && { escalation }),
      due,
    });
  }
  return wants;
}

/** Who should be told again; of a rota it is whoever is on call now. */
export function reminderWants(duties: Duties, incident: Incident, now: Now): Want[] {
  if (incident.acknowledged) return [];
  const wants: Want[] = [];
  const add = (receiver: string, rest: Omit<Want, 'incident' | 'receiver' | 'due'>) => {
    if (!wants.some((want) => want.receiver === receiver)) {
      wants.push({ incident: incident.id, receiver, ...rest, due: true });
    }
  };
  for (const duty of duties.first) {
    const { repeatMs, rota, group, intervalMs } = duty;
    if (repeatMs === undefined) continue;
    const last = rota === undefined ? noticeOf(incident, duty.receiver ?? '') : noticeByRota(incident, rota);
    if (!last || now.at < last.lastAt + repeatMs || isQuiet(duty, duties, now.at)) continue;
    const receiver = receiverOf(duty, now);
    if (receiver === undefined) continue;
    add(receiver, { ...(rota !== undefined && { rota }), ...(group && { group }), intervalMs });
  }
  const { renotifyMs } = duties;
  if (renotifyMs === undefined) return wants;
  for (const notice of noticesOf(incident)) {
    if (now.at < notice.lastAt + renotifyMs) continue;
    const { receiver, rota } = againTo(notice, duties, now);
    const known = duties.first.find((duty) => duty.receiver === receiver || (rota && duty.rota === rota));
    if (receiver === undefined || !now.routing.isReceiver(receiver) || (known && isQuiet(known, duties, now.at)))
      continue;
    add(receiver, { ...(rota !== undefined && { rota }), intervalMs: 0 });
  }
  return wants;
}

/** Who was told by turn need not be on call any more: whoever is now is told again instead. */
function againTo(
  { receiver, rotas = [] }: IncidentNotice,
  { first }: Duties,
  now: Now,
): Pick<Duty, 'receiver' | 'rota'> {
  const [rota] = rotas;
  if (rota === undefined || first.some((duty) => duty.receiver === receiver)) return { receiver };
  const present = now.routing.onCall(rota, now.at, now.overrides).receiver;
  return { rota, ...(present !== undefined && { receiver: present }) };
}

/** A step of an escalation that is to be carried out. */
export interface StepWant {
  climb: Climb;
  /** Which one, over all rounds. */
  step: number;
  receivers: readonly { receiver: string; rota?: string }[];
}

/**
 * What escalations are to do next. The first step is done with the first message of it, or when nobody is left whom it
 * could tell; `receivers` is empty then. Acknowledging ends all.
 */
export function stepWants(duties: Duties, incident: Incident, now: Now): StepWant[] {
  if (incident.acknowledged || incident.status === 'resolved') return [];
  const wants: StepWant[] = [];
  for (const climb of duties.climbs) {
    const { escalation } = climb;
    if (isQuiet(climb, duties, now.at)) continue;
    const progress = progressOf(incident, escalation.name);
    if (!progress) {
      if (isStarted(climb, duties, incident, now)) wants.push({ climb, step: 0, receivers: [] });
    } else if (climbsOn(escalation, progress.done) && now.at >= nextStepAt(escalation, progress)) {
      const step = escalation.steps[progress.done % escalation.steps.length];
      const receivers = (step?.notify ?? []).flatMap((name) => {
        const target = now.routing.targetOf(name);
        const receiver = receiverOf(target, now);
        return receiver === undefined ? [] : [{ receiver, ...(target.rota !== undefined && { rota: target.rota }) }];
      });
      wants.push({ climb, step: progress.done, receivers });
    }
  }
  return wants;
}

/** Everybody of its first step has been told, or is not there to be told. */
function isStarted({ escalation }: Climb, duties: Duties, incident: Incident, now: Now): boolean {
  return duties.first.every(
    (duty) =>
      duty.escalation !== escalation.name ||
      isFulfilled(duty, incident) ||
      (now.at >= dueAt(duty, incident) && receiverOf(duty, now) === undefined),
  );
}

/** Whom the incident was given to, as long as nothing was told to that receiver since. */
export function assignedWant(incident: Incident, { routing }: Pick<Now, 'routing'>): string | undefined {
  const { assigned } = incident;
  if (!assigned || incident.status === 'resolved' || !routing.isReceiver(assigned.to)) return undefined;
  const notice = noticeOf(incident, assigned.to);
  return notice && notice.lastAt >= assigned.at ? undefined : assigned.to;
}

/** Whether time alone may bring a message about it. */
export function awaitsTime(duties: Duties, incident: Incident): boolean {
  if (duties.first.some((duty) => !isFulfilled(duty, incident))) return true;
  if (incident.acknowledged) return false;
  if (duties.renotifyMs !== undefined || duties.first.some(({ repeatMs }) => repeatMs !== undefined)) return true;
  return duties.climbs.some(({ escalation }) => climbsOn(escalation, progressOf(incident, escalation.name)?.done ?? 0));
}
