import type { Milliseconds } from '../../model/index.ts';

/** A token bucket that may be overdrawn: what has arrived has arrived, and is paid for by waiting. */
export class Quota {
  readonly #perMs: number;
  readonly #burst: number;
  #tokens: number;
  #atMs: Milliseconds;

  /** A second's worth may come at once, or `burst` if that is more. */
  constructor(perSecond: number, nowMs: Milliseconds, burst = perSecond) {
    this.#perMs = perSecond / 1000;
    this.#burst = Math.max(perSecond, burst);
    this.#tokens = this.#burst;
    this.#atMs = nowMs;
  }

  spend(amount: number): void {
    this.#tokens -= amount;
  }

  /** How long to wait until nothing is owed. */
  debtMs(nowMs: Milliseconds): Milliseconds {
    this.#tokens = Math.min(this.#burst, this.#tokens + (nowMs - this.#atMs) * this.#perMs);
    this.#atMs = nowMs;
    return this.#tokens >= 0 ? 0 : -this.#tokens / this.#perMs;
  }
}
