import { readDuration } from './duration.ts';

/** What part of time a chart shows, as it stands in the address. */

/** For one click; any other length can stand in the address as well. */
export const ranges = [
  { name: '15m', lengthMs: 900_000 },
  { name: '1h', lengthMs: 3_600_000 },
  { name: '6h', lengthMs: 21_600_000 },
  { name: '24h', lengthMs: 86_400_000 },
  { name: '7d', lengthMs: 604_800_000 },
  { name: '30d', lengthMs: 2_592_000_000 },
] as const;

type RangeName = (typeof ranges)[number]['name'];

export type Range =
  | { kind: 'last'; name: RangeName | undefined; lengthMs: number }
  | { kind: 'between'; fromMs: number; toMs: number };

/** Longer than any watcher keeps figures. */
const longestMs = 10 * 365 * 86_400_000;
const shortestMs = 1000;

const lastRange = (lengthMs: number): Range => ({
  kind: 'last',
  name: ranges.find((one) => one.lengthMs === lengthMs)?.name,
  lengthMs,
});

/** `from` and `to` in RFC 3339 when both are times in order, otherwise `range`, otherwise what is usual. */
export function rangeFrom(query: URLSearchParams, usualMs = 3_600_000): Range {
  const fromMs = Date.parse(query.get('from') ?? '');
  const toMs = Date.parse(query.get('to') ?? '');
  if (fromMs < toMs) return { kind: 'between', fromMs, toMs };
  const lengthMs = readDuration(query.get('range') ?? '');
  return lastRange(lengthMs !== undefined && lengthMs >= shortestMs && lengthMs <= longestMs ? lengthMs : usualMs);
}
