import { QwError, type EpochMs, type Milliseconds } from '../../model/index.ts';
import type { Expression } from './ast.ts';
import { checkTypes } from './check-types.ts';
import { evaluate } from './evaluate.ts';
import type { Evaluation } from './evaluation.ts';
import { Pace } from './pace.ts';
import { parse } from './parse.ts';
import { selectSamples } from './select.ts';
import type { LabelSet, Matcher, SeriesSource } from './source.ts';
import { timeOf, type Line, type Steps } from './value.ts';

export interface PromqlOptions {
  source: SeriesSource;
  /** Monotonic. */
  now: () => Milliseconds;
  /** Lets others have the event loop for a moment. */
  rest: () => Promise<void>;
  /** 5,000,000 by default: stored samples and values of answers that a question holds at once. */
  maxSamples?: number;
  /** 10,000 by default, of one selector. */
  maxSeries?: number;
}

/** At the same time: each may take a hundred megabytes. */
const maxRunning = 4;
/** A dashboard asks many questions at once, and each of its panels is to get an answer. */
const maxWaiting = 100;
/** As many as Prometheus answers. */
const maxSteps = 11_000;
const longestMs = 60_000;
const lookbackMs: Milliseconds = 300_000;

export interface AnsweredSeries {
  labels: LabelSet;
  /** Milliseconds since 1970, ascending. */
  at: Float64Array;
  values: Float64Array;
}

export type PromqlAnswer =
  | { type: 'scalar'; at: EpochMs; value: number }
  | { type: 'string'; at: EpochMs; value: string }
  /** One point each. */
  | { type: 'vector'; series: readonly AnsweredSeries[] }
  | { type: 'matrix'; series: readonly AnsweredSeries[] };

export interface Patience {
  signal: AbortSignal;
  /** 30 s by default, one minute at most. */
  timeoutMs?: Milliseconds;
}

/**
 * Answers PromQL over a source, as Prometheus 3 does: windows and lookback (5 minutes) are open on the left. Errors:
 * BAD_INPUT for what is no question, TELEMETRY_QUERY for what the values forbid, TELEMETRY_LIMIT, TELEMETRY_DEADLINE,
 * OVERLOADED, and those of the source.
 */
export class Promql {
  readonly source: SeriesSource;
  readonly #options: PromqlOptions;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(options: PromqlOptions) {
    this.source = options.source;
    this.#options = options;
  }

  /** At one time. */
  async instant(text: string, at: EpochMs, patience: Patience): Promise<PromqlAnswer> {
    const expression = parse(text);
    const steps = { startMs: at, endMs: at, stepMs: 1, count: 1 };
    return this.#run(steps, patience, async (evaluation) => {
      const selector = unbracketed(expression);
      if (selector.kind === 'selector' && selector.windowMs !== undefined) {
        const found = await selectSamples(evaluation, selector);
        const series = found.map(({ labels, at, values }) => ({ labels: labels.toRecord(), at, values }));
        return { type: 'matrix', series };
      }
      const value = await evaluate(evaluation, expression);
      if (value.type === 'string') return { type: 'string', at, value: value.text };
      if (value.type === 'scalar') return { type: 'scalar', at, value: value.values[0] ?? 0 };
      return { type: 'vector', series: await seriesOf(evaluation, value.lines) };
    });
  }

  /** From `from` to `to`, both included, every `stepMs`. */
  async range(
    text: string,
    { from, to, stepMs }: { from: EpochMs; to: EpochMs; stepMs: Milliseconds },
    patience: Patience,
  ): Promise<PromqlAnswer> {
    const expression = parse(text);
    const type = checkTypes(expression, text);
    if (type !== 'scalar' && type !== 'instant vector') {
      throw new QwError(
        'BAD_INPUT',
        `invalid expression type "${type}" for range query, must be Scalar or instant Vector`,
      );
    }
    const count = Math.floor((to - from) / stepMs) + 1;
    if (!(count >= 1 && count <= maxSteps)) {
      throw new QwError(
        'BAD_INPUT',
        'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
      );
    }
    const steps = { startMs: from, endMs: to, stepMs, count };
    return this.#run(steps, patience, async (evaluation) => {
      const value = await evaluate(evaluation, expression);
      if (value.type !== 'scalar') {
        const lines = value.type === 'vector' ? [...value.lines] : [];
        lines.sort((a, b) => (a.labels.key < b.labels.key ? -1 : 1));
        return { type: 'matrix', series: await seriesOf(evaluation, lines) };
      }
      const at = value.values.map((_, step) => timeOf(steps, step));
      return { type: 'matrix', series: [{ labels: {}, at, values: value.values }] };
    });
  }

  /** Matchers of a selector such as `metric{label="value"}`, as requests name series. */
  matchers(text: string): readonly Matcher[] {
    const expression = parse(text);
    if (expression.kind === 'selector' && expression.windowMs === undefined) return expression.matchers;
    throw new QwError(
      'BAD_INPUT',
      `expected a selector such as up{job="x"}, got ${JSON.stringify(text.slice(0, 100))}`,
    );
  }

  async #run(
    steps: Steps,
    { signal, timeoutMs = 30_000 }: Patience,
    work: (evaluation: Evaluation) => Promise<PromqlAnswer>,
  ): Promise<PromqlAnswer> {
    const { source, now, rest, maxSamples = 5_000_000, maxSeries = 10_000 } = this.#options;
    const pace = new Pace({ now, rest, deadlineMs: Math.min(timeoutMs, longestMs), maxSamples, signal });
    await this.#turn();
    try {
      // Whoever waited too long, or went away, is not worth the work any more.
      await pace.rest();
      return await work({ source, steps, pace, maxSeries, lookbackMs, signal });
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }

  /** A place that becomes free is handed on. */
  async #turn(): Promise<void> {
    if (this.#running < maxRunning) {
      this.#running++;
      return;
    }
    if (this.#waiting.length >= maxWaiting) {
      throw new QwError('OVERLOADED', `${maxWaiting} questions wait already for their turn`);
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

function unbracketed(expression: Expression): Expression {
  let inner = expression;
  while (inner.kind === 'brackets') inner = inner.of;
  return inner;
}

async function seriesOf({ steps, pace }: Evaluation, lines: readonly Line[]): Promise<AnsweredSeries[]> {
  const series: AnsweredSeries[] = [];
  for (const { labels, values, present } of lines) {
    const count = present.reduce((sum, one) => sum + one, 0);
    if (pace.worked(steps.count)) await pace.rest();
    if (count === 0) continue;
    const answered = { labels: labels.toRecord(), at: new Float64Array(count), values: new Float64Array(count) };
    for (let step = 0, next = 0; step < steps.count; step++) {
      if (present[step] !== 1) continue;
      answered.at[next] = timeOf(steps, step);
      answered.values[next++] = values[step] ?? 0;
    }
    series.push(answered);
  }
  return series;
}
