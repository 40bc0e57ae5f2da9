/**
 * Log-linear buckets of latency: sixteen to each doubling, so that a percentile read from them is at most 1/32 off, and
 * histograms of different times, watchers and machines can be added up. The bucket of a whole number of microseconds below
 * 16 is that number; above, its highest four bits after the first say which sixteenth of its doubling it is in.
 */

const bucketsPerDoubling = 16;
/** Of 2^32 - 1 microseconds. */
export const lastBucket = 463;

export function latencyBucket(latencyUs: number): number {
  if (latencyUs < bucketsPerDoubling) return latencyUs;
  const doubling = 31 - Math.clz32(latencyUs);
  return (doubling - 3) * bucketsPerDoubling + ((latencyUs >>> (doubling - 4)) & 15);
}

/** The smallest latency in a bucket, in microseconds. */
export function bucketStartUs(bucket: number): number {
  if (bucket < bucketsPerDoubling) return bucket;
  const doubling = Math.floor(bucket / bucketsPerDoubling) + 3;
  return 2 ** doubling + (bucket % bucketsPerDoubling) * 2 ** (doubling - 4);
}
