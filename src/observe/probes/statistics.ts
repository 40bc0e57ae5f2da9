import type { Milliseconds } from '../../model/index.ts';

/** Figures of one packet train. Jitter is the largest minus the smallest, the deviation that of the population. */
export interface RoundTripStatistics {
  avgMs: Milliseconds;
  minMs: Milliseconds;
  maxMs: Milliseconds;
  jitterMs: Milliseconds;
  stdevMs: Milliseconds;
}

/** Undefined without a single round trip. */
export function roundTripStatistics(roundTripsMs: readonly Milliseconds[]): RoundTripStatistics | undefined {
  const [first] = roundTripsMs;
  if (first === undefined) return undefined;
  let minMs = first;
  let maxMs = first;
  let sum = 0;
  for (const value of roundTripsMs) {
    minMs = Math.min(minMs, value);
    maxMs = Math.max(maxMs, value);
    sum += value;
  }
  // Rounding must not move the mean out of the range of what it is the mean of.
  const avgMs = Math.min(maxMs, Math.max(minMs, sum / roundTripsMs.length));
  let squares = 0;
  for (const value of roundTripsMs) squares += (value - avgMs) ** 2;
  return { avgMs, minMs, maxMs, jitterMs: maxMs - minMs, stdevMs: Math.sqrt(squares / roundTripsMs.length) };
}

/** Three digits behind the point: microseconds. */
export function roundMs(valueMs: Milliseconds): Milliseconds {
  return Math.round(valueMs * 1000) / 1000;
}
