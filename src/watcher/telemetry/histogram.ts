import { bucketStartUs } from '../../store/index.ts';

/** Histograms of latency, from buckets that can be added up. */

/** By bucket of the store: how many samples. */
export type Buckets = Map<number, number>;

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
