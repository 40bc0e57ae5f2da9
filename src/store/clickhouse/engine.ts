import { messageOf, QwError, type EpochMs, type Milliseconds } from '../../model/index.ts';
import { nodeDisk, openHttpSession, type Clock, type Disk, type Log, type Timer } from '../../platform/index.ts';
import type { ColumnBatch } from '../batch.ts';
import { defaultLimits, type Answer, type EngineHealth, type QueryLimits, type TelemetryEngine } from '../engine.ts';
import type { Query } from '../query/query.ts';
import { SeriesFile } from '../segments/series-file.ts';
import type { SeriesTable } from '../segments/series-table.ts';
import type { Table } from '../table.ts';
import type { SelectLimits } from '../duckdb/engine.ts';
import type { SelectedRows } from '../duckdb/select.ts';
import { answerOf } from './answer.ts';
import { blocksOf } from './blocks.ts';
import { Inventory } from './inventory.ts';
import { partitionMs, type Partition } from './partitions.ts';
import { deleteBefore, dropPartitions, type Removed } from './removal.ts';
import { Rolling } from './rolling.ts';
import { flowSums, lyingIn, physicalTables } from './rollups.ts';
import { selectOn } from './select.ts';
import { Server } from './server.ts';
import { Shard } from './shard.ts';
import { Spool } from './spool.ts';

/**
 * Telemetry in ClickHouse servers, several shards of several copies if need be. Rows are gathered for some seconds, then
 * lie durably in a spool of our own, and from there go to one copy of their shard in blocks of one partition, each sent
 * again with the same bytes until it was stored. Every shard is asked for itself: an answer says which ones it lacks.
 *
 * Servers may be away for hours: appending goes on until the spool is full. No row is stored twice, even where the answer to
 * a block got lost (`repetition.ts`).
 */
export interface ClickHouseOptions {
  shards: readonly {
    name: string;
    /** `quorumwatch` by default; of its own where one server holds copies of several shards. */
    database?: string;
    /** `http://host:8123` of each copy. */
    servers: readonly string[];
  }[];
  tables: readonly Table[];
  /** Of the spool and the numbers of series. */
  directory: string;
  clock: Clock;
  log: Log;
  disk?: Disk;
  user?: string;
  password?: () => Promise<string>;
  /** PEM of the authorities to trust instead of the system's. */
  ca?: string;
  /** Rows are gathered for so long before they become a block: 5 s by default. */
  sealMs?: Milliseconds;
  sealRows?: number;
  /** Of blocks that wait for a server; above it appending is refused. 2 GiB by default. */
  spoolBytes?: number;
}

const defaultSpoolBytes = 2 * 1024 ** 3;
/** Rows in memory that are not durable yet. */
const maxGatheredRows = 1_000_000;
/** Rows are waited for at the end. */
const settleMs = 2000;
/** What is on its way shall be among what is removed. */
const removalSettleMs = 20_000;
const maintainMs = 60_000;

interface Gathered {
  batches: ColumnBatch[];
  resolve: (() => void)[];
  reject: ((problem: unknown) => void)[];
}

/** Also keeps the numbers of series, which rows have instead of labels, on this machine. */
export interface ClickHouseStore extends TelemetryEngine {
  readonly series: SeriesTable;
  /** What was found damaged at the start. */
  readonly problems: readonly string[];
  /** Makes durable what was appended, sooner than by itself. */
  seal(): Promise<void>;
  /**
   * Forgets days whose rows are all older than the time of the part of the table that they are in, by its name; parts
   * without a time stay. Resolves to what is gone.
   */
  dropParts(table: Table, before: Readonly<Record<string, EpochMs>>): Promise<readonly Removed[]>;
  /**
   * Deletes every row of a part that is older, and waits until all copies have none of them any more. Rejects with
   * TELEMETRY_UNAVAILABLE where a shard does not answer, or has not got all rows yet.
   */
  deleteBefore(table: Table, part: string, before: EpochMs): Promise<readonly Removed[]>;
  /**
   * A person's SELECT statement over these tables by their names, over `names` (number, kind, text) and with
   * `address(high, low)`, in the SQL of ClickHouse. Rejects with BAD_INPUT for what is none, TELEMETRY_LIMIT,
   * TELEMETRY_DEADLINE, TELEMETRY_UNAVAILABLE, and UNSUPPORTED where there are several shards.
   */
  select(sql: string, limits: SelectLimits): Promise<SelectedRows>;
  /** Computes the sums of hours that are over, which otherwise happens by itself every minute; resolves to how many. */
  maintain(): Promise<number>;
}

