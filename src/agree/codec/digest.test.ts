import { describe, expect, it } from 'vitest';
import type { CheckFigures, Digest, PathFigures } from '../../model/index.ts';
import { decodeDigest, encodeDigest } from './digest.ts';
import { fullDigest } from './digest.fixture.ts';

const path = (to: string): PathFigures => ({
  to,
  windowMs: 60_000,
  sent: 0,
  answered: 0,
  unexplained: 0,
  stamps: 'process',
});
const check = (name: string, latencies: [number, number][] = []): CheckFigures => {
  const count = latencies.reduce((sum, [, one]) => sum + one, 0);
  const latency = { count, sumUs: count, minUs: Math.min(1, count), maxUs: Math.min(1, count) };
  return {
    check: name,
    windowMs: 60_000,
    passed: count,
    degraded: 0,
    failed: 0,
    unknown: 0,
    latency,
    buckets: latencies,
  };
};
const again = (digest: Digest) => decodeDigest(encodeDigest(digest).bytes);

describe('digests', () => {
  it('come as they were sent', () => {
    expect(again(fullDigest)).toEqual(fullDigest);
    expect(again({ at: 0, paths: [], checks: [] })).toEqual({ at: 0, paths: [], checks: [] });
  });

  it('carry as many checks as fit, and say how many those are', () => {
    const buckets = Array.from({ length: 464 }, (_, bucket): [number, number] => [bucket, 1]);
    const checks = Array.from({ length: 2000 }, (_, at) => check(`check ${at}`, buckets));
    const { bytes, checks: fitted } = encodeDigest({ at: 1, paths: [path('two')], checks });
    expect(bytes.length).toBeLessThanOrEqual(1_000_010);
    expect(fitted).toBeGreaterThan(300);
    expect(decodeDigest(bytes)?.checks).toHaveLength(fitted);
    const small = Array.from({ length: 3000 }, (_, at) => check(`check ${at}`));
    expect(encodeDigest({ at: 1, paths: [], checks: small }).checks).toBe(2000);
  });

  it('cut long texts between characters, and hold times that no clock shows', () => {
    const odd = { ...path('two'), problem: '🦊'.repeat(200), clock: { aheadMs: -1e18, boundMs: 1e-9 } };
    const found = again({ at: 1, paths: [odd], checks: [] })?.paths[0];
    expect(found?.problem).toMatch(/^(🦊)+$/u);
    expect(found?.clock?.aheadMs).toBeLessThan(-1e9);
    const still = again({ at: 1, paths: [{ ...path('two'), clock: { aheadMs: -1e-9, boundMs: 1 } }], checks: [] });
    expect(still?.paths[0]?.clock?.aheadMs).toBe(0);
  });

  it.each<[string, Digest]>([
    ['a path twice', { at: 1, paths: [path('two'), path('two')], checks: [] }],
    ['a check twice', { at: 1, paths: [], checks: [check('web'), check('web')] }],
    ['more answers than probes', { at: 1, paths: [{ ...path('two'), answered: 1 }], checks: [] }],
    [
      'more lost than sent',
      { at: 1, paths: [{ ...path('two'), forward: { sent: 1, lost: 2, reordered: 0, duplicates: 0 } }], checks: [] },
    ],
    [
      'a median below the least',
      { at: 1, paths: [{ ...path('two'), rtt: { minMs: 2, medianMs: 1, p95Ms: 3, maxMs: 4 } }], checks: [] },
    ],
    [
      'buckets out of order',
      {
        at: 1,
        paths: [],
        checks: [
          check('web', [
            [2, 1],
            [1, 1],
          ]),
        ],
      },
    ],
    ['a bucket that does not exist', { at: 1, paths: [], checks: [check('web', [[464, 1]])] }],
    ['counts that do not sum up', { at: 1, paths: [], checks: [{ ...check('web', [[1, 1]]), buckets: [[1, 2]] }] }],
  ])('are refused with %s', (_, digest) => {
    expect(again(digest)).toBeUndefined();
  });

  it('are refused cut short, too long, or of another version', () => {
    const { bytes } = encodeDigest(fullDigest);
    for (let length = 0; length < bytes.length; length++)
      expect(decodeDigest(bytes.subarray(0, length))).toBeUndefined();
    expect(decodeDigest(Buffer.concat([bytes, Buffer.alloc(1)]))).toBeUndefined();
    expect(decodeDigest(Buffer.concat([Buffer.of(2), bytes.subarray(1)]))).toBeUndefined();
  });
});
