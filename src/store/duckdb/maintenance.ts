import { basename } from 'node:path';
import { messageOf, type EpochMs, type Milliseconds } from '../../model/index.ts';
import { nodeDisk, type Clock, type Log } from '../../platform/index.ts';
import type { Replacement, Segment, SegmentStore } from '../segments/segment-store.ts';
import type { Table } from '../table.ts';
import type { QueryProcess } from './query-process.ts';
import { rolledTables, type RolledTable, type Rollup } from './rollup-statements.ts';
import { copyTo, readFiles } from './statements.ts';
import { maxRowsOf, sharesOf } from './shares.ts';
import { dayMs, hourMs, isRolled, levels, rolledNote, rowsOf, unitsOf, type Unit } from './units.ts';

export interface MaintenanceOptions {
  segments: SegmentStore;
  process: QueryProcess;
  clock: Clock;
  log: Log;
}

export interface Maintained {
  rolled: number;
  compacted: number;
}

/** Small files of the present hour that are put together before it is over. */
const manyFiles = 120;
/** A slice that failed, or whose late rows were just counted, has to wait. */
const againMs: Milliseconds = 600_000;
const statementMs: Milliseconds = 600_000;

/**
 * Keeps files few and sorted, and computes rollups. When an hour is over, its rollups are computed from all of its rows and
 * take the place of those that were there; only then do its rows become one sorted file that is marked as counted. Rows that
 * come late are not marked, so the hour (or the day, once its hours are one file) is computed again from everything. A crash
 * between the two makes the same rollups once more, in place of themselves.
 */
export class Maintenance {
  readonly #options: MaintenanceOptions;
  readonly #notBefore = new Map<string, Milliseconds>();
  #running: Promise<Maintained> | undefined;

  constructor(options: MaintenanceOptions) {
    this.#options = options;
  }

