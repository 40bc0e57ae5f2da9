import { messageOf, type Milliseconds } from '../../model/index.ts';
import type { Clock, Log, Timer } from '../../platform/index.ts';
import type { Table } from '../table.ts';
import { blockColumn, createTable, repetitionOf } from './ddl.ts';
import { createViews } from './rollups.ts';
import { ServerRefusal, type Asking, type Server } from './server.ts';
import { isStored, queryIdOf, withBlockColumn } from './repetition.ts';
import type { Spool, Waiting } from './spool.ts';

export interface ShardParts {
  number: number;
  name: string;
  database: string;
  /** Copies of the same rows, by ZooKeeper or Keeper; one server is no copy. */
  servers: readonly Server[];
  /** As they are on the servers. */
  tables: readonly Table[];
  spool: Spool;
  clock: Clock;
  log: Log;
}

const sendTimeoutMs = 30_000;
const shortestWaitMs = 500;
const longestWaitMs = 30_000;
/** A column, a table, a database doesn't exist. */
const missingCodes: ReadonlySet<number> = new Set([16, 60, 81]);

/**
 * One shard: sends what waits for it, oldest first and one at a time, and asks it. Whoever stored the last block is asked
 * first, since the other copies follow a moment later.
 */
export class Shard {
  readonly #parts: ShardParts;
  /** The server that is asked and sent to first. */
  #preferred = 0;
  /** Servers that stored blocks which no other one is known to have yet. */
  readonly #holders = new Set<Server>();
  #sending: Promise<void> | undefined;
  #timer: Timer | undefined;
  #waitMs = shortestWaitMs;
  #closed = false;
  readonly #sent = new Set<() => void>();
  /** The number of the block that was sent last, whatever became of it. */
  #sentBefore: number | undefined;
  /** Why the last try did not reach anybody. */
  problem: string | undefined;

  constructor(parts: ShardParts) {
    this.#parts = parts;
  }

  get name(): string {
    return this.#parts.name;
  }

  get database(): string {
    return this.#parts.database;
  }

  get servers(): readonly Server[] {
    return this.#parts.servers;
  }

  get waitingRows(): number {
    return this.#parts.spool.pending(this.#parts.number).rows;
  }

