import fc from 'fast-check';
import { expect, test } from 'vitest';
import { latencyBucket } from './latency-bucket.ts';
import { percentilesFromBuckets } from './percentiles.ts';

test('percentiles of any latencies are at most 1/32 off, however their histogram was cut into parts', () => {
  const latencies = fc.array(fc.integer({ min: 1, max: 4_000_000 }), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(latencies, fc.integer({ min: 0, max: 100 }), (values, percentile) => {
      const sorted = values.toSorted((a, b) => a - b);
      const exact = sorted[Math.max(1, Math.ceil((percentile / 100) * values.length)) - 1] ?? 0;
      const [found = NaN] = percentilesFromBuckets(
        values.map((value) => [latencyBucket(value), 1] as const),
        [percentile],
      );
      expect(Math.abs(found - exact)).toBeLessThanOrEqual(exact / 32);
    }),
  );
});

test('nothing has no percentile, and one sample is all of them', () => {
  expect(percentilesFromBuckets([], [50])).toEqual([undefined]);
  expect(percentilesFromBuckets([[7, 1]], [0, 50, 100])).toEqual([7, 7, 7]);
});
