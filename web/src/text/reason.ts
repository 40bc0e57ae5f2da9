import { translatedSentence } from 'quorumwatch/text/reasons/sentences.ts';
import { translatedReason } from 'quorumwatch/text/reasons/translated-reason.ts';
import type { Reason } from '../../../src/model/index.ts';
import { formatDuration, formatLatency } from './format.ts';
import { reasonTexts } from './language.ts';

/** Why something is so, in the language of the page where its code is known, otherwise as the watcher says it. */
export function reasonText(reason: Reason): string {
  const texts = reasonTexts.value;
  return texts
    ? translatedReason(reason, texts, (ms) => (ms < 1000 ? formatLatency(ms) : formatDuration(ms)))
    : reason.text;
}

/** A reason that comes without a code, such as those of uplinks. */
export function sentenceText(text: string): string {
  const texts = reasonTexts.value;
  return texts ? translatedSentence(text, texts) : text;
}
