import type { TelemetrySettings } from '../../model/index.ts';
import type { Clock } from '../../platform/index.ts';
import { openMemoryEngine, type TelemetryEngine } from '../../store/index.ts';
import { keepInMemory, type SeriesKeeper } from './series-book.ts';

export interface OpenedEngine {
  engine: TelemetryEngine;
  keeper: SeriesKeeper;
  /** Sentences for the operator. */
  problems: readonly string[];
  /** Makes durable what was appended, sooner than by itself. */
  seal(): Promise<void>;
  /** Keeps all together within the size that is allowed. */
  retain(settings: TelemetrySettings): Promise<void>;
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
    seal: async () => undefined,
    retain: async () => undefined,
    close: () => engine.close(),
  };
}
