import { QwError, type EpochMs, type Milliseconds } from '../../model/index.ts';
import type { Clock } from '../../platform/index.ts';
import type { EngineHealth, TelemetryEngine } from '../../store/index.ts';
import { keptOf, type Kept } from './cover.ts';
import type { Metric } from './metric.ts';
import type { SeriesBook } from './series-book.ts';

/** Where values of metrics are looked for. */
export interface MetricsStore {
  engine: TelemetryEngine;
  book: SeriesBook;
  clock: Clock;
  /** What is kept, as known a moment ago. */
  tables(): Promise<EngineHealth['tables']>;
}

/** What one query is asked with, beside itself. */
export interface Scope {
  store: MetricsStore;
  tables: EngineHealth['tables'];
  /** Where the steps begin, and how wide they are. */
  at: readonly EpochMs[];
  stepMs: Milliseconds;
  deadlineMs: Milliseconds;
  signal?: AbortSignal | undefined;
}

export function keptBy({ source }: Pick<Metric, 'source'>, tables: EngineHealth['tables']): Kept {
  return source === 'points' ? keptOf(tables, 'points', 'points') : keptOf(tables, 'samples', 'samples');
}

/** In one answer, counts of histograms included. */
export const maxValues = 500_000;

export function tooManyValues(): QwError {
  return new QwError('BAD_INPUT', `the answer would have more than ${maxValues} values`, {
    hint: 'ask for fewer points, fewer series, or a shorter time',
  });
}
