import type { ApiMetricAnswer } from '../../../src/model/index.ts';

/** Histograms over time: counts by step and bucket, of all series and queries together. */

export interface BucketTable {
  /** Where each bucket begins, ascending, in the unit of the metric. */
  bounds: readonly number[];
  /** By step, by bucket. */
  counts: readonly (readonly number[])[];
  most: number;
}

export function bucketsOf(answers: readonly ApiMetricAnswer[], steps: number): BucketTable {
  const bounds = [...new Set(answers.flatMap((answer) => answer.bounds ?? []))].sort((a, b) => a - b);
  const places = new Map(bounds.map((bound, index) => [bound, index]));
  const counts = Array.from({ length: steps }, () => bounds.map(() => 0));
  let most = 0;
  for (const answer of answers) {
    const to = (answer.bounds ?? []).map((bound) => places.get(bound) ?? 0);
    for (const series of answer.series) {
      for (const [step, row] of (series.counts ?? []).entries()) {
        const sums = counts[step];
        if (!sums) break;
        for (const [index, count] of row.entries()) {
          const place = to[index];
          if (place === undefined) break;
          sums[place] = (sums[place] ?? 0) + count;
          most = Math.max(most, sums[place] ?? 0);
        }
      }
    }
  }
  return { bounds, counts, most };
}

/** All steps added up. */
export function totalsOf({ bounds, counts }: BucketTable): number[] {
  const totals = bounds.map(() => 0);
  for (const row of counts) for (const [index, count] of row.entries()) totals[index] = (totals[index] ?? 0) + count;
  return totals;
}

/** Where a bucket ends; the last one ends as far above its beginning as the one before does, in proportion. */
export function endOf(bounds: readonly number[], index: number): number {
  const start = bounds[index] ?? 0;
  const next = bounds[index + 1];
  if (next !== undefined) return next;
  const before = bounds[index - 1];
  return before === undefined || before === 0 ? start * 2 : start * (start / before);
}
