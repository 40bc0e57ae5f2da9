import type { aggregates, Milliseconds } from '../../../model/index.ts';

/** What conditions ask of rows, after the names of metrics and labels have been looked up. */

export type Labels = Readonly<Record<string, string>>;
export type AlertAggregate = (typeof aggregates)[number];

/**
 * Which value of a row counts. Of points it is the value itself; of samples the latency in microseconds, its bucket, the loss
 * in percent, 1 for success and 0 for failure, 1 for slow and 0 for fast, 1 or 0 for each outcome, or a 1 for each sample with
 * that outcome and nothing for others.
 */
export type RowValue = 'point' | 'latency' | 'bucket' | 'loss' | 'success' | 'slow' | 'outcome' | 'outcome-only';

/** How the rows of one series in one slot of time are kept. */
export type Figure = 'mean' | 'min' | 'max' | 'last' | 'increase' | 'buckets' | 'newest';

/** The rows of some series of one family, put together by labels. */
export interface WindowQuery {
  /** Of series: the name of a metric, or the one that all figures of samples share. */
  family: string;
  value: RowValue;
  figure: Figure;
  aggregate: AlertAggregate;
  /** Of `slow` values: the least bucket of latency that is slow. */
  slowBucket?: number | undefined;
  /** What a row has to be divided by to be in the metric's unit: 100 for percents of a ratio. */
  perUnit: number;
  /** The conditions on labels as one text, the same for those who ask the same. */
  selection: string;
  /** For `outcome` values the labels hold `outcome` too. */
  matches: (labels: Labels) => boolean;
  /** A label that must have this value, where there is one: most series need not be looked at then. */
  equals?: { label: string; value: string } | undefined;
  groupBy: readonly string[];
}

export type ConditionQuery =
  | { kind: 'threshold' | 'rate-of-change'; of: WindowQuery; windowMs: Milliseconds }
  | { kind: 'ratio'; of: WindowQuery; to: WindowQuery; windowMs: Milliseconds }
  | { kind: 'absent'; of: WindowQuery; afterMs: Milliseconds }
  | { kind: 'forecast'; of: WindowQuery; windowMs: Milliseconds; withinMs: Milliseconds; towards: 'above' | 'below' };

/** A policy as windows see it; conditions that look at no metric are undefined. */
export interface PolicyQuery {
  name: string;
  intervalMs: Milliseconds;
  /** How long after a time of evaluation its rows may still come. */
  settleMs: Milliseconds;
  autoCloseMs: Milliseconds;
  conditions: readonly (ConditionQuery | undefined)[];
}

/** The longest gap between two values of a counter over which its increase counts, or the window where that is longer. */
export const counterGapMs: Milliseconds = 300_000;

/** Time before an evaluation in which rows have an effect on the value. */
export function neededMs(condition: ConditionQuery): Milliseconds {
  if (condition.kind === 'absent') return 0;
  const { windowMs } = condition;
  const spanMs = condition.kind === 'rate-of-change' ? 2 * windowMs : windowMs;
  const counts =
    condition.of.figure === 'increase' || (condition.kind === 'ratio' && condition.to.figure === 'increase');
  // Windows that are no whole number of slots begin up to a slot earlier.
  return spanMs + Math.ceil(windowMs / 60) + (counts ? Math.max(windowMs, counterGapMs) : 0);
}

/** So long a resource without rows is known: the longest time that matters to its condition, and that of auto-close. */
export function memoryMs(condition: ConditionQuery, autoCloseMs: Milliseconds): Milliseconds {
  return (condition.kind === 'absent' ? condition.afterMs : neededMs(condition)) + autoCloseMs;
}
