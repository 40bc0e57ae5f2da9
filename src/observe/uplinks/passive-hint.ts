import type { Milliseconds } from '../../model/index.ts';

/** Fewer packets may be our own probe and the kernel's neighbour discovery. */
const packetsToHint = 2;

/** Packets leave an uplink and none return: seen in its counters, before any probe is due. */
export class PassiveHint {
  #received = -1;
  #sent = 0;
  #unanswered = 0;
  #quietSinceMs: Milliseconds = 0;

  /** True when packets went out since the last one came in, and that was longer ago than an answer may take. */
  observe(counts: { received: number; sent: number }, timeoutMs: Milliseconds, nowMs: Milliseconds): boolean {
    if (counts.received !== this.#received || counts.sent < this.#sent) {
      this.#quietSinceMs = nowMs;
      this.#unanswered = 0;
    } else {
      this.#unanswered += counts.sent - this.#sent;
    }
    this.#received = counts.received;
    this.#sent = counts.sent;
    return this.#unanswered >= packetsToHint && nowMs - this.#quietSinceMs > timeoutMs;
  }
}
