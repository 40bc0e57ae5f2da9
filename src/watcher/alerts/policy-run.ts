import {
  canonicalJson,
  type AlertFinding,
  type AlertPolicy,
  type ConditionReadings,
  type EpochMs,
  type Milliseconds,
} from '../../model/index.ts';
import { PolicyEvaluation } from '../../report/index.ts';

/** Evaluations are spread over this part of an interval, and over no more than so long. */
const spreadShare = 0.5;
const maxSpreadMs: Milliseconds = 5000;

/** One policy on its way through time: the next evaluation, and what came of the last. */
export class PolicyRun {
  readonly policy: AlertPolicy;
  /** How much later than others its turn is. */
  readonly spreadMs: Milliseconds;
  evaluation: PolicyEvaluation;
  /** The next time of evaluation, a multiple of the interval since 1970. */
  nextAt: EpochMs;
  /** Why it has no readings. */
  error: string | undefined;
  readonly #definition: string;

  constructor(policy: AlertPolicy, now: EpochMs) {
    this.policy = policy;
    this.evaluation = new PolicyEvaluation(policy);
    this.nextAt = this.#after(now);
    this.spreadMs = Math.floor(shareOf(policy.name) * Math.min(policy.interval * spreadShare, maxSpreadMs));
    this.#definition = canonicalJson(policy);
  }

  is(policy: AlertPolicy): boolean {
    return this.#definition === canonicalJson(policy);
  }

  /**
   * Evaluates the time whose turn it is by the readings of each condition; returns the findings that have changed. Where
   * one has none yet, the time is left out.
   */
  step(readings: readonly (ConditionReadings | undefined)[]): readonly AlertFinding[] {
    const at = this.nextAt;
    this.nextAt += this.policy.interval;
    const known = readings.filter((one) => one !== undefined);
    return known.length < readings.length ? [] : this.evaluation.step(at, known);
  }

  /** The same where nothing was seen at that time, and until then. */
  blind(until: EpochMs): readonly AlertFinding[] {
    const at = this.nextAt;
    this.nextAt = this.#after(until);
    return this.evaluation.blind(at);
  }

  /** The clock was set back: times that have been evaluated come again, upon what is held now. */
  restart(now: EpochMs): void {
    const findings = [...this.evaluation.findings()];
    this.evaluation = new PolicyEvaluation(this.policy);
    this.nextAt = this.#after(now);
    for (const finding of findings) this.evaluation.recall({ ...finding, since: Math.min(finding.since, now) }, now);
  }

  #after(time: EpochMs): EpochMs {
    const { interval } = this.policy;
    return (Math.floor(time / interval) + 1) * interval;
  }
}

/** From 0 to 1, the same for a name at every start (FNV-1a). */
function shareOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return (hash >>> 0) / 2 ** 32;
}
