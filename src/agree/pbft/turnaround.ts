import type { Milliseconds } from '../../model/index.ts';
import type { ParticipantId } from '../protocol.ts';
import type { BundleReference } from './messages.ts';
import type { Spans } from './primary-watch.ts';
import type { RequestPool } from './request-pool.ts';

/** How long the primary takes to order what this member sent to it, and how long the members then take to agree. */
export class Turnaround {
  #ordering: Spans = { totalMs: 0, count: 0 };
  #agreeing: Spans = { totalMs: 0, count: 0 };

  /** An order that names these came. */
  ordered(
    bundles: readonly BundleReference[],
    pool: RequestPool,
    { self, elapsedMs }: { self: ParticipantId; elapsedMs: Milliseconds },
  ): void {
    for (const { client, digest } of bundles) {
      const sinceMs = client === self ? pool.sinceMs(digest) : undefined;
      if (sinceMs === undefined) continue;
      this.#ordering.totalMs += elapsedMs - sinceMs;
      this.#ordering.count += 1;
    }
  }

  /** An order is committed so long after it came. */
  agreed(tookMs: Milliseconds): void {
    this.#agreeing.totalMs += tookMs;
    this.#agreeing.count += 1;
  }

  /** What was seen since the last call. */
  take(): { ordering: Spans; agreeing: Spans } {
    const taken = { ordering: this.#ordering, agreeing: this.#agreeing };
    this.#ordering = { totalMs: 0, count: 0 };
    this.#agreeing = { totalMs: 0, count: 0 };
    return taken;
  }
}