export async function openClickHouse(options: ClickHouseOptions): Promise<ClickHouseStore> {
  const names = options.shards.flatMap(({ name, database = 'quorumwatch' }) => [name, database]);
  const bad = names.find((name) => !/^[a-z][a-z0-9_]{0,62}$/.test(name));
  if (bad !== undefined)
    throw new QwError('BAD_INPUT', `expected lower case letters, digits and underscores, found ${bad}`);
  const disk = options.disk ?? nodeDisk;
  await disk.makeDirectory(options.directory);
  const unlock = await disk.lock(options.directory);
  try {
    const { series, problems } = await SeriesFile.open(disk, options.directory);
    const { clock } = options;
    // In millionths of a second, so that no number is used twice, however often a process begins anew.
    const firstBlock = clock.now() * 1000 + Math.floor((clock.monotonic() * 1000) % 1000);
    const spool = await Spool.open(disk, `${options.directory}/spool`, firstBlock);
    return new ClickHouseEngine(options, { series, problems, spool, unlock });
  } catch (problem) {
    await unlock();
    throw problem;
  }
}

interface OpenedFiles {
  series: SeriesFile;
  problems: readonly string[];
  spool: Spool;
  unlock: () => Promise<void>;
}

class ClickHouseEngine implements ClickHouseStore {
  readonly name = 'clickhouse';
  readonly series: SeriesFile;
  readonly problems: readonly string[];
  readonly #unlock: () => Promise<void>;
  readonly #options: ClickHouseOptions;
  readonly #spool: Spool;
  readonly #shards: readonly Shard[];
  readonly #inventories: ReadonlyMap<Shard, Inventory>;
  readonly #rolling: readonly Rolling[];
  #maintaining: Promise<number> | undefined;
  #nextMaintenance: Timer | undefined;
  readonly #closing = new AbortController();
  #gathered = new Map<string, Gathered>();
  #gatheredRows = 0;
  #timer: Timer | undefined;
  /** Blocks are written one after the other, so that they lie in the order in which they came. */
  #writing: Promise<void> = Promise.resolve();
  #selected = 0;
  #closed = false;

