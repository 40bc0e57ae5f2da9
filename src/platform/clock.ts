import type { EpochMs, Milliseconds } from '../model/index.ts';

/** A timer that its owner can cancel; cancelling twice is harmless. */
export interface Timer {
  cancel(): void;
}

/** Time as the verbs see it; tests hand in a clock that they move by hand. */
export interface Clock {
  /** Wall clock. It may jump: use it for records, never for intervals. */
  now(): EpochMs;
  /** Monotonic, from an arbitrary zero; it never jumps. */
  monotonic(): Milliseconds;
  /** Calls back once after at least the delay. */
  after(delayMs: Milliseconds, callback: () => void): Timer;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (delayMs, callback) => {
    const handle = setTimeout(callback, Math.max(0, delayMs));
    return { cancel: () => clearTimeout(handle) };
  },
};

/** Resolves after the delay, or at once when the signal aborts. */
export function sleep(clock: Clock, delayMs: Milliseconds, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const timer = clock.after(delayMs, () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    const abort = () => {
      timer.cancel();
      resolve();
    };
    signal?.addEventListener('abort', abort, { once: true });
  });
}

interface Waiting {
  atMs: Milliseconds;
  order: number;
  callback: () => void;
}

/** A clock that stands still until `advance`; timers due on the way run in order of their time. */
export class ManualClock implements Clock {
  #nowMs: EpochMs;
  #monotonicMs = 0;
  #order = 0;
  readonly #waiting = new Set<Waiting>();

  constructor(startMs: EpochMs = 1_700_000_000_000) {
    this.#nowMs = startMs;
  }

  now(): EpochMs {
    return this.#nowMs;
  }

  monotonic(): Milliseconds {
    return this.#monotonicMs;
  }

  after(delayMs: Milliseconds, callback: () => void): Timer {
    const entry = { atMs: this.#monotonicMs + Math.max(0, delayMs), order: this.#order++, callback };
    this.#waiting.add(entry);
    return { cancel: () => this.#waiting.delete(entry) };
  }

  advance(byMs: Milliseconds): void {
    const endMs = this.#monotonicMs + byMs;
    for (;;) {
      let next: Waiting | undefined;
      for (const entry of this.#waiting) {
        if (entry.atMs > endMs) continue;
        if (!next || entry.atMs < next.atMs || (entry.atMs === next.atMs && entry.order < next.order)) next = entry;
      }
      if (!next) break;
      this.#waiting.delete(next);
      this.#nowMs += next.atMs - this.#monotonicMs;
      this.#monotonicMs = next.atMs;
      next.callback();
    }
    this.#nowMs += endMs - this.#monotonicMs;
    this.#monotonicMs = endMs;
  }

  /** The wall clock jumps; monotonic time and timers don't notice. */
  jump(byMs: Milliseconds): void {
    this.#nowMs += byMs;
  }
}
