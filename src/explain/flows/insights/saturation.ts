import { formatInstant, type FlowFinding } from '../../../model/index.ts';
import { column, estimatedBytes } from '../expressions.ts';
import { fitting, grouped, type Looking } from './looking.ts';
import { insightThresholds } from './thresholds.ts';

const { days, leastDays, fullShare, warnDays, farDays } = insightThresholds.saturation;
const hourMs = 3_600_000;
const dayMs = 86_400_000;

/** Interfaces that will be full: the growth of their busiest hours, and when these reach the speed of the line. */
export async function saturations(looking: Looking): Promise<FlowFinding[]> {
  const { book, to } = looking;
  const end = Math.floor(to / hourMs) * hourMs;
  const speeds = book.speeds();
  if (speeds.length === 0) return [];
  const rows = await grouped(looking, {
    from: Math.max(0, end - days * dayMs),
    to: end,
    where: { any: speeds.map(({ exporter, index }) => fitting(looking, `exporter ${exporter} and out if ${index}`)) },
    keys: [column('exporter'), column('output'), { floor: column('ts'), width: hourMs }],
    select: [{ name: 'bytes', value: { aggregate: 'sum', of: estimatedBytes } }],
    by: 'bytes',
    limit: 90_000,
  });
  return speeds.flatMap(({ exporter, index, bitsPerSecond }) => {
    const own = rows.filter((row) => Number(row[0]) === exporter && Number(row[1]) === index);
    const busy = busyHours(
      own.map((row) => ({ at: Number(row[2]), bitsPerSecond: (Number(row.at(-1)) * 8) / (hourMs / 1000) })),
      end,
    );
    const found = forecast(busy, bitsPerSecond);
    if (!found || !isNear(found)) return [];
    const name = [book.exporterText(exporter), book.interfaceText(exporter, index) || `if ${index}`].join(' ');
    return [told(name, `exporter ${exporter} and out if ${index}`, found, { bitsPerSecond, end })];
  });
}

/** The rate of the 95th of 100 hours, for each day back from the end; 0 is the last day. */
function busyHours(
  hours: readonly { at: number; bitsPerSecond: number }[],
  end: number,
): { day: number; bitsPerSecond: number }[] {
  const byDay = Map.groupBy(hours, ({ at }) => Math.floor((at - end) / dayMs) + 1);
  return [...byDay].map(([day, some]) => {
    const rates = some.map((one) => one.bitsPerSecond).sort((a, b) => a - b);
    return { day, bitsPerSecond: rates[Math.ceil(0.95 * rates.length) - 1] ?? 0 };
  });
}

export interface Forecast {
  /** Of the line through the days, on the last one. */
  present: number;
  growthPerDay: number;
  share: number;
  /**
   * From the last day on; Infinity for never. The other two are of the ends of the 95 % interval of the slope: the true day
   * is between them in some nine of ten cases.
   */
  daysLeft: number;
  earliest: number;
  latest: number;
}

/** Quantiles of Student's t distribution for 95 of 100, from one degree of freedom on. */
const quantiles = [12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.2, 2.18] as const;

/** A straight line by least squares, and the interval of its slope. Undefined for too few days. */
export function forecast(
  points: readonly { day: number; bitsPerSecond: number }[],
  full: number,
): Forecast | undefined {
  const count = points.length;
  if (count < leastDays) return undefined;
  const meanDay = points.reduce((sum, { day }) => sum + day, 0) / count;
  const mean = points.reduce((sum, { bitsPerSecond }) => sum + bitsPerSecond, 0) / count;
  const spread = points.reduce((sum, { day }) => sum + (day - meanDay) ** 2, 0);
  const slope =
    points.reduce((sum, { day, bitsPerSecond }) => sum + (day - meanDay) * (bitsPerSecond - mean), 0) / spread;
  const at = (day: number) => mean + slope * (day - meanDay);
  const squares = points.reduce((sum, { day, bitsPerSecond }) => sum + (bitsPerSecond - at(day)) ** 2, 0);
  const quantile = quantiles[Math.min(count - 3, quantiles.length - 1)] ?? 2.18;
  const margin = quantile * Math.sqrt(squares / (count - 2) / spread);
  const present = at(0);
  const until = (growth: number) => (present >= full ? 0 : growth <= 0 ? Infinity : (full - present) / growth);
  return {
    present,
    growthPerDay: slope,
    share: present / full,
    daysLeft: until(slope),
    earliest: until(slope + margin),
    latest: until(slope - margin),
  };
}

const isNear = ({ share, daysLeft }: Forecast): boolean => share >= fullShare || daysLeft <= farDays;

function told(
  name: string,
  filter: string,
  { present, growthPerDay, share, daysLeft, earliest, latest }: Forecast,
  { bitsPerSecond, end }: { bitsPerSecond: number; end: number },
): FlowFinding {
  const figures = { bitsPerSecond, presentBitsPerSecond: present, growthBitsPerSecondADay: growthPerDay, share };
  // What never comes has no number in JSON.
  const left = Object.entries({ daysLeft, earliestDays: earliest, latestDays: latest }).filter(([, one]) =>
    Number.isFinite(one),
  );
  return {
    code: 'saturation',
    kind: 'saturation',
    severity: share >= fullShare ? 'critical' : daysLeft <= warnDays ? 'warning' : 'notice',
    subject: name,
    names: { interface: name },
    figures: { ...figures, ...Object.fromEntries(left) },
    thresholds: { fullShare, warnDays, farDays },
    firstAt: formatInstant(end - days * dayMs),
    lastAt: formatInstant(end),
    filter,
  };
}
