import { assert } from '../../model/index.ts';
import type { LedgerEntry } from '../record/entry.ts';

export type Unsubscribe = () => void;

interface Subscriber {
  listener: (entry: LedgerEntry) => void;
  /** Position that it gets next. */
  next: number;
  catchingUp: boolean;
  gone: boolean;
}

const page = 1024;

/**
 * Hands every subscriber every entry from its position on, in order, each once. A new subscriber is brought up from
 * disk, page by page, and then gets entries as they are executed.
 */
export class Subscriptions {
  readonly #subscribers = new Set<Subscriber>();
  readonly #read: (from: number, limit: number) => Promise<LedgerEntry[]>;
  readonly #size: () => number;
  readonly #report: (error: unknown) => void;

  constructor(
    read: (from: number, limit: number) => Promise<LedgerEntry[]>,
    /** Position after the last entry that was published, or is just being published. */
    size: () => number,
    /** Gets what a listener threw, or why old entries could not be read; that subscriber gets nothing more. */
    report: (error: unknown) => void,
  ) {
    this.#read = read;
    this.#size = size;
    this.#report = report;
  }

  add(from: number, listener: (entry: LedgerEntry) => void): Unsubscribe {
    const subscriber: Subscriber = { listener, next: from, catchingUp: false, gone: false };
    this.#subscribers.add(subscriber);
    if (from < this.#size()) void this.#catchUp(subscriber);
    return () => this.#drop(subscriber);
  }

  /** Entries that were just executed. */
  publish(entries: readonly LedgerEntry[]): void {
    for (const subscriber of this.#subscribers) {
      if (!subscriber.catchingUp) this.#give(subscriber, entries);
    }
  }

  clear(): void {
    for (const subscriber of this.#subscribers) this.#drop(subscriber);
  }

  async #catchUp(subscriber: Subscriber): Promise<void> {
    subscriber.catchingUp = true;
    try {
      // The last comparison and the end of catching up happen in one turn: what is published next is given directly.
      while (!subscriber.gone && subscriber.next < this.#size()) {
        const entries = await this.#read(subscriber.next, page);
        assert(entries.length > 0, 'the ledger yields every entry it has');
        this.#give(subscriber, entries);
      }
      subscriber.catchingUp = false;
    } catch (error) {
      this.#drop(subscriber);
      this.#report(error);
    }
  }

  #give(subscriber: Subscriber, entries: readonly LedgerEntry[]): void {
    for (const entry of entries) {
      if (subscriber.gone) return;
      if (entry.position < subscriber.next) continue;
      subscriber.next = entry.position + 1;
      try {
        subscriber.listener(entry);
      } catch (error) {
        this.#drop(subscriber);
        this.#report(error);
      }
    }
  }

  #drop(subscriber: Subscriber): void {
    subscriber.gone = true;
    this.#subscribers.delete(subscriber);
  }
}
