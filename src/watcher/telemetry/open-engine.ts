import type { EpochMs, TelemetrySettings } from '../../model/index.ts';
import type { Clock } from '../../platform/index.ts';
import { openMemoryEngine, type Table, type TelemetryEngine } from '../../store/index.ts';
import { keepFor } from './retention.ts';
import { keepInMemory, type SeriesKeeper } from './series-book.ts';

export interface OpenedEngine {
  engine: TelemetryEngine;
  keeper: SeriesKeeper;
  /** Sentences for the operator. */
  problems: readonly string[];
  /** Until when sums have everything that is in a table. */
  rolledUpTo(table: Table): EpochMs;
  /** Makes durable what was appended, sooner than by itself. */
  seal(): Promise<void>;
  /** Forgets what is too old or too much. */
  retain(settings: TelemetrySettings['retention']): Promise<void>;
  close(): Promise<void>;
}

export interface EngineOptions {
  clock: Clock;
}

const maxSeries = 200_000;
/** Some 28 bytes each: a day of a hundred checks every ten seconds. */
const maxRowsInMemory = 1_500_000;

export async function openEngine({ clock }: EngineOptions): Promise<OpenedEngine> {
  const engine = openMemoryEngine({ clock, maxRows: maxRowsInMemory });
  return {
    engine,
    keeper: keepInMemory(maxSeries),
    problems: [],
    rolledUpTo: () => 0,
    seal: async () => undefined,
    retain: (retention) => keepFor(retention, engine, clock.now()),
    close: () => engine.close(),
  };
}
