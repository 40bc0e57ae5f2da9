import type { Milliseconds } from '../../model/index.ts';
import type { PbftLimits } from './configuration.ts';
import type { SuspicionReason } from './work.ts';

/** A primary is expected to order at least this share of what the best recent one did. */
const expectedShare = 0.5;
/** The best is remembered with this factor a view, so that one lucky view does not condemn all later primaries. */
const fading = 0.9;

/** How much longer than an agreement takes, own requests may wait to be put into the order before one begins. */
const expectedTurnaround = 4;

/** Sums of what took how long. */
export interface Spans {
  totalMs: Milliseconds;
  count: number;
}

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
  /** How long own bundles waited from when they were sent until the primary's order of them was here. */
  ordering: Spans;
  /** How long it then took until a quorum had committed the order: what the path between members costs. */
  agreeing: Spans;
}

/**
 * Suspects a primary that orders nothing, that leaves out someone's requests, that orders much less than others did under
 * the same demand (the expectation of Aardvark, NSDI 2009), or that takes much longer to give an order than the members
 * need to agree on it (the turnaround of Prime, TDSC 2011). The time-out doubles with every view that fails, and falls
 * back when there is progress. Of its own requests each member knows when they left, so nobody else can blame a primary
 * here by sending something late.
 */
export class PrimaryWatch {
  readonly #limits: PbftLimits;
  #idleMs: Milliseconds = 0;
  #viewMs: Milliseconds = 0;
  #timeoutMs: Milliseconds;
  #best = 0;
  #window = newWindow();
  #viewBest = 0;
  #progressed = false;
  #isSlow = false;
  /** Since a view was left because its primary was slow. */
  #rotatedMs: Milliseconds = Infinity;

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
    this.#window = newWindow();
    this.#isSlow = false;
  }

  /** Progress alone does not clear this suspicion. */
  get isSlow(): boolean {
    return this.#isSlow;
  }

  /** The view is left; the next one gets twice the time if this one brought nothing. */
  leaveView(wasActive: boolean): void {
    if (this.#isSlow) this.#rotatedMs = 0;
    if (wasActive && this.#progressed) return;
    this.#timeoutMs = Math.min(this.#timeoutMs * 2, this.#limits.suspicionMaxMs);
  }

  tick(watched: Watched): SuspicionReason | undefined {
    this.#viewMs += watched.elapsedMs;
    this.#rotatedMs += watched.elapsedMs;
    if (watched.progressed > 0) {
      this.#timeoutMs = this.#limits.suspicionMs;
      this.#progressed = true;
    }
    this.#idleMs = watched.progressed > 0 || !watched.waiting ? 0 : this.#idleMs + watched.elapsedMs;
    if (this.#idleMs >= this.#timeoutMs) return 'no-progress';
    if (watched.oldestMs >= this.#timeoutMs * this.#limits.suppressionFactor) return 'suppression';
    return this.#judgePace(watched);
  }

  #judgePace({ elapsedMs, requests, waiting, ordering, agreeing }: Watched): SuspicionReason | undefined {
    const window = this.#window;
    window.elapsedMs += elapsedMs;
    window.requests += requests;
    window.busy &&= waiting;
    add(window.ordering, ordering);
    add(window.agreeing, agreeing);
    if (window.elapsedMs < this.#limits.watchWindowMs) return undefined;
    this.#window = newWindow();
    const reason = this.#falls(window) ? 'low-throughput' : this.#delays(window) ? 'slow-orders' : undefined;
    this.#isSlow = reason !== undefined;
    return reason;
  }

  /** Compares whole windows in which something always waited; idle times say nothing about the primary. */
  #falls({ busy, requests, elapsedMs }: Window): boolean {
    if (!busy) return false;
    const rate = requests / elapsedMs;
    this.#viewBest = Math.max(this.#viewBest, rate);
    return this.#viewMs >= this.#limits.rotationMinMs && rate < this.#best * expectedShare;
  }

  #delays({ ordering, agreeing }: Window): boolean {
    if (ordering.count === 0 || agreeing.count === 0 || this.#rotatedMs < this.#limits.rotationMinMs) return false;
    const usualMs = (expectedTurnaround * agreeing.totalMs) / agreeing.count;
    return ordering.totalMs / ordering.count > usualMs + this.#limits.suspicionMs / 5;
  }
}

interface Window {
  elapsedMs: Milliseconds;
  requests: number;
  busy: boolean;
  ordering: Spans;
  agreeing: Spans;
}

function newWindow(): Window {
  return {
    elapsedMs: 0,
    requests: 0,
    busy: true,
    ordering: { totalMs: 0, count: 0 },
    agreeing: { totalMs: 0, count: 0 },
  };
}

function add(sum: Spans, more: Spans): void {
  sum.totalMs += more.totalMs;
  sum.count += more.count;
}
