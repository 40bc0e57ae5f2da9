import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bucketStartUs, lastBucket, latencyBucket } from './latency-bucket.ts';

test('a latency is at or above the start of its bucket, and below the start of the next', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), (latencyUs) => {
      const bucket = latencyBucket(latencyUs);
      expect(bucketStartUs(bucket)).toBeLessThanOrEqual(latencyUs);
      expect(bucketStartUs(bucket + 1)).toBeGreaterThan(latencyUs);
    }),
  );
});

test('the middle of a bucket is at most one part in 32 away from what is in it', () => {
  for (let bucket = 16; bucket <= lastBucket; bucket++) {
    const from = bucketStartUs(bucket);
    const width = bucketStartUs(bucket + 1) - from;
    expect(width / 2 / from).toBeLessThanOrEqual(1 / 32);
  }
  expect(latencyBucket(0xffff_ffff)).toBe(lastBucket);
});
