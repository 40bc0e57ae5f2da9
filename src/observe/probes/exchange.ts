import { Deadline } from '../../platform/index.ts';
import { attemptOf } from './failures.ts';
import type { Attempt, ProbeContext, ProbeTarget } from './probe.ts';
import type { Attempting } from './train.ts';

/** A stall of more than this share of the time-out spoils a failed attempt: nobody knows whose fault it was. */
const spoilingShare = 0.2;

/**
 * Attempts with sockets of their own: each gets the deadline, and a failure during which this process stood still
 * becomes `unknown`.
 */
export function exchanging(
  target: ProbeTarget,
  context: ProbeContext,
  once: (deadline: Deadline) => Promise<Attempt>,
): Attempting {
  const { clock, signal, stalls } = context;
  return (done) => {
    const deadline = new Deadline(clock, target.timeoutMs, signal);
    const stalledMs = stalls.stalledMs();
    const finish = (attempt: Attempt) => {
      deadline.release();
      const standMs = stalls.stalledMs() - stalledMs;
      if (attempt.outcome !== 'fail' || standMs <= spoilingShare * target.timeoutMs) done(attempt);
      else done(attemptOf({ code: 'STARVED', text: `it stood still for ${Math.round(standMs)} ms` }));
    };
    once(deadline).then(finish, (error: unknown) => {
      const text = error instanceof Error ? error.message : String(error);
      finish({ outcome: 'unknown', reason: { code: 'internal-error', text } });
    });
  };
}
