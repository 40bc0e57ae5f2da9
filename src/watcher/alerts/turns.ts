import type { AlertPolicy, EpochMs, Milliseconds } from '../../model/index.ts';
import type { PolicyRun } from './policy-run.ts';

/**
 * When it is the turn of an evaluation. What looks at rows waits until those of its time are there, and all such policies
 * of one interval wait as long: windows are asked for one time by all before any asks for the next.
 */
export class EvaluationTurns {
  readonly #settleMs = new Map<Milliseconds, Milliseconds>();
  readonly #ownMs = new Map<string, Milliseconds>();

  /** `settleMs` is how long the rows of a policy may be on their way. */
  constructor(policies: readonly AlertPolicy[], settleMs: (policy: AlertPolicy) => Milliseconds) {
    for (const policy of policies) {
      const { name, interval, conditions } = policy;
      const own = settleMs(policy);
      if (conditions.every(({ verdict, quorum }) => verdict ?? quorum)) this.#ownMs.set(name, own);
      else this.#settleMs.set(interval, Math.max(this.#settleMs.get(interval) ?? 0, own));
    }
  }

  of({ nextAt, policy, spreadMs }: PolicyRun): EpochMs {
    return nextAt + (this.#ownMs.get(policy.name) ?? this.#settleMs.get(policy.interval) ?? 0) + spreadMs;
  }
}
