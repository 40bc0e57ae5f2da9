import type { ApiUplinkSwitch } from '../../../src/model/index.ts';

/** How a switch went, for people. */

/**
 * `silence`: from the last answer until a probe was missed, in which nobody could know; `suspicion`: until it was
 * decided; `kernel`: until the new routes were in force; `readBack`: until the kernel was asked and had confirmed.
 */
type StepName = 'silence' | 'suspicion' | 'kernel' | 'readBack';

export interface Step {
  name: StepName;
  ms: number;
}

/** The steps that are known, in their order. */
export function stepsOf(timings: ApiUplinkSwitch['timings']): Step[] {
  const { lastAnswerBeforeMs, suspicionBeforeMs, switchedAfterMs, readBackAfterMs } = timings;
  const steps: Step[] = [];
  const silenceMs = (lastAnswerBeforeMs ?? 0) - (suspicionBeforeMs ?? 0);
  // What is bad goes on answering while it is suspected.
  if (silenceMs > 0) steps.push({ name: 'silence', ms: silenceMs });
  if (suspicionBeforeMs !== undefined) steps.push({ name: 'suspicion', ms: suspicionBeforeMs });
  steps.push({ name: 'kernel', ms: switchedAfterMs });
  steps.push({ name: 'readBack', ms: Math.max(0, readBackAfterMs - switchedAfterMs) });
  return steps;
}

/** For how long new connections found no way: from the last answer until the new routes; undefined when nothing failed. */
export function outageOf({ cause, timings }: Pick<ApiUplinkSwitch, 'cause' | 'timings'>): number | undefined {
  const failed = cause === 'dead' || cause === 'carrier' || cause === 'drill' || cause === 'verdict';
  if (!failed || timings.lastAnswerBeforeMs === undefined) return undefined;
  return timings.lastAnswerBeforeMs + timings.switchedAfterMs;
}

/** Between which uplinks the traffic moved: the first ones, or all where the first stayed and others joined or left. */
export function movedOf({ from, to }: Pick<ApiUplinkSwitch, 'from' | 'to'>): {
  from: readonly string[];
  to: readonly string[];
} {
  return from[0] === to[0] ? { from, to } : { from: from.slice(0, 1), to: to.slice(0, 1) };
}

/** Those speak for what is taken; all others against what is left. */
const pulled: ReadonlySet<ApiUplinkSwitch['cause']> = new Set(['failback', 'operator', 'reversal']);

/** What was thought of the uplinks that are the reason. */
export function groundsOf(
  one: Pick<ApiUplinkSwitch, 'cause' | 'from' | 'to' | 'evidence'>,
): ApiUplinkSwitch['evidence'] {
  const moved = movedOf(one);
  const [these, others] = pulled.has(one.cause) ? [moved.to, moved.from] : [moved.from, moved.to];
  return one.evidence.filter(({ uplink }) => these.includes(uplink) && !others.includes(uplink));
}
