import type { EpochMs, Escalation, Incident, Milliseconds } from '../../../model/index.ts';

/** How far escalations have gone. */

/** Between the last step and the first of the next round, where the steps themselves are closer to each other. */
const leastPauseMs: Milliseconds = 300_000;

export interface Progress {
  /** Steps carried out, over all rounds. */
  done: number;
  /** When the last of them was. */
  at: EpochMs;
}

export function progressOf(incident: Incident, escalation: string): Progress | undefined {
  return incident.escalations?.find(({ name }) => name === escalation);
}

export function withProgress(incident: Incident, escalation: string, progress: Progress): Incident {
  const others = (incident.escalations ?? []).filter(({ name }) => name !== escalation);
  return { ...incident, escalations: [...others, { name: escalation, ...progress }] };
}

/** Whether steps are left. */
export function climbsOn({ steps, repeat }: Escalation, done: number): boolean {
  return done < steps.length * (repeat + 1);
}

/**
 * When the next step is due. Each counts from the one before it: where quiet hours or maintenance put one off, or a clock
 * jumps, whoever was told last still has all of his time. A further round begins as long after the last step as that came
 * after the one before it, and five minutes later at least.
 */
export function nextStepAt({ steps }: Escalation, { done, at }: Progress): EpochMs {
  const index = done % steps.length;
  const after = (step: number) => steps[step]?.after ?? 0;
  if (index > 0) return at + after(index) - after(index - 1);
  const last = steps.length - 1;
  return at + Math.max(leastPauseMs, last > 0 ? after(last) - after(last - 1) : 0);
}
