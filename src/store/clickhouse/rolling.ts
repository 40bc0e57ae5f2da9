import { flowKinds, messageOf, type EpochMs, type Milliseconds } from '../../model/index.ts';
import type { Clock, Log } from '../../platform/index.ts';
import { flowsTable } from '../table.ts';
import { partitionsOf } from './removal.ts';
import {
  cleanStatement,
  countStatement,
  flowSums,
  hourMs,
  markedStatement,
  markStatement,
  rollStatement,
} from './rollups.ts';
import type { Asking } from './server.ts';
import type { Shard } from './shard.ts';

/** After the end of an hour, for what is still on its way. */
const graceMs: Milliseconds = 60_000;
/** A day whose rows have changed is looked at again after so long. */
const againMs: Milliseconds = 600_000;
const statementMs: Milliseconds = 600_000;

interface Seen {
  rows: number;
  /** Hours that were over then. */
  over: number;
  atMs: Milliseconds;
}

/**
 * Computes the sums of one shard: of every hour that is over and has more rows than its sums were computed from. An hour
 * with fewer of them has been deleted from, and what was computed from all of them is better than the rest.
 */
export class Rolling {
  readonly #shard: Shard;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #seen = new Map<number, Seen>();
  /** Hours that have an earlier run, which may still be read in this pass. */
  #replaced: { from: EpochMs; run: bigint }[] = [];
  /** Why the last pass was not finished. */
  problem: string | undefined;

  readonly #asking: Asking;

  /** Nothing goes on when the signal aborts. */
  constructor(shard: Shard, { clock, log, signal }: { clock: Clock; log: Log; signal: AbortSignal }) {
    this.#asking = { timeoutMs: statementMs, signal };
    this.#shard = shard;
    this.#clock = clock;
    this.#log = log;
  }

  get #isClosed(): boolean {
    return this.#asking.signal?.aborted === true;
  }

  /** Resolves to the number of hours. Never rejects: `problem` says what was wrong, and the next pass goes on. */
  async pass(): Promise<number> {
    let hours = 0;
    try {
      await this.#clean();
      for (const { day, part, rows } of await partitionsOf(this.#shard, flowsTable)) {
        if (part !== flowKinds.indexOf('traffic') || this.#isClosed) continue;
        hours += await this.#day(day, rows);
      }
      this.problem = undefined;
    } catch (thrown) {
      const problem = `sums are not computed: ${messageOf(thrown)}`;
      if (this.#isClosed) return hours;
      if (this.problem === undefined) this.#log.warning(problem, { shard: this.#shard.name });
      this.problem = problem;
    }
    return hours;
  }

  async #day(day: number, rows: number): Promise<number> {
    const nowMs = this.#clock.monotonic();
    const over = Math.floor((this.#clock.now() - graceMs) / hourMs);
    const seen = this.#seen.get(day);
    const isSame = seen?.rows === rows || (seen !== undefined && nowMs - seen.atMs < againMs);
    const end = (day + 1) * 24;
    if (seen && isSame && Math.min(seen.over, end) === Math.min(over, end)) return 0;
    const { database } = this.#shard;
    const counted = await this.#shard.select(countStatement(database, day), this.#asking);
    const marked = await this.#shard.select(markedStatement(database, day), this.#asking);
    const known = new Map(
      marked.map(([hour, count, run]) => [Number(hour), { rows: Number(count), run: BigInt(run ?? 0) }]),
    );
    let hours = 0;
    for (const [hour, count] of counted) {
      const [from, present] = [Number(hour), Number(count)];
      const before = known.get(from);
      if (from / hourMs >= over || present <= (before?.rows ?? 0) || this.#isClosed) continue;
      await this.#roll({ from, rows: present, before: before?.run });
      hours++;
    }
    this.#seen.set(day, { rows, over, atMs: nowMs });
    return hours;
  }

  async #roll({ from, rows, before }: { from: EpochMs; rows: number; before: bigint | undefined }): Promise<void> {
    let run = BigInt(this.#clock.now());
    if (before !== undefined && before >= run) run = before;
    // Rows and marker go to one copy, so that whoever reads another one is told that it lags behind.
    await this.#shard.write(this.#asking, async (server) => {
      const { database } = this.#shard;
      // Of its own for each attempt: what one left behind that was cut off must not count together with the next.
      run += 1n;
      for (const sums of flowSums) await server.execute(rollStatement(sums, database, { from, run }), this.#asking);
      await server.execute(markStatement(database, { from, run, rows }), this.#asking);
    });
    this.#replaced.push({ from, run });
  }

  /** What earlier runs wrote, and attempts that were cut off. */
  async #clean(): Promise<void> {
    const replaced = this.#replaced;
    this.#replaced = [];
    for (const one of replaced) {
      for (const sums of flowSums) {
        const where = `ts >= ${one.from} AND ts < ${one.from + hourMs} AND run < ${one.run}`;
        const count = `SELECT count() FROM ${this.#shard.database}.${sums.runs.name} WHERE ${where}`;
        const [found] = await this.#shard.select(count, this.#asking);
        if (Number(found?.[0]) > 0)
          await this.#shard.execute(cleanStatement(sums, this.#shard.database, one), this.#asking);
      }
    }
  }
}
