import { formatInstant } from '../../time.ts';
import { durationText, instantText } from '../instant-text.ts';
import type { Language } from '../language.ts';
import { flowLines } from './en.ts';
import { inflectedText } from './inflected-text.ts';
import { idFlows } from './id.ts';
import { jaFlows } from './ja.ts';
import { koFlows } from './ko.ts';
import { flowSpeech, type FlowSpeech } from './speech.ts';

/** Of the SI, the same in every language. */
const prefixes = ['', 'k', 'M', 'G', 'T', 'P'] as const;

const tables = { en: flowLines, ko: koFlows, ja: jaFlows, id: idFlows };

/** All languages at once, for programs that have them anyway; the page fetches only the one that it speaks. */
export function flowSpeechOf(language: Language): FlowSpeech {
  const known = speeches.get(language);
  if (known) return known;
  const speech = newSpeech(language);
  speeches.set(language, speech);
  return speech;
}

/** Formats of Intl take long to make, and whoever writes a table asks for each of its rows. */
const speeches = new Map<Language, FlowSpeech>();

function newSpeech(language: Language): FlowSpeech {
  const isEnglish = language === 'en';
  const numbers = (options: Intl.NumberFormatOptions) => new Intl.NumberFormat(language, options);
  const [counts, shares] = [
    numbers({ maximumFractionDigits: 1 }),
    numbers({ style: 'percent', maximumSignificantDigits: 3 }),
  ];
  const days = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' });
  const digits = numbers({ maximumSignificantDigits: 3 });
  const short = (value: number, unit: string) => {
    const rounded = Number(value.toPrecision(3));
    const thousands = rounded < 1 ? 0 : Math.min(prefixes.length - 1, Math.floor(Math.log10(rounded) / 3));
    return `${digits.format(rounded / 1000 ** thousands)} ${prefixes[thousands] ?? ''}${unit}`;
  };
  return flowSpeech({
    texts: tables[language],
    count: (value) => counts.format(value),
    bytes: (bytes) => short(bytes, 'B'),
    rate: (bitsPerSecond) => `${short(bitsPerSecond, 'bit')}/s`,
    share: (share) => shares.format(share),
    duration: (durationMs) => durationText(durationMs, language),
    instant: (at) => (isEnglish ? formatInstant(at) : instantText(at, language)),
    day: (at) => (isEnglish ? formatInstant(at).slice(0, 10) : days.format(at)),
    inflected: (text, pair) => inflectedText(text, pair, language),
  });
}
