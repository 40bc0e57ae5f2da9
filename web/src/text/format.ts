import { computed } from '@preact/signals';
import { locale } from './language.ts';

/** Dates, numbers and units for people, all through Intl, in the language of the page. */

const steps = [
  { unit: 'day', ms: 86_400_000 },
  { unit: 'hour', ms: 3_600_000 },
  { unit: 'minute', ms: 60_000 },
  { unit: 'second', ms: 1000 },
] as const;

/** Where the narrow form is not in the language's own words: Japanese `3h`, Indonesian `3 j`. */
const unitDisplays: ReadonlyMap<string, 'short' | 'long'> = new Map([
  ['ja', 'short'],
  ['id', 'long'],
]);

/** Made anew when the language changes; whatever has used one follows. */
const formats = computed(() => formatsOf(locale.value));

function formatsOf(tag: string) {
  // Whoever compares times of several machines is better off with 24 hours; English has both, by region.
  const hours = tag.startsWith('en') ? {} : ({ hourCycle: 'h23' } as const);
  const numbers = (options: Intl.NumberFormatOptions) => new Intl.NumberFormat(tag, options);
  const dates = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(tag, { ...options, ...hours });
  const unitDisplay = unitDisplays.get(tag.split('-')[0] ?? '') ?? 'narrow';
  const inUnit = (unit: string) => numbers({ style: 'unit', unit, unitDisplay: 'narrow', maximumSignificantDigits: 3 });
  return {
    absolute: dates({ dateStyle: 'medium', timeStyle: 'long' }),
    clock: dates({ hour: '2-digit', minute: '2-digit', second: '2-digit' }),
    dayClock: dates({ month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' }),
    day: new Intl.DateTimeFormat(tag, { dateStyle: 'medium' }),
    shortDay: new Intl.DateTimeFormat(tag, { month: 'short', day: 'numeric' }),
    shortClock: dates({ hour: '2-digit', minute: '2-digit' }),
    integers: numbers({ maximumFractionDigits: 0 }),
    significant: numbers({ maximumSignificantDigits: 3 }),
    plain: numbers({ maximumSignificantDigits: 4 }),
    money: numbers({ minimumFractionDigits: 2, maximumFractionDigits: 2 }),
    compact: numbers({ notation: 'compact', maximumSignificantDigits: 3 }),
    percents: numbers({ style: 'percent', maximumFractionDigits: 1 }),
    finePercents: numbers({ style: 'percent', maximumFractionDigits: 3 }),
    shares: numbers({ style: 'percent', maximumSignificantDigits: 3 }),
    regions: new Intl.DisplayNames(tag, { type: 'region', fallback: 'none' }),
    lists: new Intl.ListFormat(tag, { type: 'conjunction', style: 'narrow' }),
    wholeUnits: new Map(steps.map(({ unit }) => [unit, numbers({ style: 'unit', unit, unitDisplay })])),
    bytes: inUnit('byte'),
    kilobytes: inUnit('kilobyte'),
    megabytes: inUnit('megabyte'),
  };
}

export const formatInteger = (value: number): string => formats.value.integers.format(value);
export const formatNumber = (value: number): string => formats.value.significant.format(value);
/** 0 to 100 in, `12.5%` out. */
export const formatPercent = (value: number): string => formats.value.percents.format(value / 100);
/** As formatPercent, with the digits that availability needs. */
export const formatFinePercent = (value: number): string => formats.value.finePercents.format(value / 100);
/** 0 to 1 in, three digits that say something: `0.00123%`. */
export const formatShare = (value: number): string => formats.value.shares.format(value);
/** `12.30 EUR`; a currency may be any word that the configuration has for it. */
export const formatMoney = (value: number, currency: string): string =>
  `${formats.value.money.format(value)} ${currency}`;
/** The country of a code such as DE (ISO 3166-1); undefined where there is none. */
export const formatCountry = (code: string): string | undefined =>
  /^[A-Z]{2}$/.test(code) ? formats.value.regions.of(code) : undefined;
/** Names or words as the language lists them. */
export const formatList = (items: readonly string[]): string => formats.value.lists.format(items);

/** Below this numbers are written out: 1,203 says more than 1.2K. */
const writtenOut = 100_000;

export function formatCount(value: number): string {
  const { plain, compact } = formats.value;
  return (Math.abs(value) < writtenOut ? plain : compact).format(value);
}

/** Times of answers: `0.043 ms`, `12.3 ms`, `1.2 s`; the symbols are those of the SI, the same in every language. */
export function formatLatency(ms: number): string {
  return ms >= 1000 ? `${formatNumber(ms / 1000)} s` : `${formatNumber(ms)} ms`;
}

/** Lines are rated in powers of ten: `49 Mbit/s`. */
export function formatBitRate(bitsPerSecond: number): string {
  const thousands = bitsPerSecond < 1 ? 0 : Math.min(4, Math.floor(Math.log10(bitsPerSecond) / 3 + 1e-9));
  return `${formatNumber(bitsPerSecond / 1000 ** thousands)} ${['', 'k', 'M', 'G', 'T'][thousands] ?? ''}bit/s`;
}

export function formatBytes(bytes: number): string {
  const { bytes: format, kilobytes, megabytes } = formats.value;
  if (bytes < 1024) return format.format(bytes);
  return bytes < 1024 ** 2 ? kilobytes.format(bytes / 1024) : megabytes.format(bytes / 1024 ** 2);
}

/** The two largest units: `3d 4h`, `5m 10s`; below a second, `0s`. */
export function formatDuration(ms: number): string {
  const { wholeUnits } = formats.value;
  const positive = Math.max(0, ms);
  const first = steps.findIndex((step) => positive >= step.ms);
  const index = first === -1 ? steps.length - 1 : first;
  const big = steps[index];
  const small = steps[index + 1];
  if (!big) return '';
  const text = wholeUnits.get(big.unit)?.format(Math.floor(positive / big.ms)) ?? '';
  const rest = small ? Math.floor((positive % big.ms) / small.ms) : 0;
  return small && rest > 0 ? `${text} ${wholeUnits.get(small.unit)?.format(rest) ?? ''}` : text;
}

/** A moment for people, with time zone; undefined when the text is no time. */
export function formatMoment(time: string | number): string | undefined {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? undefined : formats.value.absolute.format(date);
}

/** The day of a moment. */
export const formatDay = (time: number): string => formats.value.day.format(time);

/** Time of day with seconds; the day in front when it is not today. */
export function formatClock(time: string | number, nowMs: number): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return '';
  const { clock, dayClock } = formats.value;
  const today = date.toDateString() === new Date(nowMs).toDateString();
  return (today ? clock : dayClock).format(date);
}

/** A tick of a chart's time axis, by the distance between ticks. */
export function formatTick(atMs: number, distanceMs: number): string {
  const { clock, shortDay, shortClock } = formats.value;
  const date = new Date(atMs);
  if (distanceMs >= 86_400_000) return shortDay.format(date);
  if (distanceMs < 60_000) return clock.format(date);
  const midnight = date.getHours() === 0 && date.getMinutes() === 0;
  return midnight ? shortDay.format(date) : shortClock.format(date);
}
