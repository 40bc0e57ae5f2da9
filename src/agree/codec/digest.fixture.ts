import type { Digest } from '../../model/index.ts';

/** A digest in which everything occurs. */
export const fullDigest: Digest = {
  at: 1_763_726_400_000,
  paths: [
    {
      to: 'cloud',
      windowMs: 60_000,
      sent: 60,
      answered: 55,
      unexplained: 2,
      silentMs: 812.25,
      rtt: { minMs: 20.125, medianMs: 21.5, p95Ms: 30.75, maxMs: 44 },
      forward: { sent: 58, lost: 3, reordered: 1, duplicates: 0, jitterMs: 1.5 },
      back: { sent: 55, lost: 0, reordered: 0, duplicates: 2 },
      clock: { aheadMs: -12.5, boundMs: 10.0625 },
      mtuBytes: 1500,
      stamps: 'kernel',
    },
    {
      to: 'home',
      windowMs: 60_000,
      sent: 0,
      answered: 0,
      unexplained: 0,
      stamps: 'process',
      problem: 'probes cannot be sent: network is unreachable',
    },
  ],
  checks: [
    {
      check: 'web',
      windowMs: 60_000,
      passed: 10,
      degraded: 1,
      failed: 1,
      unknown: 0,
      latency: { count: 11, sumUs: 123_456, minUs: 900, maxUs: 40_000 },
      buckets: [
        [100, 3],
        [120, 8],
      ],
    },
  ],
};
