import type { Milliseconds } from '../../model/index.ts';

/** Before the first answer nothing is known about a path (RFC 6298, 2.1): be patient, or a long one seems dead for ever. */
const initialTimeoutMs = 1000;
const largestTimeoutMs = 2000;

/** How long to wait for an answer: smoothed round-trip time and its variation (RFC 6298, section 2). */
export class RttEstimator {
  readonly #floorMs: Milliseconds;
  #smoothedMs: Milliseconds | undefined;
  #variationMs: Milliseconds = 0;

  /** Never shorter than the floor, whatever the path. */
  constructor(floorMs: Milliseconds) {
    this.#floorMs = floorMs;
  }

  sample(rttMs: Milliseconds): void {
    if (this.#smoothedMs === undefined) {
      this.#smoothedMs = rttMs;
      this.#variationMs = rttMs / 2;
      return;
    }
    this.#variationMs += (Math.abs(rttMs - this.#smoothedMs) - this.#variationMs) / 4;
    this.#smoothedMs += (rttMs - this.#smoothedMs) / 8;
  }

  timeoutMs(): Milliseconds {
    if (this.#smoothedMs === undefined) return initialTimeoutMs;
    return Math.min(largestTimeoutMs, Math.max(this.#floorMs, this.#smoothedMs + 4 * this.#variationMs));
  }
}
