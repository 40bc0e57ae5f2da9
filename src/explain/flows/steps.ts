import { QwError, type EpochMs, type Milliseconds } from '../../model/index.ts';

/** The time of a question in steps: alignment periods, which begin at multiples of their width. */
export interface Steps {
  from: EpochMs;
  to: EpochMs;
  widthMs: Milliseconds;
  /** Where the first step begins: at or before `from`. */
  first: EpochMs;
  count: number;
}

/** In seconds: what people divide time into. */
const usualSeconds = [1, 5, 10, 30, 60, 300, 600, 900, 1800, 3600, 10_800, 21_600, 43_200];
const dayMs = 86_400_000;
const widths = [...usualSeconds.map((seconds) => seconds * 1000), dayMs];
const aboutSteps = 120;
const maxSteps = 2000;

export function stepsOf(from: EpochMs, to: EpochMs, alignmentMs?: Milliseconds): Steps {
  if (from >= to) throw new QwError('BAD_INPUT', 'expected `from` to be before `to`');
  const widthMs = alignmentMs ?? widths.find((width) => (to - from) / width <= aboutSteps) ?? dayMs;
  const first = Math.floor(from / widthMs) * widthMs;
  const count = Math.ceil((to - first) / widthMs);
  if (count > maxSteps) {
    throw new QwError('BAD_INPUT', `expected at most ${maxSteps} steps, found ${count}`, {
      hint: 'ask for less time or a greater `alignmentMs`',
    });
  }
  return { from, to, widthMs, first, count };
}

/** The same so much earlier. */
export function earlier(steps: Steps, byMs: Milliseconds): Steps {
  // Steps stay where those of the present are, however much earlier: so each has the one that it is compared with.
  return { ...steps, from: steps.from - byMs, to: steps.to - byMs, first: steps.first - byMs };
}

/** How much of a step lies within the time that was asked for. */
function secondsOf({ from, to, widthMs, first }: Steps, step: number): number {
  const begin = first + step * widthMs;
  return (Math.min(begin + widthMs, to) - Math.max(begin, from)) / 1000;
}

export const beginnings = ({ first, widthMs, count }: Steps): EpochMs[] =>
  Array.from({ length: count }, (_, step) => first + step * widthMs);

export const ratesOf = (amounts: Float64Array, steps: Steps): number[] =>
  Array.from(amounts, (amount, step) => amount / secondsOf(steps, step));

export interface Statistics {
  total: number;
  average: number;
  median: number;
  p95: number;
  max: number;
  activeSteps: number;
}

/** Of rates a second, over the steps in which there was traffic. Percentiles are those of the nearest rank. */
export function statisticsOf(total: number, rates: readonly number[]): Statistics {
  const active = rates.filter((rate) => rate > 0).sort((a, b) => a - b);
  const rank = (share: number) => active[Math.max(1, Math.ceil(share * active.length)) - 1] ?? 0;
  const sum = active.reduce((all, rate) => all + rate, 0);
  return {
    total,
    average: active.length === 0 ? 0 : sum / active.length,
    median: rank(0.5),
    p95: rank(0.95),
    max: active.at(-1) ?? 0,
    activeSteps: active.length,
  };
}
