/** What part of time a chart shows, as it stands in the address. */

export const ranges = [
  { name: '15m', lengthMs: 900_000 },
  { name: '1h', lengthMs: 3_600_000 },
  { name: '6h', lengthMs: 21_600_000 },
  { name: '24h', lengthMs: 86_400_000 },
  { name: '7d', lengthMs: 604_800_000 },
] as const;

type RangeName = (typeof ranges)[number]['name'];

export type Range =
  | { kind: 'last'; name: RangeName; lengthMs: number }
  | { kind: 'between'; fromMs: number; toMs: number };

/** `from` and `to` in RFC 3339 when both are times in order, otherwise `range`, otherwise the last hour. */
export function rangeFrom(query: URLSearchParams): Range {
  const fromMs = Date.parse(query.get('from') ?? '');
  const toMs = Date.parse(query.get('to') ?? '');
  if (fromMs < toMs) return { kind: 'between', fromMs, toMs };
  const found = ranges.find(({ name }) => name === query.get('range')) ?? ranges[1];
  return { kind: 'last', ...found };
}
