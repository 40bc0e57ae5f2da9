import { createRequire } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { messageOf, QwError, type EpochMs, type Milliseconds } from '../../model/index.ts';
import { sleep, systemClock, type Clock, type Log, type Timer } from '../../platform/index.ts';
import type { ColumnBatch } from '../batch.ts';
import { defaultLimits, type Answer, type EngineHealth, type QueryLimits, type TelemetryEngine } from '../engine.ts';
import { openMemoryEngine, type MemoryEngine } from '../memory-engine/engine.ts';
import { evaluate, tooManyRows } from '../memory-engine/evaluate.ts';
import { duckdbDialect } from '../query/duckdb-dialect.ts';
import { kindOf } from '../query/kind.ts';
import { columnsOf, type Query } from '../query/query.ts';
import { toSql } from '../query/sql.ts';
import { validateQuery } from '../query/validate.ts';
import type { SegmentStore, Snapshot } from '../segments/segment-store.ts';
import type { Table } from '../table.ts';
import { Maintenance, type Maintained } from './maintenance.ts';
import { QueryProcess } from './query-process.ts';
import { rolledTables } from './rollup-statements.ts';
import type { SelectedRows } from './select.ts';
import { addressMacro, namesView, viewOf } from './select-views.ts';
import { readFiles } from './statements.ts';
import { rolledUpTo } from './units.ts';

export interface DuckDbOptions {
  /** The engine closes it with itself. One that was opened for reading is asked and not maintained. */
  segments: SegmentStore;
  clock?: Clock;
  log: Log;
  /** Of the query process. 256 by default. */
  memoryMiB?: number;
  /** Of one process for what does not fit into its memory, in the folder of the segments. 2048 by default. */
  spillMiB?: number;
  /** Rows kept to answer from where DuckDB is not installed. */
  memoryRows?: number;
  idleMs?: Milliseconds;
  /** The package to import, `@duckdb/node-api` by default. */
  library?: string;
}

/**
 * A question sees rows that wait for the disk by having them written first, so that every row is in one place only and no
 * answer is put together of two. That makes small files, hence at most one a second; a row that is younger was not
 * acknowledged yet.
 */
const sealAgainMs: Milliseconds = 1000;
/** A disk that is slower than this does not hold up an answer. */
const sealWaitMs: Milliseconds = 500;
const maintainMs: Milliseconds = 60_000;
const selectIdleMs: Milliseconds = 60_000;

export interface SelectLimits extends Omit<QueryLimits, 'maxRows'> {
  limit: number;
}

export function openDuckDb(options: DuckDbOptions): DuckDbEngine {
  return new DuckDbEngine(options);
}

/** Segments on disk, asked by DuckDB in a process of its own. Where that isn't installed, memory answers for recent data. */
export class DuckDbEngine implements TelemetryEngine {
  readonly name = 'duckdb';
  readonly #segments: SegmentStore;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #process: QueryProcess;
  /** For what people write. */
  readonly #selecting: QueryProcess;
  /** Only where DuckDB is missing. */
  #memory: MemoryEngine | undefined;
  readonly #memoryRows: number | undefined;
  readonly #openedAt: EpochMs;
  #missing: string | undefined;
  readonly #maintenance: Maintenance;
  readonly #closing = new AbortController();
  #nextMaintenance: Timer | undefined;
  #sealedMs = -Infinity;

  constructor(options: DuckDbOptions) {
    const { segments, clock = systemClock, log, idleMs, library = '@duckdb/node-api' } = options;
    this.#segments = segments;
    this.#clock = clock;
    this.#log = log;
    this.#memoryRows = options.memoryRows;
    this.#openedAt = clock.now();
    const settings = {
      // The process works from this folder, so a path from ours would lead it astray.
      directory: resolve(segments.directory),
      // Two processes would take each other's files for their own.
      spillDirectory: segments.refresh
        ? join(tmpdir(), `quorumwatch-spill-${process.pid}`)
        : `${resolve(segments.directory)}/spill`,
      memoryMiB: options.memoryMiB ?? 256,
      threads: Math.min(2, availableParallelism()),
      spillMiB: options.spillMiB ?? 2048,
      library,
    };
    this.#process = new QueryProcess({ settings, clock, log, ...(idleMs !== undefined && { idleMs }) });
    const spillDirectory = `${settings.spillDirectory}-select`;
    this.#selecting = new QueryProcess({ settings: { ...settings, spillDirectory }, clock, log, idleMs: selectIdleMs });
    this.#maintenance = new Maintenance({ segments, process: this.#process, clock, log });
    try {
      createRequire(import.meta.url).resolve(library);
    } catch {
      this.#withoutDuckDb('it is not installed');
    }
    this.#maintainLater();
  }

