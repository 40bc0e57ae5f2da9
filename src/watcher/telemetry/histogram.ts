import { bucketStartUs, lastBucket } from '../../store/index.ts';

/** Histograms of latency, from buckets that can be added up. */

/** By bucket of the store: how many samples. */
export type Buckets = Map<number, number>;

/**
 * The value below which the share `quantile` of the samples lies (nearest rank): the middle of the bucket that it falls
 * into, in microseconds. Null of nothing.
 */
export function percentileUs(buckets: Buckets, quantile: number): number | null {
  let total = 0;
  for (const count of buckets.values()) total += count;
  if (total === 0) return null;
  const rank = Math.max(1, Math.ceil(quantile * total));
  let below = 0;
  for (const bucket of [...buckets.keys()].sort((a, b) => a - b)) {
    below += buckets.get(bucket) ?? 0;
    if (below >= rank) return middleUs(bucket);
  }
  return null;
}

/** Whole microseconds below 16 are exact. */
function middleUs(bucket: number): number {
  const start = bucketStartUs(bucket);
  const width = bucket < lastBucket ? bucketStartUs(bucket + 1) - start : start / 32;
  return width <= 1 ? start : start + width / 2;
}

/** Four buckets of the store are one that is shown: four to each doubling. */
const merged = 4;

export interface ShownHistogram {
  /** Where each bucket begins, in seconds, ascending; without gaps from the first that has anything to the last. */
  bounds: number[];
  /** By place in `bounds`. */
  counts(buckets: Buckets): number[];
}

export function shownHistogram(all: Iterable<Buckets>): ShownHistogram {
  let first = Infinity;
  let last = -Infinity;
  for (const buckets of all) {
    for (const bucket of buckets.keys()) {
      first = Math.min(first, Math.floor(bucket / merged));
      last = Math.max(last, Math.floor(bucket / merged));
    }
  }
  const bounds: number[] = [];
  for (let shown = first; shown <= last; shown++) bounds.push(bucketStartUs(shown * merged) / 1e6);
  return {
    bounds,
    counts: (buckets) => {
      const counts = bounds.map(() => 0);
      for (const [bucket, count] of buckets) {
        const shown = Math.floor(bucket / merged) - first;
        counts[shown] = (counts[shown] ?? 0) + count;
      }
      return counts;
    },
  };
}
