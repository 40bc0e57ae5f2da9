import type { EpochMs, Milliseconds } from '../../time.ts';
import type { FlowLine } from './en.ts';
import type { FlowTexts } from './texts.ts';

/** How one language tells of traffic: its lines, its numbers, and what depends on a value beside it. */
interface FlowSpeechOptions {
  texts: FlowTexts;
  count: (value: number) => string;
  bytes: (bytes: number) => string;
  rate: (bitsPerSecond: number) => string;
  /** 0 to 1. */
  share: (share: number) => string;
  duration: (durationMs: Milliseconds) => string;
  instant: (at: EpochMs) => string;
  /** The day of a moment. */
  day: (at: EpochMs) => string;
  /** A value with what follows it: `isp1, 으로/로`, `3, host/hosts`. */
  inflected: (text: string, pair: string) => string;
}

export type FlowValues = Readonly<Record<string, string | number | undefined>>;

export interface FlowSpeech extends FlowSpeechOptions {
  line: (name: FlowLine, values?: FlowValues) => string;
  /** False for what only a newer program says. */
  has: (name: FlowLine) => boolean;
}

export function flowSpeech(options: FlowSpeechOptions): FlowSpeech {
  const line: FlowSpeech['line'] = (name, values = {}) =>
    options.texts[name].replaceAll(/\{(\w+)(?:, ([^}]+))?\}/g, (_all, place: string, pair: string | undefined) => {
      const text = said(place, values[place] ?? '', options);
      return pair === undefined ? text : options.inflected(text, pair);
    });
  return { ...options, line, has: (name) => Object.hasOwn(options.texts, name) };
}

/** Units stand last in names, so the name of a place says how its value is written. */
function said(place: string, value: string | number, speech: FlowSpeechOptions): string {
  if (typeof value === 'string') return place.endsWith('At') ? speech.instant(Date.parse(value)) : value;
  if (/bytes$/i.test(place)) return speech.bytes(value);
  if (/share$/i.test(place)) return speech.share(value);
  if (/bitsPerSecond$/i.test(place)) return speech.rate(value);
  if (place.endsWith('Ms')) return speech.duration(value);
  if (place.endsWith('On')) return speech.day(value);
  // Ports and columns are names, which nobody groups by thousands.
  return place === 'port' || place === 'column' || place === 'most' ? String(value) : speech.count(value);
}