  /** For measuring and for tests; undefined while it isn't needed. */
  get processId(): number | undefined {
    return this.#process.pid;
  }

  /** Rows that were appended are kept as they were given, to answer from. */
  get holdsRows(): boolean {
    return this.#memory !== undefined;
  }

  async append(batch: ColumnBatch): Promise<void> {
    await this.#segments.append(batch);
    await this.#memory?.append(batch);
  }

  async query(query: Query, limits: QueryLimits = {}): Promise<Answer> {
    validateQuery(query);
    const { deadlineMs, maxRows } = { ...defaultLimits, ...limits };
    const { signal } = limits;
    signal?.throwIfAborted();
    if (this.#missing !== undefined) return this.#fromMemory(query, limits);
    const startMs = this.#clock.monotonic();
    await this.#segments.refresh?.();
    for (;;) {
      const snapshot = await this.#snapshot(query);
      try {
        return await this.#answer(query, snapshot, { deadlineMs, maxRows, signal, startMs });
      } catch (problem) {
        if (this.#process.unusable !== undefined) {
          this.#withoutDuckDb(this.#process.unusable);
          return await this.#fromMemory(query, limits);
        }
        if (!(await this.#isReplaced(snapshot)) || this.#clock.monotonic() - startMs > deadlineMs) throw problem;
      } finally {
        snapshot.release();
      }
    }
  }

  /** Whether another process, which knows of no reader, put other files in the place of these. */
  async #isReplaced({ segments }: Snapshot): Promise<boolean> {
    if (!this.#segments.refresh) return false;
    await this.#segments.refresh();
    const present = new Set(this.#segments.segments().map(({ name }) => name));
    return segments.some(({ name }) => !present.has(name));
  }

  async #answer(
    query: Query,
    snapshot: Snapshot,
    asking: { deadlineMs: Milliseconds; maxRows: number; signal: AbortSignal | undefined; startMs: Milliseconds },
  ): Promise<Answer> {
    const { deadlineMs, maxRows, signal, startMs } = asking;
    const bounded = { ...query, limit: Math.min(query.limit ?? Infinity, maxRows + 1) };
    const rows =
      snapshot.segments.length === 0
        ? await evaluate(bounded, [], { maxRows, breathe: () => Promise.resolve() })
        : await this.#ask(bounded, snapshot, {
            deadlineMs: deadlineMs - (this.#clock.monotonic() - startMs),
            signal,
          });
    if (rows.length > maxRows) throw tooManyRows(maxRows);
    return { columns: columnsOf(query), rows, elapsedMs: this.#clock.monotonic() - startMs };
  }

  /**
   * A person's SELECT statement over these tables by their names, over `names` (number, kind, text) and with
   * `address(high, low)`. It runs in a process of its own, so that it is no matter of other questions what it needs.
   * Rejects with BAD_INPUT for what is none, TELEMETRY_LIMIT and TELEMETRY_DEADLINE.
   */
  async select(sql: string, tables: readonly Table[], limits: SelectLimits): Promise<SelectedRows> {
    if (this.#missing !== undefined) throw new QwError('UNSUPPORTED', `DuckDB cannot be used: ${this.#missing}`);
    await this.#segments.refresh?.();
    await this.#segments.seal();
    const snapshots = tables.map((table) => ({ table, ...this.#segments.snapshot(table, 0, Number.MAX_SAFE_INTEGER) }));
    try {
      const views = snapshots.map(({ table, segments }) => viewOf(table, segments));
      const setup = [addressMacro, namesView(this.#segments.series.entries()), ...views];
      const { limit, deadlineMs = defaultLimits.deadlineMs, signal } = limits;
      return await this.#selecting.select({ setup, sql, limit }, { deadlineMs, signal });
    } finally {
      for (const { release } of snapshots) release();
    }
  }

  /** Compaction and rollups, which otherwise happen by themselves every minute. */
  maintain(): Promise<Maintained> {
    return this.#maintenance.run(this.#closing.signal);
  }

  /** Until when rollups of a table have everything; later times are asked of the table itself. 0 without any. */
  rolledUpTo(table: Table): EpochMs {
    const rolled = rolledTables.find((one) => one.table.name === table.name);
    if (!rolled || rolled.rollups.length === 0 || this.#missing !== undefined) return 0;
    return rolledUpTo(rolled, this.#segments, this.#clock.now());
  }

  async dropBefore(table: Table, before: EpochMs): Promise<void> {
    await this.#segments.dropBefore(table, before);
    await this.#memory?.dropBefore(table, before);
  }

  health(): Promise<EngineHealth> {
    const tables: Record<string, { rows: number; bytes: number; from: EpochMs; to: EpochMs }> = {};
    for (const { table, rows, bytes, from, to } of this.#segments.segments()) {
      const sum = (tables[table] ??= { rows: 0, bytes: 0, from, to });
      sum.rows += rows;
      sum.bytes += bytes;
      sum.from = Math.min(sum.from, from);
      sum.to = Math.max(sum.to, to);
    }
    const missing =
      this.#missing === undefined
        ? []
        : [
            `DuckDB cannot be used (${this.#missing}): charts show only what came since the start, and there are no rollups; run \`npm install @duckdb/node-api\``,
          ];
    return Promise.resolve({ ready: true, problems: [...missing, ...this.#segments.problems], tables });
  }

  async close(): Promise<void> {
    this.#closing.abort(new QwError('TELEMETRY_UNAVAILABLE', 'the telemetry store was closed'));
    this.#nextMaintenance?.cancel();
    this.#process.close();
    this.#selecting.close();
    await this.#maintenance.settled();
    await this.#segments.close();
  }

  #ask(query: Query, { segments }: Snapshot, asking: { deadlineMs: Milliseconds; signal: AbortSignal | undefined }) {
    const files = readFiles(segments.map(({ name }) => name));
    const kinds = query.select.map(({ value }) => kindOf(value, query.table));
    if (query.countAs !== undefined) kinds.push('small');
    return this.#process.ask(toSql(query, files, duckdbDialect), kinds, asking);
  }

  async #snapshot({ table, from, to }: Query): Promise<Snapshot> {
    const snapshot = this.#segments.snapshot(table, from, to);
    const nowMs = this.#clock.monotonic();
    if (snapshot.unsealed.length === 0 || nowMs - this.#sealedMs < sealAgainMs) return snapshot;
    snapshot.release();
    this.#sealedMs = nowMs;
    const waiting = new AbortController();
    await Promise.race([this.#segments.seal(), sleep(this.#clock, sealWaitMs, waiting.signal)]);
    waiting.abort();
    return this.#segments.snapshot(table, from, to);
  }

  #maintainLater(): void {
    const isOfOthers = this.#segments.refresh !== undefined;
    if (isOfOthers || this.#missing !== undefined || this.#closing.signal.aborted) return;
    this.#nextMaintenance = this.#clock.after(maintainMs, () => {
      const done = this.maintain().catch((problem: unknown) => {
        this.#log.warning('telemetry was not maintained', { reason: messageOf(problem) });
      });
      void done.then(() => this.#maintainLater());
    });
  }

  #withoutDuckDb(reason: string): void {
    if (this.#missing !== undefined) return;
    this.#log.warning('DuckDB cannot be used: there are no rollups, and only recent telemetry can be asked for', {
      reason,
    });
    this.#missing = reason;
    this.#memory ??= openMemoryEngine({
      clock: this.#clock,
      ...(this.#memoryRows !== undefined && { maxRows: this.#memoryRows }),
    });
  }

  async #fromMemory(query: Query, limits: QueryLimits): Promise<Answer> {
    if (!this.#memory) throw new QwError('TELEMETRY_UNAVAILABLE', 'DuckDB cannot be used');
    const answer = await this.#memory.query(query, limits);
    const isOlder = this.#segments.segments(query.table).some(({ from }) => from < this.#openedAt && from < query.to);
    if (answer.partial || query.from >= this.#openedAt || !isOlder) return answer;
    const missing = [`rows before ${new Date(this.#openedAt).toISOString()} are on disk, and DuckDB is not installed`];
    return { ...answer, partial: { answered: 1, of: 2, missing } };
  }
}
