import { createHash } from 'node:crypto';
import {
  acknowledgedText,
  notificationText,
  testText,
  type Language,
  type NotificationBody,
  type NotificationText,
  type SharedIncident,
} from '../../model/index.ts';
import { levelOf, type MessageLevel } from './level.ts';
import { escapeHtml } from './plain.ts';

/** A notification as every channel can send it. */
export interface OutgoingMessage {
  /** The same for every try, on every member and in every language: receivers recognise repetitions by it. */
  id: string;
  /** The same for all messages about one incident. */
  thread: string;
  body: NotificationBody;
  level: MessageLevel;
  /** Further incidents that it is about. */
  others: readonly { thread: string; title: string; incident: SharedIncident }[];
  /** Who takes care, as a sentence: the message stands there already and is changed. */
  acknowledged?: string;
  /** The words of the message in the receiver's language, for channels that lay them out themselves. */
  words: NotificationText;
  /** The page of the incident, when the watcher knows where it is reached. */
  link?: string;
  subject: string;
  text: string;
  html: string;
  /** In Telegram's HTML subset, within its limit of 4096 characters after parsing. */
  telegram: string;
}

export interface Rendering {
  /** Where people reach the page. */
  pageUrl?: string | undefined;
  language?: Language;
  /** Who takes care by now. */
  acknowledgedBy?: string;
  /** Somebody tries the channels: nothing has happened. */
  isTest?: boolean;
}

/** Writes the message for an intent. */
export function renderMessage(intent: string, body: NotificationBody, rendering: Rendering = {}): OutgoingMessage {
  const { pageUrl, language = 'en', acknowledgedBy, isTest = false } = rendering;
  const { incident, others = [] } = body;
  const thread = threadOf(incident);
  const words = notificationText(body, language, isTest ? 'test' : body.message);
  const { headline, subject, facts, open } = words;
  const acknowledged = acknowledgedBy === undefined ? undefined : acknowledgedText(acknowledgedBy, language);
  // A test is about no incident that has a page.
  const link =
    pageUrl === undefined || isTest
      ? undefined
      : `${pageUrl.replace(/\/+$/, '')}/incidents/${encodeURIComponent(incident.id)}`;
  const lines = facts.map(({ label, value }) => `${label}: ${value}`);
  return {
    id: digest(thread, body.receiver, body.message, intent),
    thread,
    body,
    level: isTest ? 'test' : levelOf(body),
    others: others.map((other) => ({ thread: threadOf(other), title: other.title, incident: other })),
    ...(acknowledged === undefined ? {} : { acknowledged }),
    words,
    ...(link === undefined ? {} : { link }),
    subject,
    text: [headline, '', ...lines, ...(link ? ['', link] : []), ''].join('\n'),
    html: htmlPage(words, link),
    telegram: [
      `<b>${escapeHtml(headline)}</b>`,
      ...facts.map(({ label, value }) => `${label}: ${escapeHtml(value)}`),
      ...(acknowledged === undefined ? [] : [`<b>${escapeHtml(acknowledged)}</b>`]),
      ...(link ? [`<a href="${escapeHtml(link)}">${open}</a>`] : []),
    ].join('\n'),
  };
}

/** Ids of one ledger are counted: another ledger has the same ones, and both may write to one mailbox. */
export function threadOf(incident: Pick<SharedIncident, 'id' | 'check' | 'openedAt'>): string {
  return digest(incident.id, incident.check, String(incident.openedAt));
}

/** What a receiver gets when somebody tries its channels. */
export function testBody(receiver: string, by: string, language: Language, at: number): NotificationBody {
  const reason = { code: 'test', text: testText(language) };
  return {
    receiver,
    message: 'firing',
    incident: { id: '0', check: by, title: testText(language), impact: 'none', openedAt: at, reason, affected: [] },
    transition: { from: 'unknown', to: 'unknown', since: at, reason },
  };
}

function htmlPage({ headline, facts, open, language }: NotificationText, link: string | undefined): string {
  const rows = facts
    .map(({ label, value }) => `<tr><th align="left">${label}</th><td>${escapeHtml(value)}</td></tr>`)
    .join('\n');
  const page = link === undefined ? '' : `<p><a href="${escapeHtml(link)}">${open}</a></p>\n`;
  return `<!doctype html>\n<html lang="${language}"><body>\n<h2>${escapeHtml(headline)}</h2>\n<table cellpadding="4">\n${rows}\n</table>\n${page}</body></html>\n`;
}

function digest(...parts: string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
