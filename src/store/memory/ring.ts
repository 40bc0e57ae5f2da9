import type { EpochMs, Outcome } from '../../model/index.ts';

const outcomes: readonly Outcome[] = ['pass', 'degraded', 'fail', 'unknown'];

/** Time (float64), latency (float32), loss in hundredths of a percent (uint16), outcome (uint8), and one byte free. */
const pointBytes = 16;
const noLoss = 0xffff;
const firstPoints = 16;

/** The raw points of one check in one block of memory, oldest overwritten first. */
export class SampleRing {
  readonly #capacity: number;
  #points: DataView;
  #start = 0;
  #size = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#points = block(Math.min(firstPoints, capacity));
  }

  get size(): number {
    return this.#size;
  }

  /** The next point overwrites the oldest one. */
  get full(): boolean {
    return this.#size === this.#capacity;
  }

  /** Time of the oldest point, or Infinity when empty. */
  get oldest(): EpochMs {
    return this.#size === 0 ? Infinity : this.#points.getFloat64(this.#start * pointBytes);
  }

  push(at: EpochMs, outcome: Outcome, latencyMs: number | undefined, lossPercent: number | undefined): void {
    if (this.#size === this.#room && this.#size < this.#capacity) this.#grow();
    const slot = (this.#start + this.#size) % this.#room;
    if (this.#size < this.#room) this.#size++;
    else this.#start = (this.#start + 1) % this.#room;
    const base = slot * pointBytes;
    this.#points.setFloat64(base, at);
    this.#points.setFloat32(base + 8, latencyMs ?? Number.NaN);
    this.#points.setUint16(base + 12, lossPercent === undefined ? noLoss : Math.round(lossPercent * 100));
    this.#points.setUint8(base + 14, outcomes.indexOf(outcome));
  }

  /** Visits the points oldest first; NaN stands for a missing figure. */
  forEach(visit: (at: EpochMs, outcome: Outcome, latencyMs: number, lossPercent: number) => void): void {
    for (let index = 0; index < this.#size; index++) {
      const base = ((this.#start + index) % this.#room) * pointBytes;
      const outcome = outcomes[this.#points.getUint8(base + 14)] ?? 'unknown';
      const loss = this.#points.getUint16(base + 12);
      const lossPercent = loss === noLoss ? Number.NaN : loss / 100;
      visit(this.#points.getFloat64(base), outcome, this.#points.getFloat32(base + 8), lossPercent);
    }
  }

  get #room(): number {
    return this.#points.byteLength / pointBytes;
  }

  /** The ring is full when it grows, so two copies put it in order. */
  #grow(): void {
    const old = new Uint8Array(this.#points.buffer);
    const cut = this.#start * pointBytes;
    this.#points = block(Math.min(this.#capacity, this.#room * 2));
    const fresh = new Uint8Array(this.#points.buffer);
    fresh.set(old.subarray(cut));
    fresh.set(old.subarray(0, cut), old.length - cut);
    this.#start = 0;
  }
}

function block(points: number): DataView {
  return new DataView(new ArrayBuffer(points * pointBytes));
}
