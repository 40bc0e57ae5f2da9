import { formatDuration, formatInstant } from '../../time.ts';
import { durationText, instantText } from '../instant-text.ts';
import type { Language } from '../language.ts';
import { reasonText } from '../reason-text.ts';
import { enRecords } from './en.ts';
import { idRecords } from './id.ts';
import { jaRecords } from './ja.ts';
import { koRecords } from './ko.ts';
import { recordSpeech, type RecordSpeech } from './speech.ts';

const tables = { en: enRecords, ko: koRecords, ja: jaRecords, id: idRecords };

/** All languages at once, for programs that have them anyway; the page fetches only the one that it speaks. */
export function recordSpeechOf(language: Language): RecordSpeech {
  const isEnglish = language === 'en';
  return recordSpeech({
    texts: tables[language],
    isEnglish,
    reason: (reason) => reasonText(reason, language),
    instant: (at) => (isEnglish ? formatInstant(at) : instantText(at, language)),
    duration: (durationMs) => (isEnglish ? formatDuration(durationMs) : durationText(durationMs, language)),
  });
}
