import type { EpochMs, Milliseconds, VerdictState } from '../../model/index.ts';
import type { Rollup } from '../telemetry.ts';

/**
 * Slice (uint32), six counts (uint16), three figures (float32), worst verdict (uint8), three bytes free: a day's work
 * of ten thousand checks must not become millions of objects.
 */
const cellBytes = 32;
const firstCells = 4;
const mostCount = 0xffff;
const verdicts: readonly VerdictState[] = ['unknown', 'up', 'degraded', 'partial', 'down'];

/** The last closed slices of one check, oldest overwritten first. */
export class Strip {
  readonly #widthMs: Milliseconds;
  readonly #capacity: number;
  #cells = new DataView(new ArrayBuffer(firstCells * cellBytes));
  #pushed = 0;

  /** `widthMs` is the length of a slice. */
  constructor(widthMs: Milliseconds, capacity: number) {
    this.#widthMs = widthMs;
    this.#capacity = capacity;
  }

  /** Start of the oldest slice, or Infinity when there is none. */
  get oldest(): EpochMs {
    if (this.#pushed === 0) return Infinity;
    return this.#cells.getUint32(this.#base(Math.max(0, this.#pushed - this.#capacity))) * this.#widthMs;
  }

  push(rollup: Rollup): void {
    if (this.#pushed * cellBytes === this.#cells.byteLength && this.#pushed < this.#capacity) this.#grow();
    const base = this.#base(this.#pushed++);
    const counts = [
      rollup.passed,
      rollup.degraded,
      rollup.failed,
      rollup.unknown,
      rollup.latencyCount,
      rollup.lossCount,
    ];
    const figures = [rollup.latencySumMs, rollup.latencyMaxMs, rollup.lossSumPercent];
    this.#cells.setUint32(base, rollup.from / this.#widthMs);
    for (const [at, count] of counts.entries()) this.#cells.setUint16(base + 4 + 2 * at, Math.min(count, mostCount));
    for (const [at, figure] of figures.entries()) this.#cells.setFloat32(base + 16 + 4 * at, figure);
    this.#cells.setUint8(base + 28, verdicts.indexOf(rollup.worst));
  }

  /** Oldest first. */
  *rollups(): Generator<Rollup> {
    for (let index = Math.max(0, this.#pushed - this.#capacity); index < this.#pushed; index++) {
      const base = this.#base(index);
      const count = (at: number) => this.#cells.getUint16(base + 4 + 2 * at);
      const figure = (at: number) => this.#cells.getFloat32(base + 16 + 4 * at);
      yield {
        from: this.#cells.getUint32(base) * this.#widthMs,
        passed: count(0),
        degraded: count(1),
        failed: count(2),
        unknown: count(3),
        latencyCount: count(4),
        lossCount: count(5),
        latencySumMs: figure(0),
        latencyMaxMs: figure(1),
        lossSumPercent: figure(2),
        worst: verdicts[this.#cells.getUint8(base + 28)] ?? 'unknown',
      };
    }
  }

  #base(index: number): number {
    return (index % this.#capacity) * cellBytes;
  }

  /** Only before the ring has turned over, so that the order stays. */
  #grow(): void {
    const cells = Math.min(this.#capacity, (2 * this.#cells.byteLength) / cellBytes);
    const fresh = new Uint8Array(cells * cellBytes);
    fresh.set(new Uint8Array(this.#cells.buffer));
    this.#cells = new DataView(fresh.buffer);
  }
}
