import { assert, type Milliseconds, type NotificationBody, type SharedIncident } from '../../../model/index.ts';
import type { Draft } from '../draft.ts';
import { summaryOf } from '../incident-record.ts';
import { carrierOf, emitIntent } from '../intents.ts';
import type { PlannedCheck } from '../plan.ts';
import { scriptVariables } from '../variables.ts';
import type { Group } from './routing.ts';

/** A message to one receiver, before it is drafted. */
export interface Message {
  message: NotificationBody['message'];
  receiver: string;
  /** The most urgent one first. */
  incidents: readonly string[];
  /** Which message to the receiver about the first one it is, the end left out. */
  count: number;
  group?: Group;
  rota?: string;
  escalation?: NotificationBody['escalation'];
  /** How the first one ended. */
  ending?: NotificationBody['transition'];
}

/**
 * Drafts the intent of a message. Its id counts the receivers of the leading incident in the order in which they were
 * told, and the messages to each, so the same message always has the same id, and a sender that sees it again knows that
 * it is the same.
 */
export function emitMessage(draft: Draft, given: Message): void {
  const { message, receiver, incidents, count, group, rota, escalation, ending } = given;
  const [incident, ...others] = incidents.map((id) => {
    const found = draft.incident(id);
    assert(found, `incident ${id} is in the state`);
    return found;
  });
  assert(incident, 'a message is about something');
  const { time } = draft;
  const check = draft.check(incident.check);
  const planned = draft.plan.planned(incident.check);
  const transition = ending ?? {
    from: check?.from ?? 'down',
    to: check?.verdict ?? 'unknown',
    since: check?.since ?? time,
    ...(check?.reason && { reason: check.reason }),
  };
  const carrier = carrierOf(draft, check, planned);
  const again = count > 1 && message !== 'resolved' ? `.${count}` : '';
  const id = `${incident.id}.${message}.${incident.told.indexOf(receiver)}${again}`;
  emitIntent(draft, {
    id,
    cause: { check: incident.check, transition: incident.transitions.at(-1) ?? 0, incident: incident.id },
    watcher: carrier.watcher,
    notification: {
      receiver,
      message,
      incident: summaryOf(incident),
      transition,
      ...(others.length > 0 && { others: others.map(sharedPart) }),
      ...(group && { group: group.labels }),
      ...(rota !== undefined && { rota }),
      ...(escalation && { escalation }),
    },
    notBefore: time + (message === 'resolved' ? endDelayMs(planned, receiver) : 0),
    variables: planned ? scriptVariables(planned.check, transition, carrier.opinion?.results ?? []) : {},
  });
}

function sharedPart({ id, check, title, impact, severity, openedAt, resolvedAt }: SharedIncident): SharedIncident {
  return {
    id,
    check,
    title,
    impact,
    ...(severity && { severity }),
    openedAt,
    ...(resolvedAt !== undefined && { resolvedAt }),
  };
}

function endDelayMs(planned: PlannedCheck | undefined, receiver: string): Milliseconds {
  for (const action of planned?.check.up ?? []) {
    if (action.kind === 'notify' && action.receivers.includes(receiver)) return action.delayMs;
  }
  return 0;
}
