import { QwError, type EpochMs, type Milliseconds } from '../../../model/index.ts';
import type { RowValue, SampleRow } from '../../../report/index.ts';
import {
  maxMapped,
  noLatency,
  noLoss,
  pointsTable,
  sampleOutcomes,
  samplesTable,
  type Answer,
  type Expression,
  type Predicate,
  type Query,
  type Selected,
  type TelemetryEngine,
} from '../../../store/index.ts';
import type { SeriesBook } from '../../telemetry/series-book.ts';

/** Rows of the store, in stretches of time that an answer can hold. */

export interface RowSink {
  point(series: number, at: EpochMs, value: number): void;
  sample(series: number, at: EpochMs, row: SampleRow): void;
}

/** Numbers of series, by the table that their rows are in. */
export interface SeriesIds {
  points: readonly number[];
  samples: readonly number[];
}

/** A store as far as readings need it. */
export interface AskedStore {
  engine: Pick<TelemetryEngine, 'query'>;
  book: Pick<SeriesBook, 'of' | 'find'>;
}

export interface RowSource {
  engine: AskedStore['engine'];
  signal?: AbortSignal | undefined;
  /** Names of places that did not answer, in the words of the engine. */
  onMissing(missing: readonly string[]): void;
}

/** Rows of one answer: it is taken in at once, while the event loop waits. */
const maxRows = 30_000;
const fewRows = maxRows / 4;
const deadlineMs: Milliseconds = 60_000;
const firstStretchMs: Milliseconds = 60_000;
const longestStretchMs: Milliseconds = 86_400_000;

/** Reads rows from one time to another, stretch by stretch: long ones where there is little, short ones where there is much. */
export class RowReader {
  readonly #source: RowSource;
  readonly #series: SeriesIds;
  #stretchMs = firstStretchMs;

  constructor(source: RowSource, series: SeriesIds) {
    this.#source = source;
    this.#series = series;
  }

  /** Rows with a time in (from, to], or as many of the first of them as are read at once; returns up to where. Rejects as engines do. */
  async read(from: EpochMs, to: EpochMs, sink: RowSink): Promise<EpochMs> {
    for (;;) {
      const end = Math.min(to, from + this.#stretchMs);
      try {
        const rows = await this.#readAll(from, end, sink);
        if (rows < fewRows) this.#stretchMs = Math.min(longestStretchMs, 2 * this.#stretchMs);
        return end;
      } catch (thrown) {
        const isTooMuch = thrown instanceof QwError && thrown.code === 'TELEMETRY_LIMIT' && end - from > 1;
        if (!isTooMuch) throw thrown;
        this.#stretchMs = Math.ceil((end - from) / 2);
      }
    }
  }

  async #readAll(from: EpochMs, to: EpochMs, sink: RowSink): Promise<number> {
    const { points, samples } = this.#series;
    const pointRows = await inChunks(points, (ids) => ask(this.#source, pointsQuery(ids, from, to)));
    const sampleRows = await inChunks(samples, (ids) => ask(this.#source, samplesQuery(ids, from, to)));
    for (const [at, id, value] of pointRows) sink.point(Number(id), Number(at), Number(value));
    for (const [at, id, outcome, latencyUs, lossPercent] of sampleRows) {
      const row = { outcome: Number(outcome), latencyUs: Number(latencyUs), lossPercent: Number(lossPercent) };
      sink.sample(Number(id), Number(at), row);
    }
    return Math.max(pointRows.length, sampleRows.length);
  }
}

/** The newest row of each series with a time in (from, to] that has such a value; of `outcome-only`, for each outcome. */
export async function loadNewest(
  source: RowSource,
  series: SeriesIds,
  { from, to }: { from: EpochMs; to: EpochMs },
  value: RowValue,
  heard: (series: number, at: EpochMs, outcome: number) => void,
): Promise<void> {
  if (from >= to) return;
  const ids = value === 'point' ? series.points : series.samples;
  const outcomes = value === 'outcome-only' ? sampleOutcomes.map((_, place) => place) : [0];
  for (const outcome of outcomes) {
    const rows = await inChunks(ids, (chunk) => ask(source, newestQuery(chunk, from, to, value, outcome), maxMapped));
    for (const [id, at] of rows) heard(Number(id), Number(at), outcome);
  }
}

async function inChunks(
  ids: readonly number[],
  asked: (chunk: readonly number[]) => Promise<Answer['rows']>,
): Promise<Answer['rows']> {
  const rows: Answer['rows'][] = [];
  for (let at = 0; at < ids.length; at += maxMapped) rows.push(await asked(ids.slice(at, at + maxMapped)));
  return rows.length === 1 ? (rows[0] ?? []) : rows.flat();
}

async function ask(source: RowSource, query: Query, limit = maxRows): Promise<Answer['rows']> {
  const { engine, signal } = source;
  const answer = await engine.query(query, { deadlineMs, maxRows: limit, ...(signal && { signal }) });
  signal?.throwIfAborted();
  if (answer.partial) source.onMissing(answer.partial.missing);
  return answer.rows;
}

const column = (name: string): Expression => ({ column: name });
const named = (name: string): Selected => ({ name, value: column(name) });

/** Times are whole milliseconds: those after `from` begin with the next. */
function within(ids: readonly number[], from: EpochMs, to: EpochMs, where?: Predicate) {
  const chosen: Predicate = { in: column('series'), values: ids };
  return { from: Math.floor(from) + 1, to: Math.floor(to) + 1, where: where ? { all: [chosen, where] } : chosen };
}

function pointsQuery(ids: readonly number[], from: EpochMs, to: EpochMs): Query {
  return {
    table: pointsTable,
    ...within(ids, from, to),
    select: ['ts', 'series', 'value'].map(named),
    orderBy: [{ name: 'ts' }],
  };
}

function samplesQuery(ids: readonly number[], from: EpochMs, to: EpochMs): Query {
  return {
    table: samplesTable,
    ...within(ids, from, to),
    select: ['ts', 'series', 'outcome', 'latency_us', 'loss_percent'].map(named),
    orderBy: [{ name: 'ts' }],
  };
}

function newestQuery(ids: readonly number[], from: EpochMs, to: EpochMs, value: RowValue, outcome: number): Query {
  return {
    table: value === 'point' ? pointsTable : samplesTable,
    ...within(ids, from, to, hasValue(value, outcome)),
    select: [named('series'), { name: 'newest', value: { aggregate: 'max', of: column('ts') } }],
    orderBy: [{ name: 'series' }],
  };
}

function hasValue(value: RowValue, outcome: number): Predicate | undefined {
  const compare = (name: string, is: '=' | '!=', literal: number): Predicate => ({
    left: column(name),
    is,
    right: { literal },
  });
  switch (value) {
    case 'latency':
    case 'bucket':
    case 'slow':
      return compare('latency_us', '!=', noLatency);
    case 'loss':
      return compare('loss_percent', '!=', noLoss);
    case 'success':
      return compare('outcome', '!=', sampleOutcomes.indexOf('unknown'));
    case 'outcome-only':
      return compare('outcome', '=', outcome);
    default:
      return undefined;
  }
}
