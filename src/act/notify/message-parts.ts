import { formatInstant, plainLine } from '../../model/index.ts';
import type { OutgoingMessage } from './message.ts';

/** What a template may say, with its meaning. */
export const messageParts = {
  message: 'firing, reminder, escalated, assigned or resolved',
  level: 'critical, error or warning; fine when it is over; test',
  headline: 'one line: what happened to what',
  title: 'the title of the incident',
  text: 'all facts, one a line, with the link',
  short: 'what, since when and why on one line',
  check: 'the name of the check or policy',
  verdict: 'up, degraded, partial, down or unknown',
  since: 'when the verdict began, RFC 3339',
  opened: 'when the incident began, RFC 3339',
  resolved: 'when it ended; empty before',
  reason: 'the reason, as words',
  'reason-code': 'the reason, as code',
  impact: 'none, minor, major or critical',
  severity: 'warning, error or critical; empty for checks',
  incident: 'the number of the incident',
  link: 'the page of the incident; empty if the address of the page is not known',
  receiver: 'the name of the receiver',
  id: 'the same for every try of this message',
  thread: 'the same for all messages about this incident',
} as const;
export type MessagePart = keyof typeof messageParts;

export function partsOf(message: OutgoingMessage): Record<MessagePart, string> {
  const { body, words, level, link = '', id, thread, text } = message;
  const { incident, transition } = body;
  return {
    message: body.message,
    level,
    headline: words.headline,
    title: words.title,
    text,
    short: words.short,
    check: plainLine(incident.check, 200),
    verdict: transition.to,
    since: formatInstant(transition.since),
    opened: formatInstant(incident.openedAt),
    resolved: incident.resolvedAt === undefined ? '' : formatInstant(incident.resolvedAt),
    reason: words.facts.find(({ name }) => name === 'reason' || name === 'reasonThen')?.value ?? '',
    'reason-code': (transition.reason ?? incident.reason)?.code ?? '',
    impact: incident.impact,
    severity: incident.severity ?? '',
    incident: incident.id,
    link,
    receiver: body.receiver,
    id,
    thread,
  };
}
