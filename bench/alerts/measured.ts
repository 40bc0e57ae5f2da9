import { QwError } from '../../src/model/index.ts';

import {
  type Answer,
  type ColumnBatch,
  type EngineHealth,
  type Query,
  type QueryLimits,
  type TelemetryEngine,
} from '../../src/store/index.ts';
import { keepInMemory, SeriesBook } from '../../src/watcher/telemetry/series-book.ts';
import { samplesFamily, type Labels } from '../../src/watcher/telemetry/metric.ts';
import { population } from './policies.ts';

/** What 5,000 checks, 4,000 paths and 1,000 counters measure every 10 s: a figure of series and time, so that it can be had of the past. */
export const everyMs = 10_000;

export interface MeasuredSeries {
  id: number;
  kind: 'sample' | 'path' | 'counter';
  /** Of points: the name of the metric. */
  metric: string;
  labels: Labels;
}

export interface Measured {
  book: SeriesBook;
  series: readonly MeasuredSeries[];
}

export function measuredSeries(): Measured {
  const book = new SeriesBook(keepInMemory(20_000));
  const series: MeasuredSeries[] = [];
  const add = (kind: MeasuredSeries['kind'], metric: string, labels: Labels) => {
    series.push({ id: book.idOf(metric, labels), kind, metric, labels });
  };
  for (let check = 0; check < population.checks; check++) {
    const labels = {
      check: `c${check}`,
      type: 'icmp',
      watcher: 'w0',
      site: `s${check % population.sites}`,
      label_team: `t${check % population.teams}`,
    };
    add('sample', samplesFamily, labels);
  }
  for (let from = 0; from < population.watchers; from++) {
    for (let to = 0; to < population.paths; to++) {
      const labels = { from: `w${from}`, to: `p${to}`, site_from: `s${from % 10}`, site_to: `s${to % 10}` };
      add('path', 'quorumwatch_path_rtt_seconds', labels);
    }
  }
  for (let watcher = 0; watcher < 1000; watcher++) {
    const labels = { watcher: `w${watcher}`, site: `s${watcher % 10}` };
    add('counter', 'quorumwatch_telemetry_rows_total', labels);
  }
  return { book, series };
}

/** From 0 to 1, without any pattern that could be seen. */
function noise(id: number, turn: number): number {
  let hash = Math.imul(id + 1, 0x9e3779b1) ^ Math.imul(turn + 1, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 12)) >>> 0) / 2 ** 32;
}

export function sampleOf(id: number, turn: number) {
  const share = noise(id, turn);
  const isLost = share > 0.99;
  return {
    outcome: isLost ? 2 : 0,
    latencyUs: isLost ? 0 : Math.round(1000 + 300_000 * share),
    lossPercent: isLost ? 100 : 0,
  };
}

export function pointOf({ id, kind }: MeasuredSeries, turn: number): number {
  return kind === 'counter' ? turn * 100 : 0.01 + 0.2 * noise(id, turn);
}

/** Keeps nothing, and answers questions about the past as if it had been measured. */
export class InventedPast implements TelemetryEngine {
  readonly name = 'invented';
  readonly #series: ReadonlyMap<number, MeasuredSeries>;
  readonly #until: number;
  rows = 0;

  constructor(series: readonly MeasuredSeries[], until: number) {
    this.#series = new Map(series.map((one) => [one.id, one]));
    this.#until = until;
  }

  append(batch: ColumnBatch): Promise<void> {
    this.rows += batch.rows;
    return Promise.resolve();
  }

  // oxlint-disable-next-line require-await -- what is refused is a promise that rejects
  async query({ table, from, to, where, select }: Query, { maxRows = 100_000 }: QueryLimits = {}): Promise<Answer> {
    const chosen = where && 'all' in where ? where.all[0] : where;
    const ids = chosen && 'in' in chosen ? chosen.values.map(Number) : [];
    const columns = select.map(({ name }) => name);
    const rows: number[][] = [];
    // When series were heard of before the windows begin: all of them are heard of within them.
    if (columns.includes('newest')) return { columns, rows, elapsedMs: 0 };
    const first = Math.ceil(from / everyMs);
    const last = Math.ceil(Math.min(to, this.#until) / everyMs);
    if ((last - first) * ids.length > maxRows) throw new QwError('TELEMETRY_LIMIT', `more than ${maxRows} rows`);
    for (let turn = first; turn < last; turn++) {
      const at = turn * everyMs;
      for (const id of ids) {
        const one = this.#series.get(id);
        if (one && table.name === 'points') rows.push([at, id, pointOf(one, turn)]);
        else if (one) {
          const { outcome, latencyUs, lossPercent } = sampleOf(id, turn);
          rows.push([at, id, outcome, latencyUs, lossPercent]);
        }
      }
    }
    return { columns, rows, elapsedMs: 0 };
  }

  dropBefore(): Promise<void> {
    return Promise.resolve();
  }

  health(): Promise<EngineHealth> {
    return Promise.resolve({ ready: true, problems: [], tables: {} });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
