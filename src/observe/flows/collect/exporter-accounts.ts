import type { EpochMs } from '../../../model/index.ts';
import { flowAccountsTable, makeBatch, type ColumnBatch } from '../../../store/index.ts';

/** What a session has counted since it began. */
export interface SessionCounts {
  messages: number;
  records: number;
  lost: number;
  malformed: number;
  discarded: number;
}

/** What a sequence number counts: see `flowAccountsTable`. */
export const lostOf = { records: 0, messages: 1, samples: 2, intervals: 3 } as const;
export type LostOf = (typeof lostOf)[keyof typeof lostOf];

/** Counted with no exporter: what the kernel or the store had no room for. */
export interface OwnCounts {
  dropped: number;
  refusedRows: number;
  malformed: number;
}

interface Account extends SessionCounts {
  exporter: number;
  lostOf: LostOf;
}

const nothing: SessionCounts = { messages: 0, records: 0, lost: 0, malformed: 0, discarded: 0 };
const minuteMs = 60_000;
const minuteOf = (at: EpochMs): EpochMs => Math.floor(at / minuteMs) * minuteMs;
/** Rows for one time without a collector. */
const mostParts = 60;

/** Of one exporter and one unit of what is lost, since the collector began; these only rise. */
export interface ExporterTotals {
  exporter: number;
  lostOf: LostOf;
  records: number;
  lost: number;
}

/** Turns counts that only rise into what came within each minute. */
export class ExporterAccounts {
  readonly #totals = new Map<string, ExporterTotals>();
  readonly #told = new WeakMap<object, SessionCounts>();
  readonly #open = new Map<string, Account>();
  /** What was sent while nobody listened, by the time at which it was. */
  readonly #away: { ts: EpochMs; exporter: number; lostOf: LostOf; lost: number }[] = [];
  #own: OwnCounts = { dropped: 0, refusedRows: 0, malformed: 0 };
  #toldOwn: OwnCounts = { dropped: 0, refusedRows: 0, malformed: 0 };

  /** `session` is what is remembered, `counts` what it has counted up to now. */
  add(session: object, exporter: number, of: LostOf, counts: SessionCounts): void {
    const told = this.#told.get(session) ?? nothing;
    // What was overtaken on the way comes after it was missed: the loss that was told already makes up for further ones.
    const lost = Math.max(told.lost, counts.lost);
    const key = `${exporter} ${of}`;
    const account = this.#open.get(key) ?? { exporter, lostOf: of, ...nothing };
    account.messages += counts.messages - told.messages;
    account.records += counts.records - told.records;
    account.lost += lost - told.lost;
    account.malformed += counts.malformed - told.malformed;
    account.discarded += counts.discarded - told.discarded;
    const total = this.#totals.get(key) ?? { exporter, lostOf: of, records: 0, lost: 0 };
    total.records += counts.records - told.records;
    total.lost += lost - told.lost;
    this.#totals.set(key, total);
    this.#told.set(session, { ...counts, lost });
    this.#open.set(key, account);
  }

  /**
   * What was sent between two times while nobody listened: told for these times, in equal parts, so that a question about
   * the time afterwards is not answered with it.
   */
  addAway(of: Pick<ExporterTotals, 'exporter' | 'lostOf' | 'lost'>, since: EpochMs, until: EpochMs): void {
    if (of.lost === 0) return;
    const minutes = Math.floor((until - since) / minuteMs);
    const parts = Math.max(1, Math.min(minutes, of.lost, mostParts));
    let told = 0;
    for (let part = 0; part < parts; part++) {
      const upTo = Math.floor((of.lost * (part + 1)) / parts);
      const at = parts === 1 ? until : since + ((until - since) * part) / parts;
      this.#away.push({ ...of, ts: minuteOf(at), lost: upTo - told });
      told = upTo;
    }
    const key = `${of.exporter} ${of.lostOf}`;
    const total = this.#totals.get(key) ?? { exporter: of.exporter, lostOf: of.lostOf, records: 0, lost: 0 };
    total.lost += of.lost;
    this.#totals.set(key, total);
  }

  /** What it lost is counted from nothing on; what was told stays told. */
  beginAgain(session: object): void {
    const told = this.#told.get(session);
    if (told) this.#told.set(session, { ...told, lost: 0 });
  }

  addOwn(counts: OwnCounts): void {
    this.#own.dropped += counts.dropped - this.#toldOwn.dropped;
    this.#own.refusedRows += counts.refusedRows - this.#toldOwn.refusedRows;
    this.#own.malformed += counts.malformed - this.#toldOwn.malformed;
    this.#toldOwn = counts;
  }

  /** Whether something is missing of which no row tells yet. */
  get hasLosses(): boolean {
    const { dropped, refusedRows } = this.#own;
    if (dropped + refusedRows + this.#away.length > 0) return true;
    for (const { lost } of this.#open.values()) if (lost > 0) return true;
    return false;
  }

  /** Of all exporters that were ever counted, of which there are no more than `NameBook` has numbers for. */
  totals(): readonly ExporterTotals[] {
    return [...this.#totals.values()];
  }

  /** Rows of `flowAccountsTable` for the minute of `at`; undefined when nothing happened. */
  close(at: EpochMs): ColumnBatch | undefined {
    const { dropped, refusedRows, malformed } = this.#own;
    const accounts = [...this.#open.values()].filter((one) => Object.keys(nothing).some((name) => isSome(one, name)));
    const hasOwn = dropped + refusedRows + malformed > 0;
    const away = this.#away.splice(0);
    this.#open.clear();
    this.#own = { dropped: 0, refusedRows: 0, malformed: 0 };
    const rows = accounts.length + away.length + (hasOwn ? 1 : 0);
    if (rows === 0) return undefined;
    const batch = makeBatch(flowAccountsTable, rows);
    const set = (row: number, name: keyof typeof flowAccountsTable.columns, value: number) => {
      const column = batch.columns[name];
      if (column instanceof BigUint64Array) column[row] = BigInt(value);
      else if (column) column[row] = value;
    };
    const ts = minuteOf(at);
    accounts.forEach((account, row) => {
      set(row, 'ts', ts);
      set(row, 'exporter', account.exporter);
      set(row, 'lost_of', account.lostOf);
      for (const name of ['messages', 'records', 'lost', 'malformed', 'discarded'] as const)
        set(row, name, account[name]);
    });
    away.forEach((one, index) => {
      const row = accounts.length + index;
      set(row, 'ts', one.ts);
      set(row, 'exporter', one.exporter);
      set(row, 'lost_of', one.lostOf);
      set(row, 'lost', one.lost);
    });
    if (hasOwn) {
      const row = rows - 1;
      set(row, 'ts', ts);
      set(row, 'lost_of', lostOf.records);
      set(row, 'lost', refusedRows);
      set(row, 'dropped', dropped);
      set(row, 'malformed', malformed);
    }
    return batch;
  }
}

function isSome(account: SessionCounts, name: string): boolean {
  return account[name as keyof SessionCounts] > 0;
}
