import { QwError, type EpochMs, type Milliseconds } from '../../model/index.ts';
import type { Clock } from '../../platform/index.ts';
import type { ColumnBatch } from '../batch.ts';
import { defaultLimits, type Answer, type EngineHealth, type QueryLimits, type TelemetryEngine } from '../engine.ts';
import { validateQuery, validateTable } from '../query/validate.ts';
import { columnsOf, type Query } from '../query/query.ts';
import type { Table } from '../table.ts';
import { evaluate } from './evaluate.ts';
import { scannable, type Scannable } from './numbers.ts';

export interface MemoryEngineOptions {
  clock: Clock;
  /** Of all tables together; above it the batches that came first go. 1,000,000 by default. */
  maxRows?: number;
}

interface Held extends Scannable {
  table: Table;
  bytes: number;
}

/** How long a scan may hold the event loop. */
const sliceMs: Milliseconds = 4;

/** Recent telemetry in typed arrays, and nothing on disk: what was appended is gone with the process. */
export function openMemoryEngine(options: MemoryEngineOptions): MemoryEngine {
  return new MemoryEngine(options);
}

export class MemoryEngine implements TelemetryEngine {
  readonly name = 'memory';
  readonly #clock: Clock;
  readonly #maxRows: number;
  #held: Held[] = [];
  #rows = 0;
  /** For each table, from when on nothing is missing because there was no room. */
  readonly #forgotten = new Map<string, EpochMs>();

  constructor({ clock, maxRows = 1_000_000 }: MemoryEngineOptions) {
    this.#clock = clock;
    this.#maxRows = maxRows;
  }

  // oxlint-disable-next-line require-await -- a table that is no good is a promise that rejects
  async append(batch: ColumnBatch): Promise<void> {
    validateTable(batch.table);
    if (batch.rows === 0) return;
    const bytes = Object.values(batch.columns).reduce((sum, column) => sum + column.byteLength, 0);
    this.#held.push({ ...scannable(batch), table: batch.table, bytes });
    this.#rows += batch.rows;
    while (this.#rows > this.#maxRows) {
      const oldest = this.#held.shift();
      if (!oldest) break;
      this.#rows -= oldest.rows;
      this.#forgotten.set(oldest.table.name, Math.max(oldest.to + 1, this.#forgotten.get(oldest.table.name) ?? 0));
    }
  }

  async query(query: Query, limits: QueryLimits = {}): Promise<Answer> {
    validateQuery(query);
    const { deadlineMs, maxRows } = { ...defaultLimits, ...limits };
    const startMs = this.#clock.monotonic();
    let sliceStartMs = startMs;
    const breathe = async () => {
      const nowMs = this.#clock.monotonic();
      if (nowMs - sliceStartMs > sliceMs) {
        await new Promise((resolve) => setImmediate(resolve));
        sliceStartMs = this.#clock.monotonic();
      }
      limits.signal?.throwIfAborted();
      if (nowMs - startMs > deadlineMs)
        throw new QwError('TELEMETRY_DEADLINE', `no answer within ${Math.round(deadlineMs)} ms`);
    };
    await breathe();
    const held = this.#held.filter(({ table }) => table.name === query.table.name);
    const rows = await evaluate(query, held, { maxRows, breathe });
    const since = this.#forgotten.get(query.table.name);
    return {
      columns: columnsOf(query),
      rows,
      elapsedMs: this.#clock.monotonic() - startMs,
      ...(since !== undefined &&
        query.from < since && {
          partial: { answered: 1, of: 2, missing: [`rows before ${new Date(since).toISOString()} are not in memory`] },
        }),
    };
  }

  dropBefore(table: Table, before: EpochMs): Promise<void> {
    this.#held = this.#held.filter((held) => held.table.name !== table.name || held.to >= before);
    this.#rows = this.#held.reduce((sum, { rows }) => sum + rows, 0);
    return Promise.resolve();
  }

  health(): Promise<EngineHealth> {
    const tables: Record<string, { rows: number; bytes: number; from: EpochMs; to: EpochMs }> = {};
    for (const { table, rows, bytes, from, to } of this.#held) {
      const sum = (tables[table.name] ??= { rows: 0, bytes: 0, from: Infinity, to: -Infinity });
      sum.rows += rows;
      sum.bytes += bytes;
      sum.from = Math.min(sum.from, from);
      sum.to = Math.max(sum.to, to);
    }
    return Promise.resolve({ ready: true, problems: [], tables });
  }

  close(): Promise<void> {
    this.#held = [];
    this.#rows = 0;
    return Promise.resolve();
  }
}
