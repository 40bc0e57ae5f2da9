/** Dates, numbers and units for people, all through Intl, in the language of the browser. */

const locale: string | undefined = typeof navigator === 'undefined' ? 'en-GB' : navigator.language;

const absolute = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'long' });
const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const shortDay = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric' });
const shortClock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
const integers = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const significant = new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 });
const percents = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
const finePercents = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 3 });

const unitFormats = new Map<string, Intl.NumberFormat>();
function inUnit(value: number, unit: string): string {
  let format = unitFormats.get(unit);
  if (!format) {
    format = new Intl.NumberFormat(locale, {
      style: 'unit',
      unit,
      unitDisplay: unit === 'millisecond' || unit === 'second' ? 'short' : 'narrow',
      maximumSignificantDigits: 3,
    });
    unitFormats.set(unit, format);
  }
  return format.format(value);
}

export const formatInteger = (value: number): string => integers.format(value);
export const formatNumber = (value: number): string => significant.format(value);
/** 0 to 100 in, `12.5%` out. */
export const formatPercent = (value: number): string => percents.format(value / 100);
/** As formatPercent, with the digits that availability needs. */
export const formatFinePercent = (value: number): string => finePercents.format(value / 100);

/** Times of answers: `0.043 ms`, `12.3 ms`, `1.2 s`. */
export function formatLatency(ms: number): string {
  return ms >= 1000 ? inUnit(ms / 1000, 'second') : inUnit(ms, 'millisecond');
}

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return inUnit(bytes, 'byte');
  if (bytes < 1024 ** 2) return inUnit(bytes / 1024, 'kilobyte');
  return inUnit(bytes / 1024 ** 2, 'megabyte');
}

const steps = [
  { unit: 'day', ms: 86_400_000 },
  { unit: 'hour', ms: 3_600_000 },
  { unit: 'minute', ms: 60_000 },
  { unit: 'second', ms: 1000 },
] as const;
const wholeUnits = new Map(
  steps.map(({ unit }) => [unit, new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'narrow' })]),
);

/** The two largest units: `3d 4h`, `5m 10s`; below a second, `0s`. */
export function formatDuration(ms: number): string {
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
  return Number.isNaN(date.getTime()) ? undefined : absolute.format(date);
}

/** Time of day with seconds; the day in front when it is not today. */
export function formatClock(time: string | number, nowMs: number): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return '';
  const today = date.toDateString() === new Date(nowMs).toDateString();
  return today ? clock.format(date) : `${shortDay.format(date)}, ${clock.format(date)}`;
}

/** A tick of a chart's time axis, by the distance between ticks. */
export function formatTick(atMs: number, distanceMs: number): string {
  const date = new Date(atMs);
  if (distanceMs >= 86_400_000) return shortDay.format(date);
  if (distanceMs < 60_000) return clock.format(date);
  const midnight = date.getHours() === 0 && date.getMinutes() === 0;
  return midnight ? shortDay.format(date) : shortClock.format(date);
}
