import type { AlertCondition, ConditionReading, EpochMs } from '../../../model/index.ts';

/** What is known of one series of one condition. */
export interface SeriesMemory {
  labels: Readonly<Record<string, string>>;
  /** Whether it violated the condition when last looked at; undefined where nothing is known. */
  violates: boolean | undefined;
  /** The evaluation since which it has violated it at every one. */
  violatesSince: EpochMs | undefined;
  /** The value that was seen last, undefined where there was none. */
  value: number | undefined;
  newestAt: EpochMs | undefined;
  /** The first evaluation that knew of it. */
  firstAt: EpochMs;
}

export function freshSeries(labels: SeriesMemory['labels'], at: EpochMs): SeriesMemory {
  return { labels, violates: undefined, violatesSince: undefined, value: undefined, newestAt: undefined, firstAt: at };
}

/** Whether a reading violates the condition; undefined where it has no value, and missing data are dealt with. */
function violation(
  condition: AlertCondition,
  reading: Pick<ConditionReading, 'value' | 'newestAt'>,
  at: EpochMs,
  /** The first evaluation after a time in which nothing was seen: what came during that time is not known. */
  sightedAt: EpochMs,
): boolean | undefined {
  if (condition.absent) {
    // Without a value ever there is nothing that could be absent.
    if (reading.newestAt === undefined) return false;
    return at - Math.max(reading.newestAt, sightedAt) >= condition.absent.after;
  }
  const { value } = reading;
  if (value === undefined) return undefined;
  const limits = condition.threshold ?? condition.ratio ?? condition['rate-of-change'] ?? condition.forecast;
  // Verdicts and the quorum are 1 where they are what the condition asks for, and 0 where they are not.
  if (!limits) return value > 0;
  return limits.above === undefined ? value < (limits.below ?? -Infinity) : value > limits.above;
}

/** One evaluation later; `reading` is undefined where the series is not among the readings any more. */
export function stepSeries(
  memory: SeriesMemory,
  condition: AlertCondition,
  reading: ConditionReading | undefined,
  at: EpochMs,
  sightedAt: EpochMs,
): void {
  const newestAt = reading?.newestAt ?? memory.newestAt;
  // What was absent before is absent until there is a datum, whatever was not seen in between.
  const since = memory.violates === true ? 0 : sightedAt;
  const found = violation(condition, { value: reading?.value, newestAt }, at, since);
  memory.newestAt = newestAt;
  memory.value = reading?.value;
  memory.violates = found ?? whenMissing(condition, memory.violates);
  memory.violatesSince = memory.violates === true ? (memory.violatesSince ?? at) : undefined;
}

function whenMissing(condition: AlertCondition, before: boolean | undefined): boolean | undefined {
  switch (condition['missing-data']) {
    case 'ACTIVE':
      return true;
    case 'INACTIVE':
      return false;
    default:
      return before;
  }
}

/** Whether it has violated the condition all the time of its retest window; undefined where that is not known. */
export function holds(
  { violates, violatesSince }: Pick<SeriesMemory, 'violates' | 'violatesSince'>,
  condition: Pick<AlertCondition, 'for'>,
  at: EpochMs,
): boolean | undefined {
  if (violates !== true) return violates;
  return violatesSince !== undefined && at - violatesSince >= condition.for;
}

/**
 * Nothing was seen at this evaluation. What has passed its retest window violates the condition again as soon as it is
 * seen to; what was on its way begins anew, for nobody knows what it was in between.
 */
export function blindSeries(memory: SeriesMemory, condition: AlertCondition, at: EpochMs): void {
  memory.value = undefined;
  if (holds(memory, condition, at) === true) return;
  memory.violates = undefined;
  memory.violatesSince = undefined;
}
