import type { Milliseconds } from '../../model/index.ts';

const unitMs: Readonly<Record<string, Milliseconds>> = {
  y: 365 * 86_400_000,
  w: 7 * 86_400_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
};
const shape = /^(\d+y)?(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?(\d+ms)?$/;
/** The most that Prometheus takes, 2^63 nanoseconds. */
const longestMs = 9_223_372_036_854;

/** `1h30m`, greatest unit first, each at most once; undefined for anything else. */
export function readDuration(text: string): Milliseconds | undefined {
  if (text === '' || !shape.test(text)) return text === '0' ? 0 : undefined;
  let totalMs = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|[ywdhms])/g))
    totalMs += Number(count) * (unitMs[unit ?? ''] ?? 0);
  return totalMs > longestMs ? undefined : totalMs;
}

/** Like `readDuration`, or a number of seconds, as requests give them. */
export function readSeconds(text: string): Milliseconds | undefined {
  if (/^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(text)) {
    const milliseconds = Number(text) * 1000;
    return Math.abs(milliseconds) > longestMs ? undefined : Math.round(milliseconds);
  }
  return readDuration(text);
}
