import { QwError, type Milliseconds } from '../../model/index.ts';
import type { Selector } from './ast.ts';
import type { Evaluation } from './evaluation.ts';
import { newLines } from './evaluation.ts';
import { Labels } from './labels.ts';
import { timeOf, type Line } from './value.ts';
import type { Window, WindowFunction } from './windows.ts';

interface Loaded {
  labels: Labels;
  at: Float64Array;
  values: Float64Array;
  /** Where a series ended on purpose; undefined for the usual series without such marks. */
  stale: Uint8Array | undefined;
  holdsMs: Milliseconds;
}

/** A NaN with these bits says that a series ends here (prometheus/model/value). */
const staleBits = 0x7ff0000000000002n;

/** The newest value of each series at each step, no older than the lookback; or the time of that value, in seconds. */
export async function selectInstants(evaluation: Evaluation, selector: Selector, timestamps = false): Promise<Line[]> {
  const { steps, pace, lookbackMs } = evaluation;
  const book = newLines(evaluation);
  const reference = referenceOf(evaluation, selector);
  const loaded = await load(evaluation, selector, lookbackMs, 0);
  for (const { labels, at, values, stale, holdsMs } of loaded) {
    const line = book.line(labels);
    let next = 0;
    for (let step = 0; step < steps.count; step++) {
      const now = reference(step);
      while (next < at.length && (at[next] ?? 0) <= now) next++;
      const found = next - 1;
      const foundAt = at[found];
      if (foundAt === undefined || foundAt <= now - Math.max(lookbackMs, holdsMs) || stale?.[found] === 1) continue;
      book.set(line, step, timestamps ? foundAt / 1000 : (values[found] ?? 0));
    }
    if (pace.worked(steps.count + at.length)) await pace.rest();
  }
  pace.release(samplesIn(loaded));
  return book.lines();
}

/** Asks a function about the window before each step; `parameters` has a number for each step. */
export async function selectWindows(
  evaluation: Evaluation,
  selector: Selector,
  ask: WindowFunction,
  labelsOf: (labels: Labels) => Labels,
  parameters?: Float64Array,
): Promise<Line[]> {
  const { steps, pace } = evaluation;
  const windowMs = selector.windowMs ?? 0;
  const book = newLines(evaluation);
  const reference = referenceOf(evaluation, selector);
  const loaded = await load(evaluation, selector, windowMs, windowMs);
  for (const series of loaded) {
    const { labels, at, values } = withoutStale(series);
    const line = book.line(labelsOf(labels));
    const window: Window = { at, values, from: 0, to: 0, startMs: 0, endMs: 0, timeMs: 0, parameter: 0 };
    for (let step = 0; step < steps.count; step++) {
      window.endMs = reference(step);
      window.startMs = window.endMs - windowMs;
      while (window.from < at.length && (at[window.from] ?? 0) <= window.startMs) window.from++;
      while (window.to < at.length && (at[window.to] ?? 0) <= window.endMs) window.to++;
      if (pace.worked(1 + window.to - window.from)) await pace.rest();
      if (window.to <= window.from) continue;
      window.timeMs = timeOf(steps, step);
      window.parameter = parameters?.[step] ?? 0;
      const answer = ask(window);
      if (answer !== undefined) book.set(line, step, answer);
    }
  }
  pace.release(samplesIn(loaded));
  return book.lines();
}

/** All samples of the window before the only step. */
export async function selectSamples(evaluation: Evaluation, selector: Selector) {
  const windowMs = selector.windowMs ?? 0;
  const loaded = await load(evaluation, selector, windowMs, windowMs);
  return loaded.map(withoutStale).filter(({ at }) => at.length > 0);
}

/** When a selector looks, for a step. */
function referenceOf({ steps }: Evaluation, { at, offsetMs = 0 }: Selector): (step: number) => number {
  if (at === undefined) return (step) => timeOf(steps, step) - offsetMs;
  const fixed = (at === 'start' ? steps.startMs : at === 'end' ? steps.endMs : at) - offsetMs;
  return () => fixed;
}

async function load(evaluation: Evaluation, selector: Selector, backMs: number, windowMs: number): Promise<Loaded[]> {
  const { source, steps, pace, maxSeries, signal } = evaluation;
  const reference = referenceOf(evaluation, selector);
  const found = await source.select(selector.matchers, reference(0) - backMs + 1, reference(steps.count - 1), {
    maxSeries,
    maxSamples: pace.remainingSamples,
    stepMs: steps.count > 1 ? steps.stepMs : 0,
    windowMs,
    deadlineMs: pace.remainingMs,
    signal,
  });
  if (found.length > maxSeries) {
    throw new QwError('TELEMETRY_LIMIT', `the selector finds ${found.length} series, at most ${maxSeries} are read`);
  }
  const loaded: Loaded[] = [];
  for (const { labels, at, values, holdsMs = 0 } of found) {
    pace.hold(at.length);
    loaded.push({ labels: Labels.from(labels), at, values, stale: staleIn(values), holdsMs });
    if (pace.worked(at.length)) await pace.rest();
  }
  return loaded;
}

function staleIn(values: Float64Array): Uint8Array | undefined {
  let marks: Uint8Array | undefined;
  const bits = new BigUint64Array(values.buffer, values.byteOffset, values.length);
  for (let index = 0; index < values.length; index++) {
    if (!Number.isNaN(values[index]) || bits[index] !== staleBits) continue;
    marks ??= new Uint8Array(values.length);
    marks[index] = 1;
  }
  return marks;
}

function withoutStale(series: Loaded): Loaded {
  const { stale, at, values } = series;
  if (!stale) return series;
  const kept = (_: number, index: number) => stale[index] !== 1;
  return { ...series, at: at.filter(kept), values: values.filter(kept), stale: undefined };
}

const samplesIn = (loaded: readonly Loaded[]) => loaded.reduce((sum, { at }) => sum + at.length, 0);
