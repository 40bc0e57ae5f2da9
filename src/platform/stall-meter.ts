import type { Milliseconds } from '../model/index.ts';
import type { Clock, Timer } from './clock.ts';

/** How often it looks, and the lateness of a timer that is ordinary. */
const periodMs = 25;
const ordinaryMs = 8;

/** Measures for how long this process's event loop stood still: whoever times the network asks it before blaming the network. */
export class StallMeter {
  readonly #clock: Clock;
  #dueMs = 0;
  #stalledMs: Milliseconds = 0;
  #timer: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#arm();
  }

  /** Total since the start; the difference of two readings is the stall between them. */
  stalledMs(): Milliseconds {
    return this.#stalledMs + this.#late();
  }

  close(): void {
    this.#timer?.cancel();
    this.#dueMs = Infinity;
  }

  #arm(): void {
    this.#dueMs = this.#clock.monotonic() + periodMs;
    this.#timer = this.#clock.after(periodMs, () => {
      this.#stalledMs += this.#late();
      this.#arm();
    });
  }

  #late(): Milliseconds {
    const lateMs = this.#clock.monotonic() - this.#dueMs;
    return lateMs > ordinaryMs ? lateMs : 0;
  }
}
