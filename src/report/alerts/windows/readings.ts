import type { ConditionReading, EpochMs, Milliseconds } from '../../../model/index.ts';
import { forecast } from './forecast.ts';
import type { QueryGroups, SeriesGroup } from './query-groups.ts';
import type { ConditionQuery } from './window-query.ts';

/** A condition with the groups that it looks at. */
export interface BoundCondition {
  query: ConditionQuery;
  of: QueryGroups;
  /** Of a ratio: what it is divided by. */
  to: QueryGroups | undefined;
  memoryMs: Milliseconds;
}

/**
 * What a condition sees at a time; resources that have had no row for the time of its memory are not there. Undefined where
 * later times have been looked at before.
 */
export function read(condition: BoundCondition, at: EpochMs): ConditionReading[] | undefined {
  const { of, to, memoryMs } = condition;
  if (!of.windows.lookAt(at) || to?.windows.lookAt(at) === false) return undefined;
  const readings: ConditionReading[] = [];
  for (const group of of.all) {
    const other = to?.find(group.key);
    const newestAt = Math.min(newest(of, group), to ? (other ? newest(to, other) : -Infinity) : Infinity);
    if (newestAt <= at - memoryMs) continue;
    const value = valueOf(condition, group, other, newestAt, at);
    // Sums of the greatest numbers have no number.
    readings.push({ labels: group.labels, value: Number.isFinite(value) ? value : undefined, newestAt });
  }
  return readings;
}

function valueOf(
  { query, of, to }: BoundCondition,
  { places }: SeriesGroup,
  other: SeriesGroup | undefined,
  newestAt: EpochMs,
  at: EpochMs,
): number | undefined {
  const { windows } = of;
  const { aggregate } = query.of;
  const perUnit = perUnitOf(query.of);
  switch (query.kind) {
    case 'absent':
      return (at - newestAt) / 1000;
    case 'threshold':
      return inUnit(windows.value(places, aggregate), perUnit);
    case 'ratio': {
      const divisor = inUnit(other && to?.windows.value(other.places, query.to.aggregate), perUnitOf(query.to));
      const value = inUnit(windows.value(places, aggregate), perUnit);
      return value === undefined || divisor === undefined || divisor === 0 ? undefined : value / divisor;
    }
    case 'rate-of-change': {
      const value = windows.value(places, aggregate);
      const before = windows.valueBefore(places, aggregate);
      return value === undefined || before === undefined || before === 0
        ? undefined
        : ((value - before) / Math.abs(before)) * 100;
    }
    default:
      return inUnit(forecast(windows.parts(places, aggregate), at, query), perUnit);
  }
}

function newest({ windows }: QueryGroups, { places }: SeriesGroup): EpochMs {
  let found = -Infinity;
  for (const place of places) found = Math.max(found, windows.newestAt(place));
  return found;
}

/** A number of rows is one, whatever their unit. */
const perUnitOf = ({ aggregate, perUnit }: ConditionQuery['of']): number => (aggregate === 'count' ? 1 : perUnit);

const inUnit = (value: number | undefined, perUnit: number): number | undefined =>
  value === undefined ? undefined : value / perUnit;
