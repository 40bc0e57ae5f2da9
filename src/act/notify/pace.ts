import type { Milliseconds } from '../../model/index.ts';

/** Receivers come and go with configurations; beyond this many the memory starts afresh. */
const keysLimit = 1000;

/**
 * Spaces messages out: a burst, then one in each interval. The generic cell rate algorithm (ITU-T I.371, virtual
 * scheduling) needs one number for each key.
 */
export class Pace {
  readonly #nextAtMs = new Map<string, Milliseconds>();

  /** Takes one turn and returns 0, or returns how long until there is one. */
  take(key: string, pace: { burst: number; everyMs: Milliseconds }, nowMs: Milliseconds): Milliseconds {
    const nextAtMs = Math.max(this.#nextAtMs.get(key) ?? 0, nowMs);
    const earlyMs = nextAtMs - nowMs - (pace.burst - 1) * pace.everyMs;
    if (earlyMs > 0) return earlyMs;
    if (this.#nextAtMs.size >= keysLimit && !this.#nextAtMs.has(key)) this.#nextAtMs.clear();
    this.#nextAtMs.set(key, nextAtMs + pace.everyMs);
    return 0;
  }
}