  constructor(options: ClickHouseOptions, { series, problems, spool, unlock }: OpenedFiles) {
    const { clock, log, ca, user, password } = options;
    this.#options = options;
    this.#spool = spool;
    this.series = series;
    this.problems = problems;
    this.#unlock = unlock;
    const tables = physicalTables(options.tables);
    const openSession = () => openHttpSession(ca === undefined ? {} : { ca });
    this.#shards = options.shards.map(({ name, database = 'quorumwatch', servers }, number) => {
      const access = { database, openSession, ...(user !== undefined && { user }), ...(password && { password }) };
      const copies = servers.map((url) => new Server({ url, ...access }));
      return new Shard({ number, name, database, servers: copies, tables, spool, clock, log });
    });
    this.#inventories = new Map(this.#shards.map((shard) => [shard, new Inventory(shard, options.tables, clock)]));
    const hasSums = flowSums.every(({ runs }) => tables.includes(runs));
    this.#rolling = hasSums
      ? this.#shards.map((shard) => new Rolling(shard, { clock, log, signal: this.#closing.signal }))
      : [];
    for (const shard of this.#shards) shard.wake();
    this.#maintainLater();
  }

  append(batch: ColumnBatch): Promise<void> {
    if (batch.rows === 0) return Promise.resolve();
    const { spoolBytes = defaultSpoolBytes, sealRows = 100_000, sealMs = 5000, clock } = this.#options;
    const full = this.#spool.bytes >= spoolBytes;
    if (full || this.#gatheredRows + batch.rows > maxGatheredRows) {
      const what = full
        ? `${this.#spool.bytes} bytes wait for the servers`
        : `${this.#gatheredRows} rows wait for the disk`;
      return Promise.reject(new QwError('TELEMETRY_BEHIND', what));
    }
    if (this.#closed) return Promise.reject(new QwError('TELEMETRY_BEHIND', 'the store is being closed'));
    return new Promise((resolve, reject) => {
      let gathered = this.#gathered.get(batch.table.name);
      if (!gathered) this.#gathered.set(batch.table.name, (gathered = { batches: [], resolve: [], reject: [] }));
      gathered.batches.push(batch);
      gathered.resolve.push(resolve);
      gathered.reject.push(reject);
      this.#gatheredRows += batch.rows;
      if (this.#gatheredRows >= sealRows) this.#seal();
      else this.#timer ??= clock.after(sealMs, () => this.#seal());
    });
  }

  query(query: Query, limits: QueryLimits = {}): Promise<Answer> {
    return answerOf(query, limits, { shards: this.#shards, clock: this.#options.clock });
  }

  /** Whole days that have passed; the day that `before` lies in stays until it has passed too. */
  async dropBefore(table: Table, before: EpochMs): Promise<void> {
    const isOver = ({ day }: Partition) => (day + 1) * partitionMs <= before;
    await this.#onShards(async (shard) => {
      await shard.settle(removalSettleMs);
      return dropPartitions(shard, lyingIn(table), isOver, this.#options.clock);
    });
  }

  async dropParts(table: Table, before: Readonly<Record<string, EpochMs>>): Promise<Removed[]> {
    const isOver = ({ day, part }: Partition) =>
      (day + 1) * partitionMs <= (before[table.parts?.tables[part] ?? table.name] ?? -Infinity);
    return this.#onShards(async (shard) => {
      await shard.settle(removalSettleMs);
      return dropPartitions(shard, lyingIn(table), isOver, this.#options.clock);
    });
  }

  async deleteBefore(table: Table, part: string, before: EpochMs): Promise<Removed[]> {
    const of = { part: Math.max(0, table.parts?.tables.indexOf(part) ?? 0), before };
    await this.seal();
    return this.#onShards(async (shard) => {
      await shard.settle(removalSettleMs);
      // What waits here would come after what was deleted there.
      if (shard.waitingRows > 0) {
        const what = `${shard.waitingRows} rows wait to be sent to ${shard.name}`;
        throw new QwError('TELEMETRY_UNAVAILABLE', what, { hint: 'delete when they have arrived' });
      }
      return deleteBefore(shard, table, of, this.#options.clock);
    });
  }

  async select(
    sql: string,
    { limit, deadlineMs = defaultLimits.deadlineMs, signal }: SelectLimits,
  ): Promise<SelectedRows> {
    const [shard, ...others] = this.#shards;
    if (!shard || others.length > 0) {
      const what = `a statement is for one server, and there are ${this.#shards.length} shards`;
      throw new QwError('UNSUPPORTED', what, { hint: 'the analyzer asks all of them, and adds up what they say' });
    }
    await this.seal();
    await shard.settle(Math.min(settleMs, deadlineMs / 2));
    const queryId = `${shard.database}.select.${this.#options.clock.now()}.${++this.#selected}`;
    return selectOn(shard, sql, { names: this.series.entries(), limit, deadlineMs, signal, queryId });
  }

  maintain(): Promise<number> {
    this.#maintaining ??= Promise.all(this.#rolling.map((one) => one.pass()))
      .then((hours) => hours.reduce((sum, one) => sum + one, 0))
      .finally(() => (this.#maintaining = undefined));
    return this.#maintaining;
  }

  #maintainLater(): void {
    if (this.#closed || this.#rolling.length === 0) return;
    this.#nextMaintenance = this.#options.clock.after(maintainMs, () => {
      void this.maintain().then(() => this.#maintainLater());
    });
  }

  async #onShards(act: (shard: Shard) => Promise<Removed[]>): Promise<Removed[]> {
    const removed: Removed[] = [];
    for (const shard of this.#shards) removed.push(...(await act(shard)));
    return removed;
  }

  async health(): Promise<EngineHealth> {
    const tables: Record<string, EngineHealth['tables'][string]> = {};
    const problems = this.#rolling.flatMap(({ problem }) => problem ?? []);
    let silent = 0;
    await Promise.all(
      [...this.#inventories].map(async ([shard, inventory]) => {
        try {
          for (const [name, kept] of Object.entries(await inventory.take())) {
            const { rows = 0, bytes = 0, from = Infinity, to = 0 } = tables[name] ?? {};
            tables[name] = {
              rows: rows + kept.rows,
              bytes: bytes + kept.bytes,
              from: Math.min(from, kept.from ?? from),
              to: Math.max(to, kept.to ?? to),
            };
          }
        } catch (problem) {
          silent++;
          problems.push(`${shard.name}: ${messageOf(problem)}; ${shard.waitingRows} rows wait for it here`);
        }
      }),
    );
    return { ready: silent < this.#shards.length, problems, tables };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#nextMaintenance?.cancel();
    this.#closing.abort();
    this.#seal();
    await this.#writing;
    await this.#maintaining;
    await Promise.all(this.#shards.map((shard) => shard.settle(settleMs)));
    await Promise.all(this.#shards.map((shard) => shard.close()));
    await this.series.close();
    await this.#unlock();
  }

  seal(): Promise<void> {
    this.#seal();
    return this.#writing;
  }

  #seal(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const gathered = this.#gathered;
    const rows = this.#gatheredRows;
    this.#gathered = new Map();
    this.#writing = this.#writing.then(async () => {
      for (const { batches, resolve, reject } of gathered.values()) {
        try {
          const blocks = blocksOf(batches, this.#shards.length);
          // No row may name a series that a crash could forget.
          await this.series.flush();
          await this.#spool.put(blocks);
          for (const shard of this.#shards) shard.wake();
          for (const each of resolve) each();
        } catch (problem) {
          const failure = new QwError('TELEMETRY_UNAVAILABLE', `cannot keep rows: ${messageOf(problem)}`, {
            cause: problem,
          });
          for (const each of reject) each(failure);
        }
      }
      this.#gatheredRows -= rows;
    });
  }
}
