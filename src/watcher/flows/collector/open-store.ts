import { readSecret, type Clock, type Log } from '../../../platform/index.ts';
import { QwError, type EpochMs, type FlowKind } from '../../../model/index.ts';
import {
  flowClass,
  flowsTable,
  openClickHouse,
  openDuckDb,
  openSegments,
  type SegmentOptions,
  type SeriesTable,
  type TelemetryEngine,
  type SelectedRows,
  type SelectLimits,
} from '../../../store/index.ts';
import type { CollectorSettings } from './messages.ts';
import {
  agesOf,
  checkDeletion,
  receiptsOf,
  receiptsOfServers,
  sumsOf,
  tablesTogether,
  type DeletionReceipt,
} from './retention.ts';

/** Told of what is about to go, where that is known before; nothing goes where it rejects. */
export type Intend = (receipts: readonly DeletionReceipt[]) => Promise<void>;

export interface FlowStore {
  engine: TelemetryEngine;
  series: SeriesTable;
  /** Whether the engine goes on reading arrays that it was given and that it has acknowledged. */
  keepsArrays(): boolean;
  /** A person's statement over all tables of flows; UNSUPPORTED where they are on several shards. */
  select(sql: string, limits: SelectLimits): Promise<SelectedRows>;
  /** Makes durable what was appended, sooner than by itself. */
  seal(): Promise<void>;
  /** Forgets what is too old or too much; resolves to the single records among it. */
  retain(now: EpochMs, intend: Intend): Promise<readonly DeletionReceipt[]>;
  /**
   * Forgets records of one kind that ended before: whole files of them in the folder, every one on servers. Throws FORBIDDEN,
   * and TELEMETRY_UNAVAILABLE where a server that has some does not answer.
   */
  remove(kind: FlowKind, before: EpochMs, now: EpochMs, intend: Intend): Promise<readonly DeletionReceipt[]>;
  /** Whether any of these files, by their SHA-256, is still there. */
  holds(files: readonly string[]): boolean;
  close(): Promise<void>;
}

/** Where DuckDB is missing, these are all that can be asked for: some 60 MB. */
const memoryRows = 300_000;
/** A file of so many rows takes a moment to write, and few enough files come of it. */
const sealRows = 200_000;
const maxUnsealedRows = 600_000;

/**
 * Segments in the folder, or the servers that telemetry is kept on, which do not tell when they write: `beforeSeal` is called
 * as in `SegmentOptions`, or never.
 */
export async function openFlowStore(
  settings: CollectorSettings,
  clock: Clock,
  log: Log,
  beforeSeal: NonNullable<SegmentOptions['beforeSeal']>,
): Promise<FlowStore> {
  const { directory, flows, telemetry } = settings;
  if (telemetry.engine === 'clickhouse') return onServers(settings, clock, log);
  const segments = await openSegments({ directory, clock, log, sealRows, maxUnsealedRows, beforeSeal });
  const engine = openDuckDb({ segments, clock, log, memoryRows });
  const tables = agesOf(flows.retention).map(({ table }) => table);
  return {
    engine,
    series: segments.series,
    keepsArrays: () => engine.holdsRows,
    select: (sql, limits) => engine.select(sql, tables, limits),
    seal: () => segments.seal(),
    retain: async (_now, intend) => {
      const ages = agesOf(flows.retention).map(({ table, ...age }) => [table.name, age] as const);
      const policy = { tables: Object.fromEntries(ages), maxBytes: flows.retention.size };
      const { dropped } = await segments.retain(policy, (drops) => intend(receiptsOf(drops, 'age or size')));
      return receiptsOf(dropped, 'age or size');
    },
    remove: async (kind, before, now, intend) => {
      checkDeletion(flows.retention, kind, before, now);
      await segments.seal();
      const policy = { tables: { [flowClass(kind)]: { maxAgeMs: 0, before } } };
      const { dropped } = await segments.retain(policy, (drops) => intend(receiptsOf(drops, 'request')));
      return receiptsOf(dropped, 'request');
    },
    holds: (files) => segments.segments().some(({ sha256 }) => files.includes(sha256)),
    close: () => engine.close(),
  };
}

async function onServers(
  { self, directory, flows, telemetry }: CollectorSettings,
  clock: Clock,
  log: Log,
): Promise<FlowStore> {
  const { clickhouse } = telemetry;
  if (!clickhouse) throw new QwError('CONFIG_INVALID', 'expected the section telemetry.clickhouse');
  const { user, 'password-file': password, 'ca-file': authorities } = clickhouse;
  const own = `quorumwatch_${self.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_')}`.slice(0, 57);
  const database = `${clickhouse.database ?? own}_flows`;
  const engine = await openClickHouse({
    shards: clickhouse.shards.map((shard, at) => ({
      name: shard.name ?? `shard${at + 1}`,
      database: shard.database === undefined ? database : `${shard.database}_flows`,
      servers: shard.servers,
    })),
    tables: tablesTogether(flows.retention),
    directory,
    clock,
    log,
    spoolBytes: clickhouse.spool,
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password: async () => (await readSecret({ file: password })).reveal() }),
    ...(authorities !== undefined && { ca: (await readSecret({ file: authorities })).reveal() }),
  });
  return {
    engine,
    series: engine.series,
    // What servers have not taken yet is kept as it was given.
    keepsArrays: () => true,
    select: (sql, limits) => engine.select(sql, limits),
    seal: () => engine.seal(),
    retain: async (now) => {
      const ages = agesOf(flows.retention);
      const before = Object.fromEntries(ages.map(({ table, maxAgeMs }) => [table.name, now - maxAgeMs]));
      const removed = await engine.dropParts(flowsTable, before);
      for (const { table, maxAgeMs } of sumsOf(flows.retention)) await engine.dropBefore(table, now - maxAgeMs);
      return receiptsOfServers(removed, 'age or size');
    },
    remove: async (kind, before, now) => {
      checkDeletion(flows.retention, kind, before, now);
      return receiptsOfServers(await engine.deleteBefore(flowsTable, flowClass(kind), before), 'request');
    },
    holds: () => false,
    close: () => engine.close(),
  };
}
