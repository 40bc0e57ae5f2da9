import type { Milliseconds } from '../../model/index.ts';
import type { ParticipantId } from '../protocol.ts';
import type { BundleReference } from './messages.ts';
import type { RequestPool } from './request-pool.ts';

/** Who shares slots with whom shows in so many. */
const rememberedProposals = 2;

/**
 * When a primary proposes. A slot costs the same signatures for one request as for a thousand, so what comes gathers for
 * the next one, but no longer than a moment: where links are long, slots overlap.
 */
export class Pace {
  readonly #pool: RequestPool;
  readonly #gatherMs: Milliseconds;
  /** Clients of the last proposals, the newest last. */
  #lately: readonly ReadonlySet<ParticipantId>[] = [];
  /** When a batch was executed last. */
  #executedMs: Milliseconds = -Infinity;

  constructor(pool: RequestPool, gatherMs: Milliseconds) {
    this.#pool = pool;
    this.#gatherMs = gatherMs;
  }

  proposed(bundles: readonly BundleReference[]): void {
    this.#lately = [...this.#lately, new Set(bundles.map(({ client }) => client))].slice(-rememberedProposals);
  }

  executed(nowMs: Milliseconds): void {
    this.#executedMs = nowMs;
  }

  /** Whether what waits should be proposed now, with so many slots under way. */
  isWorthASlot(inFlight: number, nowMs: Milliseconds): boolean {
    const sinceMs = this.#pool.freshSinceMs;
    if (sinceMs === undefined) return false;
    if (nowMs - sinceMs >= this.#gatherMs) return true;
    return inFlight <= 0 && !(nowMs - this.#executedMs < this.#gatherMs && this.#awaitsMore());
  }

  /** Clients that were answered a moment ago are about to ask again, and all of them share one slot. */
  #awaitsMore(): boolean {
    return this.#lately.some((clients) => [...clients].some((client) => !this.#pool.hasFresh(client)));
  }
}
