import type { Milliseconds } from '../model/index.ts';

/** Latenesses that the percentile looks back on, and seconds that the rate does. */
const remembered = 10_000;
const windowSeconds = 10;

/** Running figures of an engine. */
export class RunStatistics {
  readonly #lateness = new Float64Array(remembered);
  #latenesses = 0;
  readonly #perSecond = new Float64Array(windowSeconds + 1);
  #second = 0;
  readonly #sinceMs: Milliseconds;

  constructor(nowMs: Milliseconds) {
    this.#sinceMs = nowMs;
    this.#second = Math.floor(nowMs / 1000);
  }

  started(nowMs: Milliseconds, latenessMs: Milliseconds): void {
    this.#lateness[this.#latenesses++ % remembered] = latenessMs;
    this.#turnTo(nowMs);
    const index = this.#second % this.#perSecond.length;
    this.#perSecond[index] = (this.#perSecond[index] ?? 0) + 1;
  }

  latenessP99Ms(): Milliseconds {
    const known = this.#lateness.slice(0, Math.min(this.#latenesses, remembered)).sort();
    return known[Math.floor(known.length * 0.99)] ?? 0;
  }

  /** Mean of the last ten full seconds, or of the time since the start if that is shorter. */
  perSecond(nowMs: Milliseconds): number {
    this.#turnTo(nowMs);
    const current = this.#second % this.#perSecond.length;
    const sum = this.#perSecond.reduce((total, count, index) => (index === current ? total : total + count), 0);
    return sum / Math.min(windowSeconds, Math.max(1, (nowMs - this.#sinceMs) / 1000));
  }

  #turnTo(nowMs: Milliseconds): void {
    const second = Math.floor(nowMs / 1000);
    const steps = Math.min(second - this.#second, this.#perSecond.length);
    for (let step = 1; step <= steps; step++) this.#perSecond[(this.#second + step) % this.#perSecond.length] = 0;
    if (steps === this.#perSecond.length) this.#perSecond.fill(0);
    this.#second = Math.max(this.#second, second);
  }
}
