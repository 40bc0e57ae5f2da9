import type { NotificationBody, SharedIncident } from '../../ledger.ts';
import { durationText, instantText } from '../instant-text.ts';
import type { Language } from '../language.ts';
import { plainLine } from '../plain-line.ts';
import { reasonText } from '../reason-text.ts';
import { notificationTexts } from './all-texts.ts';
import type { FactName, MessageWord, NotificationTexts } from './texts.ts';

export interface NotificationFact {
  /** The same in every language. */
  name: FactName;
  label: string;
  value: string;
}

/** What a notification says, in one language; how it looks is the channel's matter. */
export interface NotificationText {
  language: Language;
  /** The title of the incident, at most 200 characters. */
  title: string;
  /** `FIRING: google-dns is down` */
  headline: string;
  /** What stands in brackets is no part of the base subject (RFC 5256 section 2.1), so that firing and resolved thread. */
  subject: string;
  facts: readonly NotificationFact[];
  /** For channels that charge by the character: what, since when and why on one line. */
  short: string;
  /** The words of a link to the incident, and of the button that acknowledges it. */
  open: string;
  acknowledge: string;
}

const nameLimit = 200;
const reasonLimit = 500;
const documentationLimit = 600;
const affectedLimit = 10;

/**
 * The text of a notification, for every channel and whoever sends it. The body is agreed and without language; `test`
 * marks a message that somebody asked for to try the channel. All of it is on single lines, free of control characters
 * and bounded; markup is still to be escaped.
 */
export function notificationText(
  body: NotificationBody,
  language: Language,
  word: MessageWord = body.message,
): NotificationText {
  const texts = notificationTexts[language];
  const title = titleText(body.incident, texts) || plainLine(body.incident.check, nameLimit);
  const facts = factsOf(body, texts, language);
  const valueOf = (name: FactName) => facts.find((fact) => fact.name === name)?.value ?? '';
  const said = texts.words[word];
  const why = valueOf('reason');
  const more = body.others === undefined || body.others.length === 0 ? '' : texts.more(body.others.length);
  return {
    language,
    title,
    headline: `${said}: ${title}${more}`,
    subject: `[${said}] ${title}${more}`,
    facts,
    short: `${said}: ${title}${more}, ${valueOf('since')}${why === '' ? '' : `, ${why}`}`,
    open: texts.open,
    acknowledge: texts.acknowledge,
  };
}

/** Who took care of an incident, for messages that were sent before and are changed. */
export function acknowledgedText(who: string, language: Language): string {
  return notificationTexts[language].acknowledgedBy(plainLine(who, nameLimit));
}

/** The sentence of a message that only tries whether a channel works. */
export function testText(language: Language): string {
  return notificationTexts[language].testTitle;
}

function factsOf(body: NotificationBody, texts: NotificationTexts, language: Language): NotificationFact[] {
  const { incident, transition } = body;
  const resolved = body.message === 'resolved';
  const facts: NotificationFact[] = [];
  const add = (name: FactName, value: string) => {
    if (value !== '') facts.push({ name, label: texts.facts[name], value });
  };
  add('check', plainLine(incident.check, nameLimit));
  add('verdict', texts.verdict(texts.verdicts[transition.to], texts.verdicts[transition.from]));
  add('since', instantText(transition.since, language));
  if (resolved) add('lasted', durationText((incident.resolvedAt ?? transition.since) - incident.openedAt, language));
  const reason = resolved ? incident.reason : (transition.reason ?? incident.reason);
  if (reason) add(resolved ? 'reasonThen' : 'reason', plainLine(reasonText(reason, language), reasonLimit));
  add('impact', texts.impacts[incident.impact]);
  if (incident.severity !== undefined) add('severity', texts.severities[incident.severity]);
  add('resource', resourceText(incident.resource ?? {}));
  add('affected', listText(incident.affected, texts));
  const others = body.others ?? [];
  add(
    'others',
    listText(
      others.map((other) => titleText(other, texts)),
      texts,
    ),
  );
  const { assigned, documentation } = incident;
  if (assigned) add('assigned', texts.assigned(plainLine(assigned.to, nameLimit), plainLine(assigned.by, nameLimit)));
  if (body.escalation) add('escalation', texts.step(plainLine(body.escalation.name, nameLimit), body.escalation.step));
  if (body.rota !== undefined) add('rota', plainLine(body.rota, nameLimit));
  if (!resolved && documentation) add('documentation', plainLine(documentation.content, documentationLimit));
  if (!resolved && documentation?.runbook !== undefined) add('runbook', plainLine(documentation.runbook, nameLimit));
  add('incident', plainLine(incident.id, nameLimit));
  if (body.begunBy !== undefined) add('sentAgain', texts.sentAgain(plainLine(body.begunBy, nameLimit)));
  return facts;
}

/** Titles that the state machine gives are sentences of a known form; a policy's own are somebody's words. */
function titleText({ title, check }: SharedIncident, texts: NotificationTexts): string {
  const shown = plainLine(check, nameLimit);
  const rest = title.startsWith(check) ? title.slice(check.length) : '';
  if (rest === ' is down' || rest === ' is degraded')
    return texts.titles.verdict(shown, texts.verdicts[rest === ' is down' ? 'down' : 'degraded']);
  const by = / is failed on purpose: a drill by (.*)$/s.exec(rest)?.[1];
  return by === undefined ? plainLine(title, nameLimit) : texts.titles.drill(shown, plainLine(by, nameLimit));
}

function resourceText(resource: Readonly<Record<string, string>>): string {
  return plainLine(
    Object.entries(resource)
      .map(([label, value]) => `${label}=${value}`)
      .join(', '),
    reasonLimit,
  );
}

function listText(names: readonly string[], texts: NotificationTexts): string {
  const shown = names.slice(0, affectedLimit).map((name) => plainLine(name, 80));
  return shown.join(', ') + (names.length > affectedLimit ? texts.more(names.length - affectedLimit) : '');
}
