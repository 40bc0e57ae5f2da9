import { createHash } from 'node:crypto';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DuckDBInstance, DuckDBDataChunk, type DuckDBConnection } from '@duckdb/node-api';
import { QwError, type EpochMs } from '../../model/index.ts';
import type { ColumnBatch } from '../batch.ts';
import type {
  OutputPlan,
  PlannedOutput,
  Replacement,
  Segment,
  SegmentStore,
  Snapshot,
} from '../segments/segment-store.ts';
import type { Table } from '../table.ts';
import { duckdbTypes, text } from './statements.ts';

/**
 * A store of segments that keeps its list in memory and lets DuckDB write every file at once: what the query engine is
 * tried on, independent of the writer of our own.
 */
export async function openWrittenSegments(directory: string): Promise<SegmentStore> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  return new WrittenSegments(directory, connection);
}

const hourMs = 3_600_000;

class WrittenSegments implements SegmentStore {
  readonly directory: string;
  readonly problems: readonly string[] = [];
  readonly unsealedRows = 0;
  readonly #connection: DuckDBConnection;
  #segments: Segment[] = [];
  #count = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(directory: string, connection: DuckDBConnection) {
    this.directory = directory;
    this.#connection = connection;
  }

  get series(): never {
    throw new Error('no series here');
  }

  append(batch: ColumnBatch): Promise<void> {
    const written = this.#writing.then(() => this.#write(batch));
    this.#writing = written.catch(() => undefined);
    return written;
  }

  seal(): Promise<void> {
    return this.#writing;
  }

  snapshot(table: Table, from: EpochMs, to: EpochMs): Snapshot {
    const segments = this.segments(table).filter((segment) => segment.to >= from && segment.from < to);
    return { segments, unsealed: [], release: () => undefined };
  }

  planReplacement(table: Table, inputs: readonly Segment[], plans: readonly OutputPlan[]): Replacement {
    const outputs = plans.map((plan) => {
      const name = `${table.name}-${plan.level}-${this.#count++}.parquet`;
      return { ...plan, path: join(this.directory, name), metadata: { 'qw.table': table.name, note: plan.note ?? '' } };
    });
    return { table, inputs, outputs };
  }

  async replace({ table, inputs, outputs }: Replacement): Promise<readonly Segment[]> {
    const added = await Promise.all(outputs.map((output) => this.#read(table, output)));
    if (inputs.some((input) => !this.#segments.includes(input))) throw new QwError('CONFLICT', 'an input is gone');
    this.#segments = [...this.#segments.filter((segment) => !inputs.includes(segment)), ...added];
    return added;
  }

  dropBefore(table: Table, before: EpochMs): Promise<number> {
    const dropped = this.#segments.filter((segment) => segment.table === table.name && segment.to < before);
    this.#segments = this.#segments.filter((segment) => !dropped.includes(segment));
    for (const { path } of dropped) rmSync(path);
    return Promise.resolve(dropped.length);
  }

  retain(): never {
    throw new Error('nothing is retained here');
  }

  segments(table?: Table): readonly Segment[] {
    const found = table ? this.#segments.filter((segment) => segment.table === table.name) : this.#segments;
    return found.toSorted((a, b) => a.from - b.from);
  }

  verify(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  close(): Promise<void> {
    this.#connection.closeSync();
    return Promise.resolve();
  }

  async #write({ table, rows, columns }: ColumnBatch): Promise<void> {
    if (rows === 0) return;
    const named = Object.entries(table.columns);
    const types = named.map(([name, type]) => `"${name}" ${duckdbTypes[type]}`).join(', ');
    await this.#connection.run(`CREATE OR REPLACE TABLE gathered (${types})`);
    const appender = await this.#connection.createAppender('gathered');
    for (let start = 0; start < rows; start += 2000) {
      const chunk = DuckDBDataChunk.create(named.map((_, at) => appender.columnType(at)));
      chunk.setColumns(
        named.map(([name]) => Array.from<number | bigint>(columns[name]?.slice(start, start + 2000) ?? [])),
      );
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
    const hours = await this.#connection.runAndReadAll(`SELECT DISTINCT ts // ${hourMs} AS hour FROM gathered`);
    const starts = hours.getRows().map(([hour]) => Number(hour) * hourMs);
    const replacement = this.planReplacement(
      table,
      [],
      starts.map((from) => ({ from, level: 0 })),
    );
    for (const { from, path } of replacement.outputs) {
      const rowsOfHour = `SELECT * FROM gathered WHERE ts >= ${from} AND ts < ${from + hourMs}`;
      await this.#connection.run(`COPY (${rowsOfHour}) TO ${text(path)} (FORMAT parquet)`);
    }
    await this.replace(replacement);
  }

  async #read(table: Table, { path, level, note }: PlannedOutput): Promise<Segment> {
    const found = await this.#connection.runAndReadAll(
      `SELECT count(*), coalesce(min(ts), 0), coalesce(max(ts), 0) FROM read_parquet(${pattern(path)})`,
    );
    const [rows = 0, from = 0, to = 0] = (found.getRows()[0] ?? []).map(Number);
    if (rows === 0) throw new QwError('BAD_INPUT', 'a segment without rows');
    const about = { table: table.name, level, rows, bytes: statSync(path).size, from, to };
    const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
    return { name: basename(path), path, ...about, sha256, ...(note !== undefined && { note }) };
  }
}

/** A path in which nothing is taken for a pattern of files. */
const pattern = (path: string): string => text(path.replaceAll(/[[*?]/g, '[$&]'));
