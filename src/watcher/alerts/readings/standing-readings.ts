import type { AlertCondition, ConditionReadings, EpochMs } from '../../../model/index.ts';
import { readQuorum, readVerdicts, type Labels } from '../../../report/index.ts';
import type { Standing } from './readings.ts';

/** More names than checks that there can be: those that are gone need not be remembered. */
const maxResources = 50_000;

/** Reads conditions that look at no metric. */
export class StandingReadings {
  readonly #standing: Standing;
  readonly #resources = new Map<string, Labels>();

  constructor(standing: Standing) {
    this.#standing = standing;
  }

  /** Undefined for conditions that look at a metric. */
  read({ verdict, quorum }: AlertCondition, at: EpochMs): ConditionReadings | undefined {
    if (verdict) return readVerdicts(verdict, this.#standing.verdicts(at), at, this.#resourceOf);
    return quorum && readQuorum(quorum, this.#standing.quorum(at), at);
  }

  readonly #resourceOf = (check: string): Labels => {
    let found = this.#resources.get(check);
    if (found) return found;
    if (this.#resources.size >= maxResources) this.#resources.clear();
    this.#resources.set(check, (found = { check }));
    return found;
  };
}
