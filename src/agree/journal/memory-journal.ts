import { QwError } from '../../model/index.ts';
import type { JournalRecord, Lsn } from '../protocol.ts';
import type { Journal, OpenedJournal } from './journal.ts';

/** What outlives a memory journal: hand the same one to the next to see what a crash leaves. */
export interface MemoryStore {
  start: Lsn;
  /** Records from `start` on, of which only `durable` outlive a crash. */
  records: JournalRecord[];
  durable: Lsn;
}

export function emptyMemoryStore(): MemoryStore {
  return { start: 0, records: [], durable: 0 };
}

/** A journal for simulations and tests: durable means that `sync` came, and a crash forgets the rest. */
export function openMemoryJournal(store: MemoryStore): OpenedJournal {
  store.records.length = store.durable - store.start;
  const recovery = { start: store.start, end: store.durable, tornTail: undefined, corrupt: undefined };
  return { journal: new MemoryJournal(store), recovery };
}

class MemoryJournal implements Journal {
  readonly bufferedBytes = 0;
  readonly failure = undefined;
  readonly #store: MemoryStore;
  #closed = false;

  constructor(store: MemoryStore) {
    this.#store = store;
  }

  get start(): Lsn {
    return this.#store.start;
  }

  get end(): Lsn {
    return this.#store.start + this.#store.records.length;
  }

  get durable(): Lsn {
    return this.#store.durable;
  }

  get storedBytes(): number {
    return this.#store.records.reduce((sum, record) => sum + record.length, 0);
  }

  append(records: readonly JournalRecord[]): Lsn {
    this.#refuseIfClosed();
    for (const record of records) this.#store.records.push(Uint8Array.from(record));
    return this.end;
  }

  async sync(): Promise<Lsn> {
    this.#refuseIfClosed();
    const end = this.end;
    await Promise.resolve();
    this.#store.durable = Math.max(this.#store.durable, end);
    return this.#store.durable;
  }

  async written(): Promise<void> {
    this.#refuseIfClosed();
    await Promise.resolve();
  }

  async read(from: Lsn, limit: number): Promise<JournalRecord[]> {
    await Promise.resolve();
    const at = Math.max(0, from - this.#store.start);
    return this.#store.records.slice(at, at + limit);
  }

  async truncateBefore(lsn: Lsn): Promise<void> {
    this.#refuseIfClosed();
    await Promise.resolve();
    const drop = Math.min(lsn, this.#store.durable - 1, this.end - 1) - this.#store.start;
    if (drop <= 0) return;
    this.#store.records.splice(0, drop);
    this.#store.start += drop;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    await this.sync();
    this.#closed = true;
  }

  #refuseIfClosed(): void {
    if (this.#closed) throw new QwError('LEDGER_UNAVAILABLE', 'the durable log is closed');
  }
}
