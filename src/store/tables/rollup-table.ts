import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { EpochMs, VerdictState } from '../../model/index.ts';
import type { Rollup } from '../telemetry.ts';

/**
 * Rollups on disk. A row that a crash takes away is a gap in a chart, so the database is not synced at each commit;
 * the ledger, which must never lose anything, lives elsewhere.
 */

export type RollupWidth = '5m' | '1h';

const schema = ['5m', '1h'].map(
  (width) => `CREATE TABLE IF NOT EXISTS rollup_${width} (
    check_id INTEGER NOT NULL, start INTEGER NOT NULL,
    passed INTEGER NOT NULL, degraded INTEGER NOT NULL, failed INTEGER NOT NULL, unknown INTEGER NOT NULL,
    latency_sum REAL NOT NULL, latency_count INTEGER NOT NULL, latency_max REAL NOT NULL,
    loss_sum REAL NOT NULL, loss_count INTEGER NOT NULL, worst TEXT NOT NULL,
    PRIMARY KEY (check_id, start)) WITHOUT ROWID;`,
);

interface Row {
  start: number;
  passed: number;
  degraded: number;
  failed: number;
  unknown: number;
  latency_sum: number;
  latency_count: number;
  latency_max: number;
  loss_sum: number;
  loss_count: number;
  worst: string;
}

/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const damageCodes: ReadonlySet<unknown> = new Set([11, 26]);

export function isDamaged(problem: unknown): boolean {
  return damageCodes.has((problem as { errcode?: unknown } | undefined)?.errcode);
}

export class RollupTable {
  readonly #database: DatabaseSync;
  readonly #insert: Record<RollupWidth, StatementSync>;
  readonly #select: Record<RollupWidth, StatementSync>;
  readonly #expire: Record<RollupWidth, StatementSync>;
  readonly #ids = new Map<string, number>();

  constructor(file: string) {
    this.#database = new DatabaseSync(file);
    this.#database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA cache_size=-4096;');
    this.#database.exec(
      `CREATE TABLE IF NOT EXISTS checks (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE); ${schema.join(' ')}`,
    );
    for (const row of this.#database.prepare('SELECT id, name FROM checks').all())
      this.#ids.set(String(row['name']), Number(row['id']));
    const each = (make: (width: RollupWidth) => StatementSync) => ({ '5m': make('5m'), '1h': make('1h') });
    this.#insert = each((width) =>
      this.#database.prepare(`INSERT OR REPLACE INTO rollup_${width} VALUES (?,?,?,?,?,?,?,?,?,?,?,?)`),
    );
    this.#select = each((width) =>
      this.#database.prepare(
        `SELECT * FROM rollup_${width} WHERE check_id = ? AND start >= ? AND start < ? ORDER BY start LIMIT ?`,
      ),
    );
    this.#expire = each((width) =>
      this.#database.prepare(`DELETE FROM rollup_${width} WHERE start < ? AND check_id = ?`),
    );
  }

  /** One transaction: keep the list short, since the event loop waits. */
  write(width: RollupWidth, rows: readonly (readonly [check: string, rollup: Rollup])[]): void {
    this.#database.exec('BEGIN');
    try {
      for (const [check, r] of rows) {
        const figures = [r.latencySumMs, r.latencyCount, r.latencyMaxMs, r.lossSumPercent, r.lossCount] as const;
        this.#insert[width].run(
          this.#id(check),
          r.from,
          r.passed,
          r.degraded,
          r.failed,
          r.unknown,
          ...figures,
          r.worst,
        );
      }
      this.#database.exec('COMMIT');
    } catch (thrown) {
      // A full disk has rolled back already.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw thrown;
    }
  }

  read(width: RollupWidth, check: string, from: EpochMs, to: EpochMs, limit: number): Rollup[] {
    const id = this.#ids.get(check);
    if (id === undefined) return [];
    return (this.#select[width].all(id, from, to, limit) as unknown as Row[]).map((row) => ({
      from: row.start,
      passed: row.passed,
      degraded: row.degraded,
      failed: row.failed,
      unknown: row.unknown,
      latencySumMs: row.latency_sum,
      latencyCount: row.latency_count,
      latencyMaxMs: row.latency_max,
      lossSumPercent: row.loss_sum,
      lossCount: row.loss_count,
      worst: row.worst as VerdictState,
    }));
  }

  /** Drops what is older than `before`, for one check at a time so that no statement runs long. */
  expire(width: RollupWidth, check: string, before: EpochMs): void {
    const id = this.#ids.get(check);
    if (id !== undefined) this.#expire[width].run(before, id);
  }

  close(): void {
    this.#database.close();
  }

  #id(check: string): number {
    let id = this.#ids.get(check);
    if (id === undefined) {
      id = Number(this.#database.prepare('INSERT INTO checks (name) VALUES (?)').run(check).lastInsertRowid);
      this.#ids.set(check, id);
    }
    return id;
  }
}