  /** Something waits: sends it now unless that goes on already. */
  wake(): void {
    if (this.#closed || this.#sending) return;
    this.#timer?.cancel();
    this.#sending = this.#sendAll().finally(() => (this.#sending = undefined));
  }

  /** Until everything that waits now is stored, or the time is over. */
  async settle(withinMs: Milliseconds): Promise<void> {
    const { newest } = this.#parts.spool.pending(this.#parts.number);
    if (newest === 0) return;
    const isOver = () => (this.#parts.spool.first(this.#parts.number)?.number ?? Infinity) > newest;
    if (isOver()) return;
    await new Promise<void>((resolve) => {
      const finish = () => {
        timer.cancel();
        this.#sent.delete(look);
        resolve();
      };
      const look = () => {
        if (isOver()) finish();
      };
      const timer = this.#parts.clock.after(withinMs, finish);
      this.#sent.add(look);
      this.wake();
    });
  }

  /** Rows of a statement from the first copy that answers; rejects when none does. */
  async select(sql: string, asking: Asking): Promise<(number | string | null)[][]> {
    const { rows } = await this.ask(sql, asking);
    return rows;
  }

  /**
   * The same, and whether the copy that answered lags behind. Copies follow each other a moment later: the last rows that
   * were stored may be missing where the server that has them is away.
   */
  async ask(sql: string, asking: Asking): Promise<{ rows: (number | string | null)[][]; behind: boolean }> {
    return this.on(asking, async (server) => ({
      rows: await server.select(sql, asking),
      behind: await this.#isBehind(server, asking),
    }));
  }

  /** Statements that write rows, all on one copy, which is known to have them then. */
  async write(asking: Asking, act: (server: Server) => Promise<void>): Promise<void> {
    await this.on(asking, async (server) => {
      await act(server);
      this.#holders.add(server);
    });
  }

  async #isBehind(server: Server, asking: Asking): Promise<boolean> {
    if ([...this.#holders].every((holder) => holder === server)) return false;
    const unread = 'if(log_max_index >= log_pointer, log_max_index - log_pointer + 1, 0)';
    const from = `FROM system.replicas WHERE database = '${this.database}'`;
    const [found] = await server.select(`SELECT toFloat64(sum(queue_size + ${unread})) ${from}`, asking);
    const isBehind = Number(found?.[0]) > 0;
    if (!isBehind) {
      this.#holders.clear();
      this.#holders.add(server);
    }
    return isBehind;
  }

  /** Runs on one copy; replicated ones tell each other. */
  async execute(sql: string, asking: Asking): Promise<void> {
    await this.#onFirst(asking, (server) => server.execute(sql, asking));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    await this.#sending;
    for (const look of this.#sent) look();
    for (const server of this.#parts.servers) server.close();
  }

  async #sendAll(): Promise<void> {
    const { spool, number, clock } = this.#parts;
    for (let next = spool.first(number); next && !this.#closed; next = spool.first(number)) {
      try {
        const bytes = await spool.read(next);
        const asking = { timeoutMs: sendTimeoutMs };
        await this.write(asking, (server) => this.#send(server, next, bytes, asking));
        await spool.done(next);
        this.#waitMs = shortestWaitMs;
        for (const look of this.#sent) look();
      } catch {
        this.#timer = clock.after(this.#waitMs, () => this.wake());
        this.#waitMs = Math.min(longestWaitMs, this.#waitMs * 2);
        return;
      }
    }
  }

  async #send(server: Server, block: Waiting, bytes: Buffer, asking: Asking): Promise<void> {
    const { database, servers, spool } = this.#parts;
    const repetition = repetitionOf(await server.version(asking), servers.length > 1);
    const token = String(block.number);
    if (repetition !== 'column') {
      await server.insert(block.table, bytes, repetition === 'token' ? { token } : {}, asking);
      return;
    }
    const wasSent = this.#sentBefore === block.number || spool.isRestored(block);
    if (wasSent && (await isStored(server, database, block, { bytes, asking }))) return;
    this.#sentBefore = block.number;
    const queryId = queryIdOf(database, block);
    await server.insert(block.table, withBlockColumn(bytes, block), { queryId }, asking);
  }

  /** On the first copy that answers, which gets its tables if it has none. */
  async on<Result>(asking: Asking, act: (server: Server) => Promise<Result>): Promise<Result> {
    return this.#onFirst(asking, async (server) => {
      try {
        return await act(server);
      } catch (problem) {
        if (!(problem instanceof ServerRefusal) || !missingCodes.has(problem.code)) throw problem;
        await this.#createTables(server, asking);
        return await act(server);
      }
    });
  }

  /** Each copy in turn, beginning with the one that answered last. */
  async #onFirst<Result>(asking: Asking, act: (server: Server) => Promise<Result>): Promise<Result> {
    const { servers, log, name } = this.#parts;
    let last: unknown;
    for (let i = 0; i < servers.length; i++) {
      const at = (this.#preferred + i) % servers.length;
      const server = servers[at];
      if (!server || asking.signal?.aborted) break;
      try {
        const result = await act(server);
        this.#preferred = at;
        if (this.problem !== undefined) log.info('a shard answers again', { shard: name });
        this.problem = undefined;
        return result;
      } catch (problem) {
        last = problem;
      }
    }
    const text = messageOf(last ?? 'it was not waited for');
    if (this.problem === undefined && !asking.signal?.aborted)
      log.warning('a shard does not answer', { shard: name, problem: text });
    this.problem = text;
    throw last instanceof Error ? last : new Error(text);
  }

  /** On every copy at once: one that has no table yet would not fetch what the others have. */
  async #createTables(first: Server, asking: Asking): Promise<void> {
    const others = this.#parts.servers.filter((server) => server !== first);
    await this.#createOn(first, asking);
    await Promise.all(others.map((server) => this.#createOn(server, asking).catch(() => undefined)));
  }

  async #createOn(server: Server, asking: Asking): Promise<void> {
    const { database, tables, name, servers } = this.#parts;
    const version = await server.version(asking);
    await server.execute(`CREATE DATABASE IF NOT EXISTS ${database}`, asking);
    const replicated = servers.length > 1 ? { replicatedAs: name } : {};
    for (const table of tables) await server.execute(createTable(table, { database, version, ...replicated }), asking);
    if (repetitionOf(version, servers.length > 1) === 'column') await this.#addBlockColumns(server, asking);
    for (const view of createViews(tables, database)) await server.execute(view, asking);
  }

  /** For tables that were made before they had one. */
  async #addBlockColumns(server: Server, asking: Asking): Promise<void> {
    const { database, tables } = this.#parts;
    const from = `FROM system.columns WHERE database = '${database}' AND name = '${blockColumn}'`;
    const has = new Set((await server.select(`SELECT table ${from}`, asking)).map(([table]) => table));
    for (const { name } of tables) {
      if (!has.has(name))
        await server.execute(`ALTER TABLE ${database}.${name} ADD COLUMN ${blockColumn} UInt64`, asking);
    }
  }
}
