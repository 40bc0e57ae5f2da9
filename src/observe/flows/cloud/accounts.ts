import type { EpochMs } from '../../../model/index.ts';
import { flowAccountsTable, makeBatch, type ColumnBatch } from '../../../store/index.ts';
import { lostOf } from '../collect/exporter-accounts.ts';

/** What a log says, and does not say, of one minute. */
interface Account {
  exporter: number;
  minute: number;
  records: number;
  unreadable: number;
  /** Ends in seconds: several entries are of one interval. */
  intervals: Set<number>;
  skipped: Set<number>;
}

const minuteMs = 60_000;
const maxAccounts = 20_000;

/**
 * Accounts of logs, by the minute in which intervals ended: of intervals those that the cloud kept no records of, and of
 * entries those that nobody can read. What is unreadable does not say its time either, so it counts where the log was.
 */
export class CloudAccounts {
  readonly #accounts = new Map<string, Account>();
  #last: Account | undefined;
  /** Unreadable entries before the first that can be read. */
  #early = 0;

  get isFull(): boolean {
    return this.#accounts.size >= maxAccounts;
  }

  /** An interval that has a record, or no traffic. */
  interval(exporter: number, endMs: EpochMs): Account {
    const account = this.#of(exporter, endMs);
    account.intervals.add(Math.floor(endMs / 1000));
    return account;
  }

  record(exporter: number, endMs: EpochMs): void {
    this.interval(exporter, endMs).records++;
  }

  skipped(exporter: number, endMs: EpochMs): void {
    this.#of(exporter, endMs).skipped.add(Math.floor(endMs / 1000));
  }

  unreadable(): void {
    if (this.#last) this.#last.unreadable++;
    else this.#early++;
  }

  /** The end of a file: what comes next is at another time. */
  end(now: EpochMs): void {
    if (this.#early > 0) this.#of(0, now);
    this.#last = undefined;
  }

  /** Rows of `flowAccountsTable` of all that was counted since the last time; undefined of nothing. */
  close(): ColumnBatch | undefined {
    const rows = [...this.#accounts.values()].flatMap(rowsOf);
    this.#accounts.clear();
    this.#last = undefined;
    if (rows.length === 0) return undefined;
    const batch = makeBatch(flowAccountsTable, rows.length);
    rows.forEach((row, at) => {
      for (const [name, value] of Object.entries(row)) {
        const column = batch.columns[name];
        if (column instanceof BigUint64Array) column[at] = BigInt(value);
        else if (column) column[at] = value;
      }
    });
    return batch;
  }

  #of(exporter: number, endMs: EpochMs): Account {
    const minute = Math.max(0, Math.floor(endMs / minuteMs));
    const key = `${exporter} ${minute}`;
    let account = this.#accounts.get(key);
    if (!account) {
      account = { exporter, minute, records: 0, unreadable: 0, intervals: new Set(), skipped: new Set() };
      this.#accounts.set(key, account);
    }
    account.unreadable += this.#early;
    this.#early = 0;
    this.#last = account;
    return account;
  }
}

type AccountRow = Partial<Record<keyof typeof flowAccountsTable.columns, number>>;

function rowsOf({ exporter, minute, records, unreadable, intervals, skipped }: Account): AccountRow[] {
  const head = { ts: minute * minuteMs, exporter };
  const rows: AccountRow[] = [];
  if (intervals.size + skipped.size > 0) {
    rows.push({ ...head, messages: intervals.size, records, lost: skipped.size, lost_of: lostOf.intervals });
  }
  if (unreadable > 0) rows.push({ ...head, lost: unreadable, malformed: unreadable, lost_of: lostOf.records });
  return rows;
}
