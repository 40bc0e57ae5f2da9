import type { Milliseconds } from '../../model/index.ts';

/** After so long without a relapse the doubling is taken back by one step. */
const quietMs = 600_000;

/** How long an uplink must be good before it is used again: doubles with each relapse, halves with each quiet time. */
export class Hold {
  readonly #firstMs: Milliseconds;
  readonly #largestMs: Milliseconds;
  #doublings = 0;
  #relapsedMs: Milliseconds | undefined;

  constructor(firstMs: Milliseconds, largestMs: Milliseconds) {
    this.#firstMs = firstMs;
    this.#largestMs = largestMs;
  }

  /** The uplink was in use and failed. */
  relapse(nowMs: Milliseconds): void {
    if (this.#relapsedMs !== undefined) {
      const quiet = Math.floor((nowMs - this.#relapsedMs) / quietMs);
      this.#doublings = Math.max(0, this.#doublings + 1 - 2 * quiet);
    }
    this.#relapsedMs = nowMs;
    while (this.#doublings > 0 && this.#firstMs * 2 ** (this.#doublings - 1) >= this.#largestMs) this.#doublings--;
  }

  lengthMs(): Milliseconds {
    return Math.min(this.#largestMs, this.#firstMs * 2 ** this.#doublings);
  }
}
