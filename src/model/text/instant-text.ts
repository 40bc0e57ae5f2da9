import type { EpochMs, Milliseconds } from '../time.ts';
import { formatDuration } from '../time.ts';
import type { Language } from './language.ts';

/** In UTC to the second, since people of several places read the same message; the ledger has the milliseconds. */
export function instantText(at: EpochMs, language: Language): string {
  const date = new Date(at);
  // What is a time to no calendar is said as it came: a message must never fail by a clock.
  if (Number.isNaN(date.getTime())) return String(at);
  if (language === 'en') return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  const format = new Intl.DateTimeFormat(language, {
    dateStyle: 'medium',
    timeStyle: 'medium',
    hourCycle: 'h23',
    timeZone: 'UTC',
  });
  return `${format.format(date)} UTC`;
}

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
  ['millisecond', 1],
] as const;

/** The shortest form that is in the language's own words: narrow Japanese is Latin letters, short Indonesian reads `hr`. */
const unitDisplays = { ko: 'narrow', ja: 'short', id: 'long' } as const;

/** Whole units from the largest on; English as the configuration writes it: `12m34s`. */
export function durationText(durationMs: Milliseconds, language: Language): string {
  const wholeMs = Math.max(0, Math.round(durationMs < 10_000 ? durationMs : Math.round(durationMs / 1000) * 1000));
  if (language === 'en') return formatDuration(wholeMs);
  const parts: string[] = [];
  let restMs = wholeMs;
  for (const [unit, sizeMs] of units) {
    const count = Math.floor(restMs / sizeMs);
    restMs -= count * sizeMs;
    if (count === 0 && !(unit === 'second' && parts.length === 0 && restMs === 0)) continue;
    const unitDisplay = unitDisplays[language];
    parts.push(new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay }).format(count));
  }
  return parts.join(' ');
}
