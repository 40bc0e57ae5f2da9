import {
  uplinkCheck,
  type Milliseconds,
  type UplinkOpinion,
  type UplinkState,
  type VerdictState,
} from '../../model/index.ts';

/** For so long the cluster must contradict what this watcher sees before it is believed. */
const patienceMs = 5000;
const longestPatienceMs = 160_000;
/** After so long without a contradiction the first patience holds again. */
const forgottenMs = 600_000;

interface Contradiction {
  sinceMs: Milliseconds | undefined;
  inForce: boolean;
  count: number;
  lastMs: Milliseconds;
}

/**
 * An uplink that this watcher has left, while the cluster goes on saying that it is up: after a while the cluster is
 * believed. It says so only when a quorum does, which liars up to the bound can neither bring about nor prevent. Every
 * reversal makes the next one wait twice as long.
 */
export class Reversals {
  readonly #contradictions = new Map<string, Contradiction>();

  /** Whether the cluster's word goes before what is seen here. To be asked now and then, for time matters. */
  look(name: string, own: UplinkState, verdict: VerdictState, nowMs: Milliseconds): boolean {
    const one = this.#contradictions.get(name) ?? { sinceMs: undefined, inForce: false, count: 0, lastMs: -Infinity };
    this.#contradictions.set(name, one);
    const contradicts = verdict === 'up' && (own === 'dead' || own === 'bad');
    if (one.inForce) {
      // A verdict that nobody can reach for a moment takes nothing back.
      if (own === 'up' || verdict === 'down' || verdict === 'degraded') this.#end(one);
      return one.inForce;
    }
    if (!contradicts) one.sinceMs = undefined;
    else one.sinceMs ??= nowMs;
    if (nowMs - one.lastMs >= forgottenMs) one.count = 0;
    const waitMs = Math.min(patienceMs * 2 ** one.count, longestPatienceMs);
    if (one.sinceMs === undefined || nowMs - one.sinceMs < waitMs) return false;
    one.inForce = true;
    one.count++;
    one.lastMs = nowMs;
    return true;
  }

  /** At all that is seen here; whether anything has changed. What is failed on purpose may well look up from elsewhere. */
  lookAtAll(
    opinions: readonly UplinkOpinion[],
    verdictOf: (check: string) => VerdictState,
    drilled: string | undefined,
    nowMs: Milliseconds,
  ): boolean {
    let changed = false;
    for (const { uplink, family, state } of opinions) {
      if (uplink === drilled) continue;
      const check = uplinkCheck(uplink, family);
      const before = this.inForce(check);
      changed = this.look(check, state, verdictOf(check), nowMs) !== before || changed;
    }
    return changed;
  }

  inForce(name: string): boolean {
    return this.#contradictions.get(name)?.inForce ?? false;
  }

  #end(one: Contradiction): void {
    one.inForce = false;
    one.sinceMs = undefined;
  }
}
