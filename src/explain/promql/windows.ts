import { ExactSum, mean, quantile, regression, sortedCopy, variance } from './numbers.ts';

/** Samples of one series within (`startMs`, `endMs`]: those from `from` up to, not including, `to`. Never none. */
export interface Window {
  at: Float64Array;
  values: Float64Array;
  from: number;
  to: number;
  startMs: number;
  endMs: number;
  /** When the answer is for, and the number that the function was given beside the window. */
  timeMs: number;
  parameter: number;
}

const value = (window: Window, index: number) => window.values[index] ?? 0;
const at = (window: Window, index: number) => window.at[index] ?? 0;
const values = (window: Window) => window.values.subarray(window.from, window.to);
const length = ({ from, to }: Window) => to - from;

/** Undefined where a window has too few samples to say. */
export type WindowFunction = (window: Window) => number | undefined;

export const windowFunctions: Readonly<Record<string, WindowFunction>> = {
  rate: (window) => extrapolated(window, true, true),
  increase: (window) => extrapolated(window, true, false),
  delta: (window) => extrapolated(window, false, false),
  irate: (window) => lastDifference(window, true),
  idelta: (window) => lastDifference(window, false),
  changes: (window) =>
    countSteps(window, (before, after) => before !== after && !(Number.isNaN(before) && Number.isNaN(after))),
  resets: (window) => countSteps(window, (before, after) => after < before),
  deriv: (window) =>
    length(window) < 2
      ? undefined
      : regression(window.at, window.values, window.from, window.to, at(window, window.from)).slope,
  predict_linear: (window) => {
    if (length(window) < 2) return undefined;
    const { slope, value } = regression(window.at, window.values, window.from, window.to, window.timeMs);
    return slope * window.parameter + value;
  },
  avg_over_time: (window) => mean(values(window)),
  sum_over_time: (window) => {
    const sum = new ExactSum();
    for (const one of values(window)) sum.add(one);
    return sum.value;
  },
  min_over_time: (window) => extreme(window, (one, best) => one < best),
  max_over_time: (window) => extreme(window, (one, best) => one > best),
  count_over_time: (window) => length(window),
  last_over_time: (window) => value(window, window.to - 1),
  present_over_time: () => 1,
  absent_over_time: () => 1,
  stddev_over_time: (window) => Math.sqrt(variance(values(window))),
  stdvar_over_time: (window) => variance(values(window)),
  quantile_over_time: (window) => quantile(window.parameter, sortedCopy(values(window))),
};

/**
 * The increase within a window as if it had been measured from end to end: up to half the usual distance beyond the first
 * and the last sample where the series seems to begin or end within the window, and a counter never begins below zero.
 * As `extrapolatedRate` of Prometheus 3 does it (promql/functions.go).
 */
function extrapolated(window: Window, isCounter: boolean, perSecond: boolean): number | undefined {
  const { from, to, startMs, endMs } = window;
  const last = to - 1;
  if (last <= from) return undefined;
  let increase = value(window, last) - value(window, from);
  if (isCounter) {
    for (let index = from + 1; index < to; index++) {
      if (value(window, index) < value(window, index - 1)) increase += value(window, index - 1);
    }
  }
  const sampledSeconds = (at(window, last) - at(window, from)) / 1000;
  const usualSeconds = sampledSeconds / (last - from);
  const beyond = (seconds: number) => (seconds >= usualSeconds * 1.1 ? usualSeconds / 2 : seconds);
  let beforeSeconds = beyond((at(window, from) - startMs) / 1000);
  const first = value(window, from);
  if (isCounter && increase > 0 && first >= 0) {
    beforeSeconds = Math.min(beforeSeconds, sampledSeconds * (first / increase));
  }
  const afterSeconds = beyond((endMs - at(window, last)) / 1000);
  const factor = (sampledSeconds + beforeSeconds + afterSeconds) / sampledSeconds;
  return increase * (perSecond ? factor / ((endMs - startMs) / 1000) : factor);
}

function lastDifference(window: Window, perSecond: boolean): number | undefined {
  const last = window.to - 1;
  if (last <= window.from) return undefined;
  const [before, after] = [value(window, last - 1), value(window, last)];
  if (!perSecond) return after - before;
  return (after < before ? after : after - before) / ((at(window, last) - at(window, last - 1)) / 1000);
}

function countSteps(window: Window, counts: (before: number, after: number) => boolean): number {
  let count = 0;
  for (let index = window.from + 1; index < window.to; index++) {
    if (counts(value(window, index - 1), value(window, index))) count++;
  }
  return count;
}

function extreme(window: Window, better: (one: number, best: number) => boolean): number {
  let best = value(window, window.from);
  for (const one of values(window)) if (better(one, best) || Number.isNaN(best)) best = one;
  return best;
}
