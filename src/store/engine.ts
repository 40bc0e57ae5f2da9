import type { EpochMs, Milliseconds } from '../model/index.ts';
import type { ColumnBatch } from './batch.ts';
import type { Query } from './query/query.ts';
import type { Table } from './table.ts';

/**
 * Where telemetry is kept and asked for: in memory, in Parquet segments under DuckDB, in ClickHouse. One contract suite
 * runs against all of them.
 */
export interface TelemetryEngine {
  /** Named in answers and messages: `memory`, `duckdb`, `clickhouse`. */
  readonly name: string;
  /** Resolves when the batch outlives `kill -9`; until then it may be lost. The engine keeps the arrays. */
  append(batch: ColumnBatch): Promise<void>;
  query(query: Query, limits?: QueryLimits): Promise<Answer>;
  /** Forgets rows older than `before`, possibly some time later, and never a younger one. */
  dropBefore(table: Table, before: EpochMs): Promise<void>;
  health(): Promise<EngineHealth>;
  close(): Promise<void>;
}

/** Answers reject with TELEMETRY_QUERY, TELEMETRY_LIMIT, TELEMETRY_DEADLINE, TELEMETRY_UNAVAILABLE, or the signal's reason. */
export interface QueryLimits {
  /** 10 s by default. */
  deadlineMs?: Milliseconds;
  /** 100,000 by default; more is the error TELEMETRY_LIMIT, never a cut answer. */
  maxRows?: number;
  signal?: AbortSignal;
}

export const defaultLimits = { deadlineMs: 10_000, maxRows: 100_000 } as const;

export interface Answer {
  columns: readonly string[];
  /** Columns of u64, and sums of whole numbers, as decimal strings; all else as numbers. */
  rows: readonly (readonly (number | string)[])[];
  /** Says what is missing, when not all of the data was there to answer. */
  partial?: { answered: number; of: number; missing: readonly string[] };
  elapsedMs: Milliseconds;
}

export interface EngineHealth {
  ready: boolean;
  /** What is wrong, and what to do about it. */
  problems: readonly string[];
  /** What is kept, by table. */
  tables: Readonly<Record<string, { rows: number; bytes: number; from?: EpochMs; to?: EpochMs }>>;
}
