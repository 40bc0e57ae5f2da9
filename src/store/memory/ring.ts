import type { EpochMs, Outcome } from '../../model/index.ts';

const outcomes: readonly Outcome[] = ['pass', 'degraded', 'fail', 'unknown'];

/** The raw points of one check in typed columns: 17 bytes a sample, oldest overwritten first. */
export class SampleRing {
  readonly #capacity: number;
  #at: Float64Array;
  #latencyMs: Float32Array;
  #lossPercent: Float32Array;
  #outcome: Uint8Array;
  #start = 0;
  #size = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
    const first = Math.min(16, capacity);
    this.#at = new Float64Array(first);
    this.#latencyMs = new Float32Array(first);
    this.#lossPercent = new Float32Array(first);
    this.#outcome = new Uint8Array(first);
  }

  get size(): number {
    return this.#size;
  }

  /** Time of the oldest point, or Infinity when empty. */
  get oldest(): EpochMs {
    return this.#size === 0 ? Infinity : (this.#at[this.#start] ?? Infinity);
  }

  push(at: EpochMs, outcome: Outcome, latencyMs: number | undefined, lossPercent: number | undefined): void {
    if (this.#size === this.#at.length && this.#size < this.#capacity) this.#grow();
    const length = this.#at.length;
    let slot: number;
    if (this.#size < length) {
      slot = (this.#start + this.#size++) % length;
    } else {
      slot = this.#start;
      this.#start = (this.#start + 1) % length;
    }
    this.#at[slot] = at;
    this.#latencyMs[slot] = latencyMs ?? Number.NaN;
    this.#lossPercent[slot] = lossPercent ?? Number.NaN;
    this.#outcome[slot] = outcomes.indexOf(outcome);
  }

  /** Visits the points oldest first; NaN stands for a missing figure. */
  forEach(visit: (at: EpochMs, outcome: Outcome, latencyMs: number, lossPercent: number) => void): void {
    const length = this.#at.length;
    for (let i = 0; i < this.#size; i++) {
      const slot = (this.#start + i) % length;
      const outcome = outcomes[this.#outcome[slot] ?? 3] ?? 'unknown';
      visit(this.#at[slot] ?? 0, outcome, this.#latencyMs[slot] ?? Number.NaN, this.#lossPercent[slot] ?? Number.NaN);
    }
  }

  #grow(): void {
    const length = Math.min(this.#capacity, this.#at.length * 2);
    // The ring is full when it grows, so two copies put it in order.
    const extend = <Column extends Float64Array | Float32Array | Uint8Array>(old: Column, fresh: Column): Column => {
      fresh.set(old.subarray(this.#start));
      fresh.set(old.subarray(0, this.#start), old.length - this.#start);
      return fresh;
    };
    this.#at = extend(this.#at, new Float64Array(length));
    this.#latencyMs = extend(this.#latencyMs, new Float32Array(length));
    this.#lossPercent = extend(this.#lossPercent, new Float32Array(length));
    this.#outcome = extend(this.#outcome, new Uint8Array(length));
    this.#start = 0;
  }
}
