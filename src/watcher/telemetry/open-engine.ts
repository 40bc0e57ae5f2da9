import { isAbsolute, join } from 'node:path';
import { messageOf, QwError, type EpochMs, type TelemetrySettings } from '../../model/index.ts';
import { readSecret, type Clock, type Log } from '../../platform/index.ts';
import {
  openClickHouse,
  openDuckDb,
  openMemoryEngine,
  openSegments,
  type Table,
  type TelemetryEngine,
} from '../../store/index.ts';
import { agesOf, keepFor } from './retention.ts';
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
  self: string;
  /** The data folder. */
  directory: string;
  clock: Clock;
  log: Log;
  settings: () => TelemetrySettings;
}

const maxSeries = 200_000;
/** Some 28 bytes each: a day of a hundred checks every ten seconds. */
const maxRowsInMemory = 1_500_000;

/** The engine that the configuration names. A folder that cannot be used leaves memory, and says so. */
export async function openEngine(options: EngineOptions): Promise<OpenedEngine> {
  const { engine } = options.settings();
  if (engine === 'memory') return inMemory(options, []);
  try {
    return await (engine === 'clickhouse' ? onServers(options) : onDisk(options));
  } catch (thrown) {
    return inMemory(options, [`telemetry is kept in memory only: ${messageOf(thrown)}`]);
  }
}

async function onDisk({ directory, clock, log, settings }: EngineOptions): Promise<OpenedEngine> {
  const { folder } = settings();
  const segments = await openSegments({ directory: isAbsolute(folder) ? folder : join(directory, folder), clock, log });
  const engine = openDuckDb({ segments, clock, log, memoryRows: maxRowsInMemory });
  return {
    engine,
    keeper: segments.series,
    problems: [],
    rolledUpTo: (table) => engine.rolledUpTo(table),
    seal: () => segments.seal(),
    retain: async (retention) => {
      const ages = agesOf(retention).map(({ table, maxAgeMs }) => [table.name, { maxAgeMs }] as const);
      await segments.retain({ tables: Object.fromEntries(ages), maxBytes: retention.size });
    },
    close: () => engine.close(),
  };
}

/** Servers keep what this watcher measures in a database of its own: numbers of series are its own too. */
async function onServers({ self, directory, clock, log, settings }: EngineOptions): Promise<OpenedEngine> {
  const { folder, clickhouse, retention } = settings();
  if (!clickhouse) throw new QwError('CONFIG_INVALID', 'expected the section telemetry.clickhouse');
  const { user, 'password-file': password, 'ca-file': authorities } = clickhouse;
  const database =
    clickhouse.database ?? `quorumwatch_${self.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_')}`.slice(0, 63);
  const engine = await openClickHouse({
    shards: clickhouse.shards.map((shard, at) => ({
      name: shard.name ?? `shard${at + 1}`,
      database: shard.database ?? database,
      servers: shard.servers,
    })),
    tables: agesOf(retention).map(({ table }) => table),
    directory: isAbsolute(folder) ? folder : join(directory, folder),
    clock,
    log,
    spoolBytes: clickhouse.spool,
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password: async () => (await readSecret({ file: password })).reveal() }),
    ...(authorities !== undefined && { ca: (await readSecret({ file: authorities })).reveal() }),
  });
  return {
    engine,
    keeper: engine.series,
    problems: engine.problems,
    rolledUpTo: () => 0,
    seal: () => engine.seal(),
    retain: (keep) => keepFor(keep, engine, clock.now()),
    close: () => engine.close(),
  };
}

function inMemory({ clock }: EngineOptions, problems: readonly string[]): OpenedEngine {
  const engine = openMemoryEngine({ clock, maxRows: maxRowsInMemory });
  return {
    engine,
    keeper: keepInMemory(maxSeries),
    problems,
    rolledUpTo: () => 0,
    seal: async () => undefined,
    retain: (retention) => keepFor(retention, engine, clock.now()),
    close: () => engine.close(),
  };
}
