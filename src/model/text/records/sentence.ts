import type { Incident, IncidentUpdate } from '../../incident.ts';
import { fillTemplate, readTemplate } from '../template.ts';
import { recordSentences } from './record-texts.ts';
import type { RecordSpeech } from './speech.ts';

/** A sentence of the program in another language; somebody's own words stay. */
function sentenceIn(text: string, { texts }: RecordSpeech): string | undefined {
  for (const template of recordSentences) {
    const values = readTemplate(template, text);
    if (!values) continue;
    const words: Readonly<Record<string, string>> = template.startsWith('The impact is') ? texts.impacts : {};
    const own = Object.fromEntries(Object.entries(values).map(([place, value]) => [place, words[value] ?? value]));
    return fillTemplate(texts.sentences[template], own);
  }
  return undefined;
}

/** What came of an action: one sentence, or one a channel as `email: took it; telegram: took it`. */
export function receiptText(text: string, speech: RecordSpeech): string {
  if (speech.isEnglish) return text;
  const whole = sentenceIn(text, speech);
  if (whole !== undefined) return whole;
  const parts = text.split('; ').map((part) => {
    const [, channel, said] = /^([a-z]+): (.*)$/s.exec(part) ?? [];
    return channel === undefined || said === undefined ? part : `${channel}: ${sentenceIn(said, speech) ?? said}`;
  });
  return parts.join('; ');
}

const told = /^(firing|reminder|escalated|assigned|resolved) to (.+?): (done|failed|unknown|dropped)\. (.*)$/s;

/** What an update of an incident says. People's own words are only compared with whole sentences of the program. */
export function updateText(
  { kind, text }: Pick<IncidentUpdate, 'kind' | 'text'>,
  { title, reason }: Pick<Incident, 'title' | 'reason'>,
  speech: RecordSpeech,
): string {
  if (speech.isEnglish) return text;
  const { texts } = speech;
  if (kind === 'told') {
    const [, message, receiver = '', outcome, said = ''] = told.exec(text) ?? [];
    if (message === undefined || outcome === undefined) return text;
    return speech.line('told', {
      message: texts.messages[message as keyof typeof texts.messages],
      receiver,
      outcome: texts.outcomes[outcome as keyof typeof texts.outcomes],
      text: receiptText(said, speech),
    });
  }
  if (kind === 'status' && Object.hasOwn(texts.statuses, text))
    return texts.statuses[text as keyof typeof texts.statuses];
  const because = reason === undefined ? '' : `: ${reason.text}`;
  if (reason && text === `${title}${because}`) {
    return speech.line('because', { text: titleText(title, speech), reason: speech.reason(reason) });
  }
  if (text === `${title}.`) return titleText(title, speech);
  return sentenceIn(text, speech) ?? text;
}

const titleText = (title: string, speech: RecordSpeech): string => sentenceIn(title, speech) ?? title;
