import type { Milliseconds } from '../model/index.ts';
import type { Clock, Timer } from '../platform/index.ts';

/** When things start: one heap of due times, one timer, bursts capped. */

/** Most starts in one turn; the rest yields to replies that have arrived meanwhile. */
const burst = 32;

/** Something that waits for its time. `slot` belongs to the schedule: its place in the heap, -1 outside. */
export interface Scheduled {
  dueMs: Milliseconds;
  slot: number;
}

/** A binary heap of due times behind one timer. */
export class Schedule<Entry extends Scheduled> {
  readonly #clock: Clock;
  readonly #start: (entry: Entry) => void;
  readonly #heap: Entry[] = [];
  #timer: Timer | undefined;
  #armedMs: Milliseconds = Infinity;

  /** `start` is called when an entry's time has come; the entry has left the schedule by then. */
  constructor(clock: Clock, start: (entry: Entry) => void) {
    this.#clock = clock;
    this.#start = start;
  }

  get size(): number {
    return this.#heap.length;
  }

  /** Puts an entry in, or moves it if it is there already. */
  set(entry: Entry, dueMs: Milliseconds): void {
    entry.dueMs = dueMs;
    if (entry.slot < 0) {
      entry.slot = this.#heap.length;
      this.#heap.push(entry);
    }
    this.#rise(entry);
    this.#sink(entry);
    this.#arm();
  }

  remove(entry: Entry): void {
    const { slot } = entry;
    if (slot < 0) return;
    entry.slot = -1;
    const last = this.#heap.pop();
    if (last === undefined || last === entry) return;
    this.#place(last, slot);
    this.#rise(last);
    this.#sink(last);
  }

  close(): void {
    for (const entry of this.#heap.splice(0)) entry.slot = -1;
    this.#timer?.cancel();
    this.#armedMs = Infinity;
  }

  #arm(): void {
    const nextMs = this.#heap[0]?.dueMs ?? Infinity;
    if (nextMs >= this.#armedMs) return;
    this.#timer?.cancel();
    this.#armedMs = nextMs;
    this.#timer = this.#clock.after(Math.ceil(nextMs - this.#clock.monotonic()), () => this.#turn());
  }

  #turn(): void {
    this.#armedMs = Infinity;
    const nowMs = this.#clock.monotonic();
    for (let started = 0; started < burst; started++) {
      const first = this.#heap[0];
      if (!first || first.dueMs > nowMs) break;
      this.remove(first);
      this.#start(first);
    }
    this.#arm();
  }

  #rise(entry: Entry): void {
    for (let slot = entry.slot; slot > 0; slot = entry.slot) {
      const above = this.#heap[(slot - 1) >> 1];
      if (!above || above.dueMs <= entry.dueMs) return;
      this.#place(above, slot);
      this.#place(entry, (slot - 1) >> 1);
    }
  }

  #sink(entry: Entry): void {
    for (;;) {
      const { slot } = entry;
      const left = this.#heap[2 * slot + 1];
      const right = this.#heap[2 * slot + 2];
      const below = left && right && right.dueMs < left.dueMs ? right : left;
      if (!below || below.dueMs >= entry.dueMs) return;
      const to = below.slot;
      this.#place(below, slot);
      this.#place(entry, to);
    }
  }

  #place(entry: Entry, slot: number): void {
    this.#heap[slot] = entry;
    entry.slot = slot;
  }
}

/** First starts come within this much of each other while checks are few; many get a millisecond each. */
const fewChecksSpreadMs = 2000;
const spreadPerCheckMs = 1;

/**
 * Starts of slow checks fall on multiples of this: one wake of the process serves several, and their packets leave
 * together. That halves the cost of a watch with many checks.
 */
const tickMs = 20;
const slowIntervalMs = 1000;

/** The first start of a check that may start at this time. */
export function onTick(atMs: Milliseconds, intervalMs: Milliseconds): Milliseconds {
  return intervalMs < slowIntervalMs ? atMs : Math.ceil(atMs / tickMs) * tickMs;
}

/** How much later than the first possible moment a check starts: from its name, so that a restart changes nothing. */
export function spreadMs(name: string, intervalMs: Milliseconds, checks: number): Milliseconds {
  return fraction(name) * Math.min(intervalMs, Math.max(fewChecksSpreadMs, checks * spreadPerCheckMs));
}

/** The first start on the grid after now: runs that were missed are not made up for. */
export function nextOnGrid(originMs: Milliseconds, intervalMs: Milliseconds, nowMs: Milliseconds): Milliseconds {
  if (nowMs < originMs) return originMs;
  const next = originMs + (Math.floor((nowMs - originMs) / intervalMs) + 1) * intervalMs;
  // A quotient that rounding lifted onto a whole number must not yield the present run again.
  return next > nowMs ? next : next + intervalMs;
}

/** A number from 0 to below 1 that names spread evenly over: FNV-1a, mixed as MurmurHash3 ends. */
export function fraction(name: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index++) hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
