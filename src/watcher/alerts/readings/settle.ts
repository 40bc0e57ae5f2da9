import type { Check, Milliseconds } from '../../../model/index.ts';
import { probes } from '../../../observe/index.ts';
import { pointSettleMs } from './resolve.ts';

/** What comes later than this is late: one slow check must not hold up all alerts. */
const longestSettleMs: Milliseconds = 15_000;

/** How long after the start of a probe its sample may come: that of the slowest check, in whole seconds. */
export function sampleSettleMs(checks: readonly Check[]): Milliseconds {
  const longest = checks
    .filter(({ disabled }) => !disabled)
    .reduce((most, check) => Math.max(most, probes.find(({ type }) => type === check.type)?.longestMs(check) ?? 0), 0);
  return Math.min(longestSettleMs, Math.ceil((longest + pointSettleMs) / 1000) * 1000);
}
