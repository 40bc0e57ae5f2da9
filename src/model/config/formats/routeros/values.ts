import { parseDuration, type Milliseconds } from '../../../time.ts';

/** RouterOS's spellings of values. */

const clock = /^(?:(\d+)w)?(?:(\d+)d)?(\d+):([0-5]?\d):([0-5]?\d(?:\.\d+)?)$/;

/**
 * `1w2d3h4m5s6ms7us`, `00:00:10`, `1d00:00:10`, or a bare number, which counts seconds, and microseconds for
 * thr-tcp-conn-time.
 */
export function readDuration(text: string, bareUnit: 's' | 'us' = 's'): Milliseconds | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) return parseDuration(text + bareUnit);
  const match = clock.exec(text);
  if (!match) return parseDuration(text);
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  const ms = ((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
  return Number.isFinite(ms) ? Math.round(ms * 1000) / 1000 : undefined;
}

export function readFlag(text: string): boolean | undefined {
  if (text === 'yes' || text === 'true') return true;
  if (text === 'no' || text === 'false') return false;
  return undefined;
}

/** `85%`, `85.0%`, `85`. */
export function readPercent(text: string): number | undefined {
  const number = Number(/^(\d+(?:\.\d+)?)%?$/.exec(text)?.[1] ?? Number.NaN);
  return number <= 100 ? number : undefined;
}

export function readCount(text: string): number | undefined {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  return number <= noLimit ? number : undefined;
}

/** What RouterOS writes where a count has no limit. */
export const noLimit = 4_294_967_295;

/** True when version `a` (`7.20.1`, `7.21beta2`) is at least major.minor. */
export function atLeast(version: string, major: number, minor: number): boolean {
  const [, a = '0', b = '0'] = /^(\d+)(?:\.(\d+))?/.exec(version) ?? [];
  return Number(a) > major || (Number(a) === major && Number(b) >= minor);
}
