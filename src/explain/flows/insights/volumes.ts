import { formatInstant, type FlowFinding } from '../../../model/index.ts';
import { column, estimatedBytes } from '../expressions.ts';
import { middle } from './beacons.ts';
import { fitting, grouped, type Looking } from './looking.ts';
import { insightThresholds } from './thresholds.ts';

const { days, leastDays, deviations, leastShare, leastBytes } = insightThresholds.volume;
const hourMs = 3_600_000;
const dayMs = 86_400_000;
/** What the median of absolute deviations is of the standard deviation, where values are normally distributed. */
const spreadOfMiddle = 1.4826;

/** Hours in which an exporter told of far more, or far less, than in the same hours of the days before. */
export async function volumes(looking: Looking): Promise<FlowFinding[]> {
  // Only hours that are over, and whole.
  const first = Math.ceil(looking.from / hourMs) * hourMs;
  const end = Math.floor(looking.to / hourMs) * hourMs;
  if (first >= end) return [];
  const rows = await grouped(looking, {
    from: Math.max(0, first - days * dayMs),
    to: end,
    where: fitting(looking, 'any'),
    keys: [column('exporter'), { floor: column('ts'), width: hourMs }],
    select: [{ name: 'bytes', value: { aggregate: 'sum', of: estimatedBytes } }],
    by: 'bytes',
    limit: 90_000,
  });
  const byExporter = Map.groupBy(rows, ([exporter]) => Number(exporter));
  return [...byExporter].flatMap(([exporter, some]) => {
    const bytes = new Map(some.map((row) => [Number(row[1]), Number(row.at(-1))]));
    const since = Math.min(...bytes.keys());
    return hoursFrom(first, end).flatMap((hour) => {
      const before = Array.from({ length: days }, (_, day) => hour - (day + 1) * dayMs);
      // Before its first record an exporter was not there; after that, an hour without any is one of nothing.
      const earlier = before.filter((at) => at >= since).map((at) => bytes.get(at) ?? 0);
      const found = judged(bytes.get(hour) ?? 0, earlier);
      return found ? [told(looking, exporter, hour, found)] : [];
    });
  });
}

interface Judged {
  bytes: number;
  usual: number;
  spread: number;
}

/** Undefined for what is as usual, or where too little is known of what that is. */
export function judged(bytes: number, earlier: readonly number[]): Judged | undefined {
  if (earlier.length < leastDays) return undefined;
  const usual = middle(earlier);
  const spread = spreadOfMiddle * middle(earlier.map((one) => Math.abs(one - usual)));
  const off = Math.abs(bytes - usual);
  const isFar = off > deviations * spread && off > leastShare * usual && off >= leastBytes;
  return isFar ? { bytes, usual, spread } : undefined;
}

function told({ book }: Looking, exporter: number, hour: number, { bytes, usual, spread }: Judged): FlowFinding {
  const name = book.exporterText(exporter);
  return {
    code: bytes > usual ? 'volume-more' : 'volume-less',
    kind: 'volume',
    severity: bytes > 4 * usual || bytes === 0 ? 'warning' : 'notice',
    subject: name,
    names: { exporter: name },
    figures: { bytes, usualBytes: usual, spreadBytes: spread },
    thresholds: { days, deviations, leastShare, leastBytes },
    firstAt: formatInstant(hour),
    lastAt: formatInstant(hour + hourMs),
    filter: `exporter ${exporter}`,
  };
}

const hoursFrom = (first: number, end: number): number[] =>
  Array.from({ length: (end - first) / hourMs }, (_, at) => first + at * hourMs);
