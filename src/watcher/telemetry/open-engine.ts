import type { TelemetrySettings } from '../../model/index.ts';
import type { Clock } from '../../platform/index.ts';
import type { TelemetryEngine } from '../../store/index.ts';
import { PlainEngine } from './plain-engine.ts';
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
  /** The data folder. */
  directory: string;
  clock: Clock;
  settings: TelemetrySettings;
}

export async function openEngine(_options: EngineOptions): Promise<OpenedEngine> {
  return {
    engine: new PlainEngine(),
    keeper: keepInMemory(200_000),
    problems: [],
    seal: async () => undefined,
    retain: async () => undefined,
    close: async () => undefined,
  };
}
