import type { EpochMs, Milliseconds } from '../../model/index.ts';
import type { Clock } from '../../platform/index.ts';
import type { EngineHealth } from '../engine.ts';
import type { Table } from '../table.ts';
import { partitionCondition } from './partitions.ts';
import { lyingIn } from './rollups.ts';
import type { Asking } from './server.ts';
import type { Shard } from './shard.ts';

interface Range {
  from: EpochMs;
  to: EpochMs;
}

/** Within its first and its last day, where a table begins and ends is asked again after so long. */
const rangeMs: Milliseconds = 60_000;
const asking: Asking = { timeoutMs: 3000 };

/** What one shard has, table by table, and by parts where a table has them. */
export class Inventory {
  readonly #shard: Shard;
  readonly #tables: readonly Table[];
  readonly #clock: Clock;
  readonly #ranges = new Map<string, Range & { days: string; untilMs: Milliseconds }>();

  constructor(shard: Shard, tables: readonly Table[], clock: Clock) {
    this.#shard = shard;
    this.#tables = tables;
    this.#clock = clock;
  }

  async take(): Promise<EngineHealth['tables']> {
    const [part, day] = ['^.(\\\\d+),', '(\\\\d+).?$'].map((one) => `toUInt32OrZero(extract(partition, '${one}'))`);
    const found = await this.#shard.select(
      `SELECT table, ${part} AS part, sum(rows), sum(bytes), min(${day}), max(${day}) FROM system.parts
      WHERE database = '${this.#shard.database}' AND active GROUP BY table, part`,
      asking,
    );
    const kept: Record<string, { rows: number; bytes: number } & Range> = {};
    for (const [name, ...figures] of found) {
      const table = this.#tables.find((one) => lyingIn(one).name === name);
      const [place = 0, rows = 0, bytes = 0, first = 0, last = 0] = figures.map(Number);
      if (!table || rows === 0) continue;
      kept[table.parts?.tables[place] ?? table.name] = {
        rows,
        bytes,
        ...(await this.#range(table, { part: place, first, last })),
      };
    }
    return kept;
  }

  async #range(table: Table, { part, first, last }: { part: number; first: number; last: number }): Promise<Range> {
    const key = `${table.name} ${part}`;
    const days = `${first} ${last}`;
    const nowMs = this.#clock.monotonic();
    const known = this.#ranges.get(key);
    if (known?.days === days && known.untilMs > nowMs) return { from: known.from, to: known.to };
    const [from = 0, to = 0] = await Promise.all(
      [`min(ts)`, `max(ts)`].map(async (what, at) => {
        const partition = { part, day: at === 0 ? first : last };
        const where = partitionCondition(table, partition);
        const [row] = await this.#shard.select(
          `SELECT ${what} FROM ${this.#shard.database}.${lyingIn(table).name} WHERE ${where}`,
          asking,
        );
        return Number(row?.[0]);
      }),
    );
    this.#ranges.set(key, { from, to, days, untilMs: nowMs + rangeMs });
    return { from, to };
  }
}
