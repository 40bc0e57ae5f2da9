import { messageOf, type EpochMs, type Milliseconds } from '../../../model/index.ts';
import type { Clock, ConntrackEntry, ConntrackTap, Timer } from '../../../platform/index.ts';

/** Whoever keeps records of tracked connections. */
export interface ConntrackListener {
  begun(entry: ConntrackEntry, now: EpochMs): void;
  ended(entry: ConntrackEntry, now: EpochMs): void;
  listed(entry: ConntrackEntry, now: EpochMs): void;
  /** All connections were listed. */
  listedAll(now: EpochMs): void;
  /** The kernel had to drop beginnings and ends. */
  missed?(now: EpochMs): void;
  /** After each look, however little was seen. */
  look(now: EpochMs): void;
}

export interface ConntrackWatchOptions {
  tap: ConntrackTap;
  clock: Clock;
  listeners: readonly ConntrackListener[];
  /** From one listing of all connections to the next. */
  intervalMs: Milliseconds;
  /** The kernel refuses; undefined when it does no more. */
  onProblem: (problem: string | undefined) => void;
}

/** Often enough that the kernel's queue holds what comes in between: some ten thousand events. */
const lookEveryMs = 100;
/** Listing takes time in which more events are dropped. */
const leastPauseMs: Milliseconds = 1000;

/** Reads what the kernel tells of connections, and lists all of them each interval and whenever it had to drop events. */
export class ConntrackWatch {
  /** How often the kernel had to drop events. */
  overflows = 0;
  listings = 0;
  /** When an event or a listed connection came last; 0 while there was none. */
  lastAt: EpochMs = 0;
  readonly #options: ConntrackWatchOptions;
  #isListing = false;
  #listAtMs = 0;
  #timer: Timer | undefined;
  #closed = false;

  constructor(options: ConntrackWatchOptions) {
    this.#options = options;
    this.#step();
  }

  /** Lists all connections before the interval is over. */
  listSoon(): void {
    this.#listAtMs = Math.min(this.#listAtMs, this.#options.clock.monotonic() + leastPauseMs);
  }

  /** Hands over what was seen until now, and what goes on. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#timer?.cancel();
    const { clock, listeners, onProblem, tap } = this.#options;
    try {
      this.#read();
      this.#isListing = false;
      this.#listAtMs = -Infinity;
      // What connections did since the last listing would be nobody's.
      while (this.#list());
    } catch (problem) {
      onProblem(messageOf(problem));
    }
    for (const listener of listeners) listener.look(clock.now());
    tap.close();
  }

  #step(): void {
    const { clock, listeners, onProblem } = this.#options;
    let wait = lookEveryMs;
    try {
      this.#read();
      if (this.#list()) wait = 0;
      for (const listener of listeners) listener.look(clock.now());
      onProblem(undefined);
    } catch (problem) {
      this.#isListing = false;
      onProblem(messageOf(problem));
    }
    this.#timer = clock.after(wait, () => this.#step());
  }

  #read(): void {
    const { tap, clock, listeners } = this.#options;
    const now = clock.now();
    const complete = tap.events((what, entry) => {
      this.lastAt = now;
      for (const listener of listeners) {
        if (what === 'new') listener.begun(entry, now);
        else listener.ended(entry, now);
      }
    });
    if (complete) return;
    this.overflows++;
    for (const listener of listeners) listener.missed?.(now);
    // What was dropped shows in the table, all but what has ended already.
    this.listSoon();
  }

  /** Some of a listing a turn, so that events are read in between. True while there is more of it. */
  #list(): boolean {
    const { tap, clock, listeners, intervalMs } = this.#options;
    if (!this.#isListing) {
      if (clock.monotonic() < this.#listAtMs) return false;
      this.#listAtMs = clock.monotonic() + intervalMs;
      this.#isListing = true;
      tap.beginDump();
    }
    const now = clock.now();
    const isDone = tap.dump((entry) => {
      this.lastAt = now;
      for (const listener of listeners) listener.listed(entry, now);
    });
    if (!isDone) return true;
    this.#isListing = false;
    this.listings++;
    for (const listener of listeners) listener.listedAll(now);
    return false;
  }
}
