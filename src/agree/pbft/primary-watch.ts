import type { Milliseconds } from '../../model/index.ts';
import type { PbftLimits } from './configuration.ts';
import type { SuspicionReason } from './work.ts';

/** A primary is expected to order at least this share of what the best recent one did. */
const expectedShare = 0.5;
/** The best is remembered with this factor a view, so that one lucky view does not condemn all later primaries. */
const fading = 0.9;

/** What a member sees of its primary between two ticks. */
export interface Watched {
  elapsedMs: Milliseconds;
  /** Sequences that were executed. */
  progressed: number;
  /** Requests that were executed. */
  requests: number;
  /** Whether anything waits to be ordered. */
  waiting: boolean;
  /** How long the oldest bundle has waited in this view. */
  oldestMs: Milliseconds;
}

/**
 * Suspects a primary that orders nothing, that leaves out someone's requests, or that orders much less than others did
 * under the same demand (the expectation of Aardvark, NSDI 2009). The time-out doubles with every view that fails, and
 * falls back when there is progress.
 */
export class PrimaryWatch {
  readonly #limits: PbftLimits;
  #idleMs: Milliseconds = 0;
  #viewMs: Milliseconds = 0;
  #timeoutMs: Milliseconds;
  #best = 0;
  #window = { elapsedMs: 0, requests: 0, busy: true };
  #viewBest = 0;
  #progressed = false;

  constructor(limits: PbftLimits) {
    this.#limits = limits;
    this.#timeoutMs = limits.suspicionMs;
  }

  get timeoutMs(): Milliseconds {
    return this.#timeoutMs;
  }

  beginView(): void {
    this.#best = Math.max(this.#best * fading, this.#viewBest);
    this.#viewBest = 0;
    this.#idleMs = 0;
    this.#viewMs = 0;
    this.#progressed = false;
    this.#window = { elapsedMs: 0, requests: 0, busy: true };
  }

  /** The view is left; the next one gets twice the time if this one brought nothing. */
  leaveView(wasActive: boolean): void {
    if (wasActive && this.#progressed) return;
    this.#timeoutMs = Math.min(this.#timeoutMs * 2, this.#limits.suspicionMaxMs);
  }

  tick(watched: Watched): SuspicionReason | undefined {
    this.#viewMs += watched.elapsedMs;
    if (watched.progressed > 0) {
      this.#timeoutMs = this.#limits.suspicionMs;
      this.#progressed = true;
    }
    this.#idleMs = watched.progressed > 0 || !watched.waiting ? 0 : this.#idleMs + watched.elapsedMs;
    if (this.#idleMs >= this.#timeoutMs) return 'no-progress';
    if (watched.oldestMs >= this.#timeoutMs * this.#limits.suppressionFactor) return 'suppression';
    return this.#falls(watched) ? 'low-throughput' : undefined;
  }

  /** Compares whole windows in which something always waited; idle times say nothing about the primary. */
  #falls({ elapsedMs, requests, waiting }: Watched): boolean {
    const window = this.#window;
    window.elapsedMs += elapsedMs;
    window.requests += requests;
    window.busy &&= waiting;
    if (window.elapsedMs < this.#limits.watchWindowMs) return false;
    this.#window = { elapsedMs: 0, requests: 0, busy: true };
    if (!window.busy) return false;
    const rate = window.requests / window.elapsedMs;
    this.#viewBest = Math.max(this.#viewBest, rate);
    return this.#viewMs >= this.#limits.rotationMinMs && rate < this.#best * expectedShare;
  }
}
