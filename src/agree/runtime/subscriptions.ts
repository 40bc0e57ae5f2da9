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
  readonly #report: (error: unknown) => void;

  constructor(
    read: (from: number, limit: number) => Promise<LedgerEntry[]>,
    /** Gets what a listener threw, or why old entries could not be read; that subscriber gets nothing more. */
    report: (error: unknown) => void,
  ) {
    this.#read = read;
    this.#report = report;
  }

  add(from: number, size: number, listener: (entry: LedgerEntry) => void): Unsubscribe {
    const subscriber: Subscriber = { listener, next: from, catchingUp: false, gone: false };
    this.#subscribers.add(subscriber);
    if (from < size) void this.#catchUp(subscriber);
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
      while (!subscriber.gone) {
        const entries = await this.#read(subscriber.next, page);
        if (entries.length === 0) break;
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