  /** One after the other: who comes while it runs gets the same result. */
  run(signal?: AbortSignal): Promise<Maintained> {
    this.#running ??= this.#pass(signal).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Resolves when nothing runs any more, whatever became of it. */
  async settled(): Promise<void> {
    await this.#running?.catch(() => undefined);
  }

  async #pass(signal: AbortSignal | undefined): Promise<Maintained> {
    const done: Maintained = { rolled: 0, compacted: 0 };
    for (const rolled of rolledTables) {
      for (const unit of unitsOf(rolled, this.#options.segments, this.#options.clock.now())) {
        await this.#try(`${rolled.table.name} ${unit.from}`, signal, async () => {
          const held = this.#options.segments.snapshot(rolled.table, unit.from, unit.to);
          try {
            await this.#roll(rolled, unit, signal);
            done.rolled++;
          } finally {
            held.release();
          }
        });
      }
      for (const table of [rolled.table, ...rolled.rollups.map((rollup) => rollup.table)]) {
        for (const files of this.#compactable(rolled, table)) {
          await this.#try(`${table.name} ${files.from} ${files.level}`, signal, async () => {
            await this.#compact(table, files, signal);
            done.compacted++;
          });
        }
      }
    }
    return done;
  }

  async #try(what: string, signal: AbortSignal | undefined, work: () => Promise<void>): Promise<void> {
    const { clock, log, process } = this.#options;
    const nowMs = clock.monotonic();
    if (signal?.aborted || process.unusable !== undefined || nowMs < (this.#notBefore.get(what) ?? -Infinity)) return;
    this.#notBefore.set(what, nowMs + againMs);
    try {
      await work();
    } catch (problem) {
      if (!signal?.aborted) log.warning('telemetry was not compacted', { what, reason: messageOf(problem) });
    }
    for (const [key, untilMs] of this.#notBefore) if (untilMs < nowMs) this.#notBefore.delete(key);
  }

  async #roll({ table, rollups }: RolledTable, unit: Unit, signal: AbortSignal | undefined): Promise<void> {
    const { process, segments } = this.#options;
    const source = readFiles(unit.segments.map(({ name }) => name));
    const rows = unit.segments.reduce((sum, segment) => sum + segment.rows, 0);
    const counts = rollups.map(({ where }) => `CAST(count(*) FILTER (WHERE ${where}) AS DOUBLE)`);
    const kinds = rollups.map(() => 'small' as const);
    const asking = { deadlineMs: statementMs, signal };
    const [counted = []] =
      counts.length === 0 ? [] : await process.ask(`SELECT ${counts.join(', ')} FROM ${source}`, kinds, asking);
    for (const [at, rollup] of rollups.entries()) {
      const inputs = segments
        .segments(rollup.table)
        .filter((segment) => segment.from >= unit.from && segment.from < unit.to);
      // Where rows were forgotten since they were counted, what was computed from all of them is better than the rest.
      if (inputs.reduce((sum, input) => sum + rowsOf(input), 0) > rows) continue;
      await this.#write(rollup, { inputs, source, unit, rows: Number(counted[at]) > 0 ? rows : 0 }, signal);
    }
    for (const share of sharesOf(table, unit.segments)) {
      if (share.every((one) => isRolled(one) && one.level >= unit.level)) continue;
      await this.#compact(table, { ...unit, segments: share, note: rolledNote }, signal);
    }
  }

  async #write(
    rollup: Rollup,
    of: { inputs: readonly Segment[]; source: string; unit: Unit; rows: number },
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { segments } = this.#options;
    const { inputs, source, unit, rows } = of;
    if (inputs.length === 0 && rows === 0) return;
    const plans = rows === 0 ? [] : [{ from: unit.from, level: unit.level, note: `rows=${rows}` }];
    await this.#replace(segments.planReplacement(rollup.table, inputs, plans), rollup.statement(source), signal);
  }

  async #compact(table: Table, files: Compaction, signal: AbortSignal | undefined): Promise<void> {
    const { segments } = this.#options;
    const { from, level, note } = files;
    const plan = { from, level, ...(note !== undefined && { note }) };
    const replacement = segments.planReplacement(table, files.segments, [plan]);
    // Held, so that no file goes while it is read, should it become too old just now.
    const held = segments.snapshot(table, from, files.segments.at(-1)?.to ?? from);
    try {
      const source = readFiles(files.segments.map(({ name }) => name));
      await this.#replace(replacement, `SELECT * FROM ${source}`, signal);
    } finally {
      held.release();
    }
  }

  async #replace(replacement: Replacement, rows: string, signal: AbortSignal | undefined): Promise<void> {
    const { process, segments } = this.#options;
    for (const output of replacement.outputs) {
      const statement = copyTo(rows, replacement.table, output, basename(output.path));
      try {
        await process.run(statement, { deadlineMs: statementMs, signal });
      } catch (problem) {
        // Half a file at most, which nobody else knows of.
        await nodeDisk.remove(output.path).catch(() => undefined);
        throw problem;
      }
    }
    await segments.replace(replacement);
  }

  /** Days that can become one file, and the present hour when it has too many. */
  #compactable(rolled: RolledTable, table: Table): Compaction[] {
    const { segments, clock } = this.#options;
    const now = clock.now();
    const all = segments.segments(table);
    const found: Compaction[] = [];
    const fresh = all.filter(({ level, from }) => level === levels.gathered && from >= now - 2 * hourMs);
    for (const [hour, files] of Map.groupBy(fresh, ({ from }) => Math.floor(from / hourMs))) {
      if (files.length < manyFiles) continue;
      for (const share of sharesOf(table, files)) {
        if (share.length > 1) found.push({ from: hour * hourMs, level: levels.hour, segments: share });
      }
    }
    const unrolled = new Set(
      segments.segments(rolled.table).flatMap((one) => (isRolled(one) ? [] : [Math.floor(one.from / dayMs)])),
    );
    for (const [day, files] of Map.groupBy(all, ({ from }) => Math.floor(from / dayMs))) {
      const rows = files.reduce((sum, file) => sum + file.rows, 0);
      const isOver = now >= (day + 1) * dayMs + hourMs && !unrolled.has(day);
      if (!isOver || files.length < 2 || rows > maxRowsOf(table)) continue;
      const counted = files.reduce((sum, file) => sum + rowsOf(file), 0);
      const note = table === rolled.table ? rolledNote : `rows=${counted}`;
      found.push({ from: day * dayMs, level: levels.day, segments: files, note });
    }
    return found;
  }
}

interface Compaction {
  from: EpochMs;
  level: number;
  segments: readonly Segment[];
  note?: string;
}
