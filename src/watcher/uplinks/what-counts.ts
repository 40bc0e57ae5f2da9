import type { VerdictMachine } from '../../agree/index.ts';
import {
  uplinkCheck,
  type IpFamily,
  type Milliseconds,
  type UplinkOpinion,
  type UplinkState,
} from '../../model/index.ts';
import type { Agreed } from './agreed.ts';
import { Reversals } from './reversals.ts';
import type { UplinkTask } from './task.ts';

/** Whose word counts of an uplink when it is decided: what is seen here, or what the cluster says. */
export class WhatCounts {
  readonly #agreed: Agreed;
  readonly #task: UplinkTask;
  readonly #reversals = new Reversals();

  constructor(agreed: Agreed, task: UplinkTask) {
    this.#agreed = agreed;
    this.#task = task;
  }

  state(uplink: string, family: IpFamily, own: UplinkState): UplinkState {
    const check = uplinkCheck(uplink, family);
    if (this.#task.failover.act === 'quorum') return this.#agreed.state(check);
    return this.#reversals.inForce(check) ? 'up' : own;
  }

  /** The cluster has just contradicted what is seen here. */
  reversed(uplink: string, family: IpFamily): boolean {
    return this.#reversals.inForce(uplinkCheck(uplink, family));
  }

  /** Time passes: whether the cluster's word goes before what is seen here, or no longer does. */
  look(
    view: ReturnType<VerdictMachine['view']>,
    opinions: readonly UplinkOpinion[],
    drilled: string | undefined,
    nowMs: Milliseconds,
  ): boolean {
    if (!this.#task.acts || this.#task.failover.act !== 'local-evidence') return false;
    const verdictOf = (check: string) => view.check(check)?.verdict ?? 'unknown';
    return this.#reversals.lookAtAll(opinions, verdictOf, drilled, nowMs);
  }
}
