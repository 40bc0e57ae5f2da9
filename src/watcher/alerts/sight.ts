import type { EpochMs, Milliseconds } from '../../model/index.ts';

/** This long without a look, or with a wall clock that jumped so far, nothing was seen in between. */
export const blindAfterMs: Milliseconds = 2000;
/** Those that are remembered, oldest first: evaluations of the last minutes may still ask, and back-tests of months. */
const maxSpans = 10_000;

interface Span {
  /** Exclusive. */
  from: EpochMs;
  to: EpochMs;
}

/**
 * When this watcher saw nothing for reasons of its own: the process stood still, the machine slept, or the clock was set
 * forward. What happened in such a time is unknown, and that nothing was measured says nothing.
 */
export class Sight {
  readonly #spans: Span[] = [];
  #last: { at: EpochMs; nowMs: Milliseconds } | undefined;

  /**
   * To be called several times a second with the wall clock and the monotonic one. Returns how long it was blind, and
   * whether the wall clock was set back.
   */
  look(at: EpochMs, nowMs: Milliseconds): { blindMs: Milliseconds; isBack: boolean } {
    const last = this.#last;
    this.#last = { at, nowMs };
    if (!last) return { blindMs: 0, isBack: false };
    const isBack = at < last.at;
    if (isBack) {
      // Times to come have been before: what was unknown then may be known now.
      this.#spans.length = 0;
      return { blindMs: 0, isBack };
    }
    if (at - last.at < blindAfterMs) return { blindMs: 0, isBack };
    this.add(last.at, at);
    return { blindMs: at - last.at, isBack };
  }

  /** From then, exclusively, up to then. */
  add(from: EpochMs, to: EpochMs): void {
    this.#spans.push({ from, to });
    if (this.#spans.length > maxSpans) this.#spans.shift();
  }

  /** Until when nothing was seen, if nothing was seen at that time. */
  blindUntil(at: EpochMs): EpochMs | undefined {
    return this.#spans.findLast(({ from, to }) => from < at && at <= to)?.to;
  }
}
