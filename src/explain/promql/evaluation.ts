import type { Milliseconds } from '../../model/index.ts';
import type { Labels } from './labels.ts';
import type { Pace } from './pace.ts';
import { LineBook, type Line, type Steps, type Value } from './value.ts';
import type { SeriesSource } from './source.ts';

/** What all parts of one evaluation share. */
export interface Evaluation {
  source: SeriesSource;
  steps: Steps;
  pace: Pace;
  maxSeries: number;
  /** How long a sample stands for the present when no newer one comes. */
  lookbackMs: Milliseconds;
  signal: AbortSignal;
}

export function newLines({ steps, pace }: Evaluation): LineBook {
  return new LineBook(steps.count, (count) => pace.hold(count));
}

/** Lines that were answered from are not needed any more. */
export function release({ steps, pace }: Evaluation, value: Value): void {
  if (value.type === 'vector') pace.release(value.lines.length * steps.count);
}

/** A value for each value, under other labels; undefined leaves one out. */
export async function mapLines(
  evaluation: Evaluation,
  lines: readonly Line[],
  labelsOf: (labels: Labels) => Labels,
  change: (value: number, step: number) => number | undefined,
): Promise<Line[]> {
  const { steps, pace } = evaluation;
  const book = newLines(evaluation);
  for (const line of lines) {
    const target = book.line(labelsOf(line.labels));
    for (let step = 0; step < steps.count; step++) {
      if (line.present[step] !== 1) continue;
      const changed = change(line.values[step] ?? 0, step);
      if (changed !== undefined) book.set(target, step, changed);
    }
    if (pace.worked(steps.count)) await pace.rest();
  }
  return book.lines();
}

/** A vector of one line without labels. */
export function vectorOf(
  evaluation: Evaluation,
  labels: Labels,
  values: ArrayLike<number>,
  present?: Uint8Array,
): Line[] {
  const book = newLines(evaluation);
  const line = book.line(labels);
  for (let step = 0; step < values.length; step++) {
    if (!present || present[step] === 1) book.set(line, step, values[step] ?? 0);
  }
  return book.lines();
}
