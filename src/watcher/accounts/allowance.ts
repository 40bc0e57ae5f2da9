import type { Milliseconds } from '../../model/index.ts';

/** So many at once, then one for each step. */
export class Allowance {
  readonly #burst: number;
  readonly #stepMs: Milliseconds;
  #left: number;
  #at: Milliseconds;

  constructor(burst: number, stepMs: Milliseconds, now: Milliseconds) {
    this.#burst = burst;
    this.#stepMs = stepMs;
    this.#left = burst;
    this.#at = now;
  }

  take(now: Milliseconds): boolean {
    const earned = Math.floor((now - this.#at) / this.#stepMs);
    this.#left = Math.min(this.#burst, this.#left + earned);
    this.#at += earned * this.#stepMs;
    if (this.#left === 0) return false;
    this.#left--;
    return true;
  }
}
