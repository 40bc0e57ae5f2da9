import type { Milliseconds } from '../../model/index.ts';

/** What is known of one line of a chart, step by step. */
export class Cells {
  readonly count: Float64Array;
  readonly sum: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly last: Float64Array;

  constructor(steps: number) {
    this.count = new Float64Array(steps);
    this.sum = new Float64Array(steps);
    this.min = new Float64Array(steps).fill(Infinity);
    this.max = new Float64Array(steps).fill(-Infinity);
    this.last = new Float64Array(steps).fill(Number.NaN);
  }

  /** Parts of a step come in the order of time, so the one that is added last has the newest value. */
  add(step: number, found: { count: number; sum: number; min: number; max: number; last: number }): void {
    if (found.count === 0) return;
    this.count[step] = (this.count[step] ?? 0) + found.count;
    this.sum[step] = (this.sum[step] ?? 0) + found.sum;
    this.min[step] = Math.min(this.min[step] ?? Infinity, found.min);
    this.max[step] = Math.max(this.max[step] ?? -Infinity, found.max);
    this.last[step] = found.last;
  }
}

export type PlainAggregate = 'avg' | 'min' | 'max' | 'sum' | 'count' | 'last';

/** One value a step, null where nothing was measured. */
export function valuesOf(cells: Cells, aggregate: PlainAggregate): (number | null)[] {
  return Array.from(cells.count, (count, step) => {
    if (count === 0) return null;
    if (aggregate === 'avg') return (cells.sum[step] ?? 0) / count;
    return cells[aggregate][step] ?? null;
  });
}

/**
 * What a counter has grown by in each step; the first step serves as the past of the others and gives nothing itself.
 * A counter that was set back begins at nought. Where it was set back within a step, what it had reached before counts as
 * far as the greatest value shows it.
 */
export function increasesOf(cells: Cells): (number | null)[] {
  let before: number | undefined;
  return Array.from(cells.count, (count, step) => {
    if (count === 0) return null;
    const min = cells.min[step] ?? 0;
    const max = cells.max[step] ?? 0;
    const last = cells.last[step] ?? 0;
    // The first value ever seen is where counting begins to be known, and nothing that happened in this step.
    const start = before ?? min;
    before = last;
    if (min >= start) return max > last ? max - start + last : last - start;
    return max > last ? Math.max(0, max - start) + last : last;
  });
}

export function perSecond(increases: readonly (number | null)[], stepMs: Milliseconds): (number | null)[] {
  return increases.map((increase) => (increase === null ? null : (increase * 1000) / stepMs));
}

/** Adds up lines; a step is null where all of them are. */
export function addUp(lines: readonly (readonly (number | null)[])[], steps: number): (number | null)[] {
  const total: (number | null)[] = Array.from({ length: steps }, () => null);
  for (const line of lines) {
    line.forEach((value, step) => {
      if (value !== null) total[step] = (total[step] ?? 0) + value;
    });
  }
  return total;
}
