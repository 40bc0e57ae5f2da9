import type { Milliseconds } from '../../model/index.ts';

/** Places come and go with configurations; beyond this many the memory starts afresh. */
const keysLimit = 1000;
/** Half of what a message that failed waits before it is tried again: others get their turn before it. */
const holds = { firstMs: 500, longestMs: 30_000 };
/** While a place has failed, one message at a time is tried there, and the next one after this time at the latest. */
const probeMs = 5000;

interface Place {
  nextAtMs: Milliseconds;
  heldUntilMs: Milliseconds;
  /** Since something worked. */
  failures: number;
}

/**
 * Spaces messages to one place out: a burst, then one in each interval. The generic cell rate algorithm (ITU-T I.371,
 * virtual scheduling) needs one number for each key. A place that fails is asked by one message at a time and ever less
 * often, however many wait, and one that asks for patience is left alone by all of them.
 */
export class Pace {
  readonly #places = new Map<string, Place>();

  /** Takes one turn and returns 0, or returns how long until there may be one. */
  take(key: string, pace: { burst: number; everyMs: Milliseconds }, nowMs: Milliseconds): Milliseconds {
    const place = this.#placeOf(key);
    if (place.heldUntilMs > nowMs) return place.heldUntilMs - nowMs;
    const nextAtMs = Math.max(place.nextAtMs, nowMs);
    const earlyMs = nextAtMs - nowMs - (pace.burst - 1) * pace.everyMs;
    if (earlyMs > 0) return earlyMs;
    place.nextAtMs = nextAtMs + pace.everyMs;
    if (place.failures > 0) place.heldUntilMs = nowMs + probeMs;
    return 0;
  }

  /** The place answered, with whatever. */
  worked(key: string): void {
    Object.assign(this.#placeOf(key), { failures: 0, heldUntilMs: 0 });
  }

  /** It did not, or asked to be left alone for so long. */
  failed(key: string, nowMs: Milliseconds, afterMs: Milliseconds): void {
    const place = this.#placeOf(key);
    place.failures++;
    const holdMs = Math.min(holds.longestMs, holds.firstMs * 2 ** Math.min(place.failures - 1, 30));
    place.heldUntilMs = nowMs + Math.max(holdMs, afterMs);
  }

  #placeOf(key: string): Place {
    const known = this.#places.get(key);
    if (known) return known;
    if (this.#places.size >= keysLimit) this.#places.clear();
    const fresh = { nextAtMs: 0, heldUntilMs: 0, failures: 0 };
    this.#places.set(key, fresh);
    return fresh;
  }
}
