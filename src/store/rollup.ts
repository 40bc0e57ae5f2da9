import type { EpochMs, Milliseconds, Outcome, VerdictState } from '../model/index.ts';
import type { Rollup } from './telemetry.ts';

/** From best to worst for a strip: what one glance must not miss wins. */
const severity: readonly VerdictState[] = ['unknown', 'up', 'degraded', 'partial', 'down'];

export function emptyRollup(from: EpochMs): Rollup {
  return {
    from,
    passed: 0,
    degraded: 0,
    failed: 0,
    unknown: 0,
    latencySumMs: 0,
    latencyCount: 0,
    latencyMaxMs: 0,
    lossSumPercent: 0,
    lossCount: 0,
    worst: 'unknown',
  };
}

const counterOf = { pass: 'passed', degraded: 'degraded', fail: 'failed', unknown: 'unknown' } as const;

export function addSample(
  rollup: Rollup,
  sample: { outcome: Outcome; latencyMs?: number | undefined; lossPercent?: number | undefined },
  verdict: VerdictState,
): void {
  rollup[counterOf[sample.outcome]]++;
  if (sample.latencyMs !== undefined && !Number.isNaN(sample.latencyMs)) {
    rollup.latencySumMs += sample.latencyMs;
    rollup.latencyCount++;
    rollup.latencyMaxMs = Math.max(rollup.latencyMaxMs, sample.latencyMs);
  }
  if (sample.lossPercent !== undefined && !Number.isNaN(sample.lossPercent)) {
    rollup.lossSumPercent += sample.lossPercent;
    rollup.lossCount++;
  }
  rollup.worst = worse(rollup.worst, verdict);
}

export function addRollup(into: Rollup, other: Rollup): void {
  into.passed += other.passed;
  into.degraded += other.degraded;
  into.failed += other.failed;
  into.unknown += other.unknown;
  into.latencySumMs += other.latencySumMs;
  into.latencyCount += other.latencyCount;
  into.latencyMaxMs = Math.max(into.latencyMaxMs, other.latencyMaxMs);
  into.lossSumPercent += other.lossSumPercent;
  into.lossCount += other.lossCount;
  into.worst = worse(into.worst, other.worst);
}

function worse(a: VerdictState, b: VerdictState): VerdictState {
  return severity.indexOf(b) > severity.indexOf(a) ? b : a;
}

export function sliceStart(at: EpochMs, widthMs: Milliseconds): EpochMs {
  return Math.floor(at / widthMs) * widthMs;
}
