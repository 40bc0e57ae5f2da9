import type { CheckFigures, Milliseconds, PathFigures } from '../../model/index.ts';
import { bucketStartUs } from '../../store/index.ts';
import { leastShare } from './share.ts';

/** How a path or a check is, by rules that are written down (docs/guide/performance.md) and the same everywhere. */
export type Standing = 'good' | 'bad' | 'unknown';

/** More loss than this, with 95 % certainty, is bad. */
export const badLoss = 0.01;
/** A larger share of failed samples, with 95 % certainty, is bad. */
const badFailures = 0.05;
/** A round trip or answer is slow from this multiple of the usual one, and only if it takes so much longer. */
export const slowRatio = 1.5;
const slowMs: Milliseconds = 5;
const leastSamples = 3;

export function pathStanding(path: PathFigures | undefined, usualRttMs: Milliseconds | undefined): Standing {
  if (!path?.rtt || !path.forward || !path.back) return 'unknown';
  for (const { sent, lost } of [path.forward, path.back]) if (leastShare(lost, sent) > badLoss) return 'bad';
  if (usualRttMs === undefined) return 'unknown';
  return isSlow(path.rtt.medianMs, usualRttMs) ? 'bad' : 'good';
}

export function checkStanding(check: CheckFigures | undefined, usualMs: Milliseconds | undefined): Standing {
  if (!check) return 'unknown';
  const known = check.passed + check.degraded + check.failed;
  if (known < leastSamples) return 'unknown';
  if (leastShare(check.failed, known) > badFailures) return 'bad';
  const latencyMs = medianLatencyMs(check);
  if (latencyMs === undefined) return 'good';
  if (usualMs === undefined) return 'unknown';
  return isSlow(latencyMs, usualMs) ? 'bad' : 'good';
}

function isSlow(nowMs: Milliseconds, usualMs: Milliseconds): boolean {
  return nowMs >= slowRatio * usualMs && nowMs - usualMs >= slowMs;
}

/** Of the bucket in which the middle sample lies, its start; at most 1/16 below. */
export function medianLatencyMs({ latency, buckets }: CheckFigures): Milliseconds | undefined {
  let left = Math.ceil(latency.count / 2);
  for (const [bucket, count] of buckets) {
    left -= count;
    if (left <= 0) return Math.max(latency.minUs, bucketStartUs(bucket)) / 1000;
  }
  return undefined;
}
