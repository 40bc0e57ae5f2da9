import type { EpochMs } from '../../../model/index.ts';
import type { AlertAggregate } from './window-query.ts';

/** What is known of one slot of time, or of several that were added up: one place for each row of a table of series. */
export interface Cells {
  /** Makes room for so many series; what is known stays. */
  resize(series: number): void;
  add(series: number, at: EpochMs, value: number): void;
  /** Adds what came later of the same series. */
  merge(later: this): void;
  clear(): void;
  /** Another series will have this place. */
  forget(series: number): void;
  /** Of all rows of these series together, as rows have it; undefined where there are none. */
  value(series: readonly number[], aggregate: AlertAggregate, seconds: number): number | undefined;
  readonly bytes: number;
}

/** Sum and number of values. */
export class MeanCells implements Cells {
  #count = new Float64Array(0);
  #sum = new Float64Array(0);

  get bytes(): number {
    return 2 * this.#count.byteLength;
  }

  resize(series: number): void {
    this.#count = resized(this.#count, series, 0);
    this.#sum = resized(this.#sum, series, 0);
  }

  add(series: number, _at: EpochMs, value: number): void {
    this.#count[series] = (this.#count[series] ?? 0) + 1;
    this.#sum[series] = (this.#sum[series] ?? 0) + value;
  }

  merge(later: MeanCells): void {
    const [count, sum] = [later.#count, later.#sum];
    for (let series = 0; series < count.length; series++) {
      this.#count[series] = (this.#count[series] ?? 0) + (count[series] ?? 0);
      this.#sum[series] = (this.#sum[series] ?? 0) + (sum[series] ?? 0);
    }
  }

  clear(): void {
    this.#count.fill(0);
    this.#sum.fill(0);
  }

  forget(series: number): void {
    this.#count[series] = 0;
    this.#sum[series] = 0;
  }

  value(series: readonly number[], aggregate: AlertAggregate, seconds: number): number | undefined {
    let count = 0;
    let sum = 0;
    for (const one of series) {
      count += this.#count[one] ?? 0;
      sum += this.#sum[one] ?? 0;
    }
    if (count === 0) return undefined;
    if (aggregate === 'avg') return sum / count;
    if (aggregate === 'rate') return sum / seconds;
    return aggregate === 'count' ? count : sum;
  }
}

/** The least or the greatest value. */
export class ExtremeCells implements Cells {
  readonly #none: number;
  readonly #better: (a: number, b: number) => number;
  #best = new Float64Array(0);

  constructor(which: 'min' | 'max') {
    this.#none = which === 'min' ? Infinity : -Infinity;
    this.#better = which === 'min' ? Math.min : Math.max;
  }

  get bytes(): number {
    return this.#best.byteLength;
  }

  resize(series: number): void {
    this.#best = resized(this.#best, series, this.#none);
  }

  add(series: number, _at: EpochMs, value: number): void {
    this.#best[series] = this.#better(this.#best[series] ?? 0, value);
  }

  merge(later: ExtremeCells): void {
    const best = later.#best;
    for (let series = 0; series < best.length; series++) {
      this.#best[series] = this.#better(this.#best[series] ?? 0, best[series] ?? 0);
    }
  }

  clear(): void {
    this.#best.fill(this.#none);
  }

  forget(series: number): void {
    this.#best[series] = this.#none;
  }

  value(series: readonly number[]): number | undefined {
    let best = this.#none;
    for (const one of series) best = this.#better(best, this.#best[one] ?? 0);
    return best === this.#none ? undefined : best;
  }
}

/** The newest value; of several at one time the greatest, whatever the order in which they came. */
export class LastCells implements Cells {
  #at = new Float64Array(0);
  #last = new Float64Array(0);

  get bytes(): number {
    return 2 * this.#at.byteLength;
  }

  resize(series: number): void {
    this.#at = resized(this.#at, series, -Infinity);
    this.#last = resized(this.#last, series, 0);
  }

  add(series: number, at: EpochMs, value: number): void {
    const newest = this.#at[series] ?? 0;
    if (at < newest || (at === newest && value <= (this.#last[series] ?? 0))) return;
    this.#at[series] = at;
    this.#last[series] = value;
  }

  merge(later: LastCells): void {
    const [at, last] = [later.#at, later.#last];
    for (let series = 0; series < at.length; series++) {
      if ((at[series] ?? 0) > -Infinity) this.add(series, at[series] ?? 0, last[series] ?? 0);
    }
  }

  clear(): void {
    this.#at.fill(-Infinity);
  }

  forget(series: number): void {
    this.#at[series] = -Infinity;
  }

  value(series: readonly number[]): number | undefined {
    let newest = -Infinity;
    let last: number | undefined;
    for (const one of series) {
      const at = this.#at[one] ?? 0;
      const value = this.#last[one] ?? 0;
      if (at < newest || at === -Infinity || (at === newest && last !== undefined && value <= last)) continue;
      newest = at;
      last = value;
    }
    return last;
  }
}

function resized(column: Float64Array<ArrayBuffer>, length: number, none: number): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(length).fill(none);
  grown.set(column.subarray(0, length));
  return grown;
}
