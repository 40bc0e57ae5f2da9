import { percentilesFromBuckets } from '../../../store/index.ts';
import type { EpochMs } from '../../../model/index.ts';
import type { Cells } from './cells.ts';
import type { AlertAggregate } from './window-query.ts';

const percentiles: Partial<Record<AlertAggregate, number>> = { p50: 50, p90: 90, p95: 95, p99: 99 };

/**
 * The buckets of latency that samples fell into, one after the other: a series has a handful of samples in a slot, so a
 * histogram for each would be nought nearly everywhere.
 */
export class BucketCells implements Cells {
  #length = 0;
  #series = new Uint32Array(0);
  #buckets = new Uint16Array(0);
  #places = 0;
  /** Buckets by series, once they are asked for: those of series s lie from `#starts[s]` to `#starts[s + 1]`. */
  #sorted: Uint16Array | undefined;
  #starts = new Uint32Array(1);

  /** Samples that are kept. */
  get rows(): number {
    return this.#length;
  }

  get bytes(): number {
    return 6 * this.#series.length + (this.#sorted ? 2 * this.#sorted.length : 0) + this.#starts.byteLength;
  }

  resize(series: number): void {
    this.#places = series;
    this.#sorted = undefined;
  }

  add(series: number, _at: EpochMs, bucket: number): void {
    this.#reserve(this.#length + 1);
    this.#series[this.#length] = series;
    this.#buckets[this.#length] = bucket;
    this.#length++;
    this.#sorted = undefined;
  }

  merge(later: BucketCells): void {
    this.#reserve(this.#length + later.#length);
    this.#series.set(later.#series.subarray(0, later.#length), this.#length);
    this.#buckets.set(later.#buckets.subarray(0, later.#length), this.#length);
    this.#length += later.#length;
    this.#sorted = undefined;
  }

  clear(): void {
    this.#length = 0;
    this.#sorted = undefined;
  }

  forget(series: number): void {
    let kept = 0;
    for (let at = 0; at < this.#length; at++) {
      if (this.#series[at] === series) continue;
      this.#series[kept] = this.#series[at] ?? 0;
      this.#buckets[kept] = this.#buckets[at] ?? 0;
      kept++;
    }
    this.#length = kept;
    this.#sorted = undefined;
  }

  value(series: readonly number[], aggregate: AlertAggregate): number | undefined {
    const sorted = this.#sorted ?? this.#sort();
    let total = 0;
    const counts = new Map<number, number>();
    for (const one of series) {
      for (let at = this.#starts[one] ?? 0; at < (this.#starts[one + 1] ?? 0); at++) {
        const bucket = sorted[at] ?? 0;
        counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
        total++;
      }
    }
    return total === 0 ? undefined : percentilesFromBuckets(counts, [percentiles[aggregate] ?? 50])[0];
  }

  /** Counting sort by series. */
  #sort(): Uint16Array {
    const starts = new Uint32Array(this.#places + 1);
    for (let at = 0; at < this.#length; at++) {
      const following = (this.#series[at] ?? 0) + 1;
      starts[following] = (starts[following] ?? 0) + 1;
    }
    for (let series = 1; series < starts.length; series++) {
      starts[series] = (starts[series] ?? 0) + (starts[series - 1] ?? 0);
    }
    const next = starts.slice();
    const sorted = new Uint16Array(this.#length);
    for (let at = 0; at < this.#length; at++) {
      const series = this.#series[at] ?? 0;
      const place = next[series] ?? 0;
      next[series] = place + 1;
      sorted[place] = this.#buckets[at] ?? 0;
    }
    this.#starts = starts;
    this.#sorted = sorted;
    return sorted;
  }

  #reserve(length: number): void {
    if (length <= this.#series.length) return;
    const grown = Math.max(64, 2 ** Math.ceil(Math.log2(length)));
    const series = new Uint32Array(grown);
    series.set(this.#series.subarray(0, this.#length));
    const buckets = new Uint16Array(grown);
    buckets.set(this.#buckets.subarray(0, this.#length));
    this.#series = series;
    this.#buckets = buckets;
  }
}
