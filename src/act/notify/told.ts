import {
  incidentsOf,
  type ActionIntent,
  type ActionReceipt,
  type NotificationBody,
  type NotificationKind,
} from '../../model/index.ts';
import type { Handles } from './delivery.ts';

/** A message about an incident as the agreed state has it. */
export interface KnownMessage {
  /** Of the intent. */
  id: string;
  kind: NotificationKind;
  /** Who carries it out. */
  watcher: string;
  /** Absent while it is pending. */
  receipt?: ActionReceipt;
}

/** What the agreed state knows of messages; old ones it has forgotten. */
export interface ToldSoFar {
  /** Messages to this receiver about this incident, oldest first. */
  messages(receiver: string, incident: string): readonly KnownMessage[];
  isOver(incident: string): boolean;
}

export const nothingKnown: ToldSoFar = { messages: () => [], isOver: () => false };

/** The end must not come before the beginning, which another watcher is still sending. */
export function isPendingElsewhere({ id, notification }: ActionIntent, told: ToldSoFar, self: string): boolean {
  if (notification?.message !== 'resolved') return false;
  return beginnings(notification, told).some(
    (message) => message.id !== id && message.receipt === undefined && message.watcher !== self,
  );
}

/**
 * Why a message need not be sent: a service took nothing from the beginning of an incident to its end, so that neither is
 * news any more. Undefined where it must be.
 */
export function notWorthSending(body: NotificationBody, told: ToldSoFar, isUntold: boolean): string | undefined {
  if (body.message !== 'resolved') {
    const isOver = isUntold && incidentsOf(body).every((incident) => told.isOver(incident));
    return isOver ? 'not sent: it was over before anybody could be told' : undefined;
  }
  const known = incidentsOf(body).map((incident) => beginningsOf(body.receiver, incident, told));
  const nobodyKnows = known.every(
    (messages) => messages.length > 0 && messages.every(({ receipt }) => receipt?.outcome === 'dropped'),
  );
  return nobodyKnows ? 'not sent: nobody was told that it began' : undefined;
}

/** By channel, what the services call the first message about the same incident. */
export function earlierHandles(id: string, body: NotificationBody, told: ToldSoFar): Handles {
  const messages = beginningsOf(body.receiver, body.incident.id, told).filter((message) => message.id !== id);
  // The first one that was told over each channel.
  return Object.assign({}, ...messages.map(({ receipt }) => receipt?.messages ?? {}).reverse()) as Handles;
}

function beginnings(body: NotificationBody, told: ToldSoFar): KnownMessage[] {
  return incidentsOf(body).flatMap((incident) => beginningsOf(body.receiver, incident, told));
}

function beginningsOf(receiver: string, incident: string, told: ToldSoFar): KnownMessage[] {
  return told.messages(receiver, incident).filter(({ kind }) => kind !== 'resolved');
}
