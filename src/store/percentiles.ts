import { bucketStartUs, lastBucket } from './latency-bucket.ts';

/**
 * Percentiles of latency from a histogram, in microseconds: the middle of the bucket in which the sample of that rank is
 * (the nearest rank, so the 50th of 4 is the second smallest), at most 1/32 off. Undefined for no samples at all.
 * @param counts samples by bucket, in any order; the same bucket may come several times
 * @param percentiles from 0 to 100
 */
export function percentilesFromBuckets(
  counts: Iterable<readonly [bucket: number, count: number]>,
  percentiles: readonly number[],
): (number | undefined)[] {
  const histogram = new Float64Array(lastBucket + 1);
  let total = 0;
  for (const [bucket, count] of counts) {
    histogram[bucket] = (histogram[bucket] ?? 0) + count;
    total += count;
  }
  return percentiles.map((percentile) => {
    if (total === 0) return undefined;
    let left = Math.max(1, Math.ceil((percentile / 100) * total));
    const bucket = histogram.findIndex((count) => (left -= count) <= 0);
    // The last whole number in it: a bucket of one number is that number.
    return (bucketStartUs(bucket) + bucketStartUs(bucket + 1) - 1) / 2;
  });
}
