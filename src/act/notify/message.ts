import { createHash } from 'node:crypto';
import { formatDuration, type EpochMs, type NotificationBody } from '../../model/index.ts';
import { escapeHtml, plainLine } from './plain.ts';

/** A notification as every channel can send it. */
export interface OutgoingMessage {
  /** The same for every try and on every member: receivers recognise repetitions by it. */
  id: string;
  /** The same for all messages about one incident. */
  thread: string;
  body: NotificationBody;
  /** The page of the incident, when the watcher knows where it is reached. */
  link?: string;
  subject: string;
  text: string;
  html: string;
  /** In Telegram's HTML subset, within its limit of 4096 characters after parsing. */
  telegram: string;
}

const nameLimit = 200;
const reasonLimit = 500;
const affectedLimit = 10;

/** Writes the message for an intent; `pageUrl` is where people reach the page. */
export function renderMessage(intent: string, body: NotificationBody, pageUrl?: string): OutgoingMessage {
  const { incident, transition } = body;
  // Ids of one ledger are positions: another ledger has the same ones, and both may write to one mailbox.
  const thread = digest(incident.id, incident.check, String(incident.openedAt));
  const title = plainLine(incident.title, nameLimit) || plainLine(incident.check, nameLimit);
  const firing = body.message === 'firing';
  const headline = `${firing ? 'FIRING' : 'RESOLVED'}: ${title}`;
  const link =
    pageUrl === undefined ? undefined : `${pageUrl.replace(/\/+$/, '')}/incidents/${encodeURIComponent(incident.id)}`;
  const reason = plainLine(
    (firing ? (transition.reason ?? incident.reason) : incident.reason)?.text ?? '',
    reasonLimit,
  );
  const facts: [string, string][] = [
    ['Check', plainLine(incident.check, nameLimit)],
    ['Verdict', `${transition.to} (was ${transition.from})`],
    ['Since', instant(transition.since)],
  ];
  if (!firing) facts.push(['Incident lasted', lasted(incident.openedAt, incident.resolvedAt ?? transition.since)]);
  if (reason) facts.push([firing ? 'Reason' : 'Reason then', reason]);
  facts.push(['Impact', incident.impact]);
  if (incident.affected.length > 0) facts.push(['Also affected', affected(incident.affected)]);
  facts.push(['Incident', plainLine(incident.id, nameLimit)]);
  if (body.begunBy !== undefined) {
    facts.push([
      'Sent again',
      `${plainLine(body.begunBy, nameLimit)} was lost while sending; this may have come already`,
    ]);
  }
  return {
    id: digest(thread, body.receiver, body.message, intent),
    thread,
    body,
    ...(link === undefined ? {} : { link }),
    // What stands in brackets is no part of the base subject (RFC 5256 section 2.1), so that both messages thread.
    subject: `[${firing ? 'FIRING' : 'RESOLVED'}] ${title}`,
    text: [headline, '', ...facts.map(([name, value]) => `${name}: ${value}`), ...(link ? ['', link] : []), ''].join(
      '\n',
    ),
    html: htmlPage(headline, facts, link),
    telegram: [
      `<b>${escapeHtml(headline)}</b>`,
      ...facts.map(([name, value]) => `${name}: ${escapeHtml(value)}`),
      ...(link ? [`<a href="${escapeHtml(link)}">Open the incident</a>`] : []),
    ].join('\n'),
  };
}

function htmlPage(headline: string, facts: readonly [string, string][], link: string | undefined): string {
  const rows = facts
    .map(([name, value]) => `<tr><th align="left">${name}</th><td>${escapeHtml(value)}</td></tr>`)
    .join('\n');
  const page = link === undefined ? '' : `<p><a href="${escapeHtml(link)}">Open the incident</a></p>\n`;
  return `<!doctype html>\n<html><body>\n<h2>${escapeHtml(headline)}</h2>\n<table cellpadding="4">\n${rows}\n</table>\n${page}</body></html>\n`;
}

function digest(...parts: string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

function affected(names: readonly string[]): string {
  const shown = names.slice(0, affectedLimit).map((name) => plainLine(name, 80));
  return shown.join(', ') + (names.length > affectedLimit ? ` and ${names.length - affectedLimit} more` : '');
}

/** Seconds are what people compare; the ledger has the milliseconds. */
function instant(at: EpochMs): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

function lasted(from: EpochMs, to: EpochMs): string {
  const durationMs = Math.max(0, to - from);
  return formatDuration(durationMs < 10_000 ? Math.round(durationMs) : Math.round(durationMs / 1000) * 1000);
}
