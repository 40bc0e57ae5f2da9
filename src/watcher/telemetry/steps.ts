import type { EpochMs, Milliseconds } from '../../model/index.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Each from a minute on is a multiple of the width of a rollup, or of all of them. */
const roundSteps: readonly Milliseconds[] = [
  ...[0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30].map((seconds) => seconds * second),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * minute),
  ...[1, 2, 3, 6, 12].map((hours) => hours * hour),
  ...[1, 2, 7, 14, 28, 56, 112, 364].map((days) => days * day),
];

/** The round step at or above, that is a multiple of `widthMs` too where one is given. */
export function roundStep(wantedMs: Milliseconds, widthMs: Milliseconds = 1): Milliseconds {
  const found = roundSteps.find((step) => step >= wantedMs && step % widthMs === 0);
  return found ?? Math.ceil(wantedMs / (364 * day)) * 364 * day;
}

/** Where the steps of [from, to) begin: multiples of the step, the first at or before `from`. */
export function stepStarts(from: EpochMs, to: EpochMs, stepMs: Milliseconds): number[] {
  const starts: number[] = [];
  for (let at = Math.floor(from / stepMs) * stepMs; at < to; at += stepMs) starts.push(at);
  return starts;
}
