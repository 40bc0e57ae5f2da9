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
  /** The same and, where people outside reach it, the place to acknowledge, each with its words. */
  links: readonly { text: string; url: string }[];
  subject: string;
  text: string;
  html: string;
  /** In Telegram's HTML subset, within its limit of 4096 characters after parsing. */
  telegram: string;
}

export interface Rendering {
  /** Where people reach the page. */
  pageUrl?: string | undefined;
  /** People outside reach it too. */
  isPublic?: boolean;
  language?: Language;
  /** Who takes care by now. */
  acknowledgedBy?: string;
  /** Somebody tries the channels: nothing has happened. */
  isTest?: boolean;
}

/** Writes the message for an intent. */
export function renderMessage(intent: string, body: NotificationBody, rendering: Rendering = {}): OutgoingMessage {
  const { pageUrl, isPublic = false, language = 'en', acknowledgedBy, isTest = false } = rendering;
  const { incident, others = [] } = body;
  const thread = threadOf(incident);
  const words = notificationText(body, language, isTest ? 'test' : body.message);
  const { headline, subject, facts } = words;
  const acknowledged = acknowledgedBy === undefined ? undefined : acknowledgedText(acknowledgedBy, language);
  // A test is about no incident that has a page.
  const link =
    pageUrl === undefined || isTest
      ? undefined
      : `${pageUrl.replace(/\/+$/, '')}/incidents/${encodeURIComponent(incident.id)}`;
  const asks = isPublic && body.message !== 'resolved' && acknowledged === undefined;
  const links =
    link === undefined
      ? []
      : [
          { text: words.open, url: link },
          // Somebody presses a button there: programs that look at links in messages must not acknowledge by that.
          ...(asks ? [{ text: words.acknowledge, url: `${link}#acknowledge` }] : []),
        ];
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
    links,
    subject,
    text: [headline, '', ...lines, ...(link ? ['', link] : []), ''].join('\n'),
    html: htmlPage(words, links),
    telegram: telegramHtml(words, acknowledged, link),
  };
}

/** Ids of one ledger are counted: another ledger has the same ones, and both may write to one mailbox. */
export function threadOf(incident: Pick<SharedIncident, 'id' | 'check' | 'openedAt'>): string {
  return digest(incident.id, incident.check, String(incident.openedAt));
}

/** What a receiver gets when somebody tries its channels. */
export function testBody(receiver: string, language: Language, at: number): NotificationBody {
  const reason = { code: 'test', text: testText(language) };
  return {
    receiver,
    message: 'firing',
    incident: { id: '0', check: 'test', title: testText(language), impact: 'none', openedAt: at, reason, affected: [] },
    transition: { from: 'unknown', to: 'unknown', since: at, reason },
  };
}

/** Parsed, a message has at most 4096 UTF-16 units (Bot API, sendMessage); facts for which there is no room are left out. */
const telegramLimit = 4096;

function telegramHtml(words: NotificationText, acknowledged: string | undefined, link: string | undefined): string {
  const first = [words.headline];
  const last = [...(acknowledged === undefined ? [] : [acknowledged]), ...(link === undefined ? [] : [words.open])];
  let room = telegramLimit - [...first, ...last].reduce((sum, line) => sum + line.length + 1, 0);
  const facts = words.facts.filter(({ label, value }) => {
    const size = label.length + value.length + 3;
    if (size > room) return false;
    room -= size;
    return true;
  });
  return [
    `<b>${escapeHtml(words.headline)}</b>`,
    ...facts.map(({ label, value }) => `${escapeHtml(label)}: ${escapeHtml(value)}`),
    ...(acknowledged === undefined ? [] : [`<b>${escapeHtml(acknowledged)}</b>`]),
    ...(link === undefined ? [] : [`<a href="${escapeHtml(link)}">${escapeHtml(words.open)}</a>`]),
  ].join('\n');
}

function htmlPage({ headline, facts, language }: NotificationText, links: OutgoingMessage['links']): string {
  const rows = facts
    .map(({ label, value }) => `<tr><th align="left">${escapeHtml(label)}</th><td>${escapeHtml(value)}</td></tr>`)
    .join('\n');
  const anchors = links.map(({ text, url }) => `<a href="${escapeHtml(url)}">${escapeHtml(text)}</a>`);
  const page = anchors.length === 0 ? '' : `<p>${anchors.join(' · ')}</p>\n`;
  return `<!doctype html>\n<html lang="${language}"><body>\n<h2>${escapeHtml(headline)}</h2>\n<table cellpadding="4">\n${rows}\n</table>\n${page}</body></html>\n`;
}

function digest(...parts: string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
