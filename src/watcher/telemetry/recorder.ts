import { messageOf, type EpochMs } from '../../model/index.ts';
import {
  lastTime,
  latencyBucket,
  noLatency,
  noLoss,
  pointsTable,
  sampleOutcomes,
  seriesLimits,
  samplesTable,
  type JudgedSample,
  type TelemetryEngine,
} from '../../store/index.ts';
import type { Labels } from './metric.ts';
import { Rows } from './rows.ts';
import type { SeriesBook } from './series-book.ts';

/** Hears of each row as it is measured, also where the store cannot keep it. */
export interface RowListener {
  point(series: number, at: EpochMs, value: number): void;
  /** `outcome` is its place in `sampleOutcomes`; the rest is as the table has it. */
  sample(series: number, at: EpochMs, row: { outcome: number; latencyUs: number; lossPercent: number }): void;
}

export interface RecorderOptions {
  engine: Pick<TelemetryEngine, 'append'>;
  book: Pick<SeriesBook, 'idOf'>;
  /** What is wrong, in a sentence; undefined when rows go through again. */
  onProblem(problem: string | undefined): void;
}

/** Rows in memory, gathered or on their way: at a hundred thousand a second what comes within a few seconds. */
const maxWaitingRows = 400_000;
const greatestLatencyUs = 2 ** 32 - 1;

/**
 * Gathers rows and hands them to the engine, without ever waiting for it. What cannot be kept is counted and said, and
 * nothing else suffers from it.
 */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #samples = new Rows(samplesTable);
  readonly #points = new Rows(pointsTable);
  #unanswered = 0;
  #written = 0;
  #dropped = 0;
  /** It was said that rows are given up. */
  #behind = false;
  #pending = new Set<Promise<void>>();
  #listener: RowListener | undefined;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  hear(listener: RowListener): void {
    this.#listener = listener;
  }

  /** Rows since the start, and those that are not durable yet. */
  get figures(): { written: number; dropped: number; waiting: number } {
    return { written: this.#written, dropped: this.#dropped, waiting: this.#waiting };
  }

  get #waiting(): number {
    return this.#unanswered + this.#samples.length + this.#points.length;
  }

  /** A judged sample, of the series with this number. */
  sample(series: number, { startedAt, outcome, latencyMs, lossPercent }: JudgedSample): void {
    const us = latencyMs === undefined ? Number.NaN : Math.round(latencyMs * 1000);
    // What took less than half a microsecond was measured all the same.
    const latencyUs = Number.isNaN(us) ? noLatency : Math.min(Math.max(us, 1), greatestLatencyUs);
    const loss = lossPercent === undefined ? Number.NaN : Math.round(lossPercent);
    const at = Math.floor(startedAt);
    const row = {
      outcome: sampleOutcomes.indexOf(outcome),
      latencyUs,
      lossPercent: Number.isNaN(loss) ? noLoss : Math.min(Math.max(loss, 0), 100),
    };
    if (isTime(startedAt)) this.#listener?.sample(series, at, row);
    if (!this.#admits(startedAt)) return;
    this.#samples.push(at, series, row.outcome, latencyUs, latencyBucket(latencyUs), row.lossPercent);
  }

  /** A value of a metric whose rows are points. */
  point(metric: string, labels: Labels, value: number, at: EpochMs): void {
    if (!Number.isFinite(value)) return;
    const series = this.seriesOf(metric, labels);
    if (series === undefined) return;
    if (isTime(at)) this.#listener?.point(series, Math.floor(at), value);
    if (this.#admits(at)) this.#points.push(Math.floor(at), series, value);
  }

  /** The number of a series; undefined where there can be no more of them, which is counted as a row that is lost. */
  seriesOf(family: string, labels: Labels): number | undefined {
    try {
      return this.#options.book.idOf(family, fit(labels));
    } catch (thrown) {
      this.#dropped++;
      this.#options.onProblem(`a series could not be named: ${messageOf(thrown)}`);
      return undefined;
    }
  }

  /** Hands over what was gathered; to be called about once a second. */
  flush(): void {
    for (const rows of [this.#samples, this.#points]) if (rows.length > 0) this.#append(rows);
  }

  /** Resolves when everything so far is either durable or given up. */
  async settled(): Promise<void> {
    this.flush();
    await Promise.all(this.#pending);
  }

  #append(rows: Rows): void {
    const batch = rows.take();
    this.#unanswered += batch.rows;
    const appended = this.#options.engine
      .append(batch)
      .then(() => {
        this.#written += batch.rows;
        this.#behind = false;
        this.#options.onProblem(undefined);
      })
      .catch((thrown: unknown) => {
        this.#dropped += batch.rows;
        this.#options.onProblem(`rows were not kept: ${messageOf(thrown)}`);
      })
      .finally(() => {
        this.#unanswered -= batch.rows;
        this.#pending.delete(appended);
      });
    this.#pending.add(appended);
  }

  #admits(at: EpochMs): boolean {
    if (isTime(at) && this.#waiting < maxWaitingRows) return true;
    this.#dropped++;
    if (this.#waiting >= maxWaitingRows && !this.#behind) {
      this.#behind = true;
      this.#options.onProblem('the store does not keep up with what is measured; rows are given up');
    }
    return false;
  }
}

/** A time that no calendar has is a broken clock; with it the whole batch would be refused. */
const isTime = (at: EpochMs): boolean => at >= 0 && at < lastTime;

/** Labels as a store takes them: what people wrote may hold control characters, which no chart could show. */
function fit(labels: Labels): Labels {
  const entries = Object.entries(labels);
  if (entries.every(([, value]) => isFit(value))) return labels;
  return Object.fromEntries(
    entries.map(([name, value]) => [
      name,
      value
        .slice(0, seriesLimits.valueCharacters - 1)
        .toWellFormed()
        .replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd'),
    ]),
  );
}

function isFit(value: string): boolean {
  return (
    value.length < seriesLimits.valueCharacters && value.isWellFormed() && !/[\u0000-\u001f\u007f-\u009f]/.test(value)
  );
}
