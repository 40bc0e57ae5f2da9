import type { Milliseconds } from '../../model/index.ts';

/**
 * Sizes of IP packets that links and tunnels leave, ascending: IPv6's least, tunnels upon Ethernet, PPPoE, Ethernet, FDDI,
 * jumbo frames. Few sizes, each tried a few times: the path is somebody's who pays for it.
 */
export const packetSizes = [
  576, 1024, 1280, 1320, 1360, 1380, 1400, 1420, 1440, 1450, 1460, 1472, 1480, 1492, 1500, 2000, 4352, 8900, 9000,
] as const;

/** A size fails that was missed so often in a row, or as often as loss alone would do it once in ten thousand times. */
const leastTries = 3;
const mostTries = 20;
const byChance = 1e-4;
/** Between two large packets while it searches, and to see that the size still passes. */
const searchEveryMs: Milliseconds = 2000;
const confirmEveryMs: Milliseconds = 60_000;
/** A larger size may pass after the path has changed. */
const searchAgainMs: Milliseconds = 900_000;

/** Finds the largest of the sizes that passes, as packetization layer discovery does (RFC 8899 section 5). */
export class MtuSearch {
  /** The largest that passed, and the least that did not, by their places in `packetSizes`. */
  #passes = -1;
  #fails: number = packetSizes.length;
  #missed = 0;
  #dueMs: Milliseconds = 0;
  /** When the search last went on. */
  #searchedMs: Milliseconds = 0;

  /** The largest size that has passed. */
  get bytes(): number | undefined {
    return packetSizes[this.#passes];
  }

  /** The size to be tried now; undefined while it is not time. Each is to be followed by `passed` or `missed`. */
  next(nowMs: Milliseconds): number | undefined {
    if (nowMs < this.#dueMs) return undefined;
    if (this.#isFound() && nowMs - this.#searchedMs >= searchAgainMs) {
      this.#fails = packetSizes.length;
      this.#missed = 0;
    }
    this.#dueMs = nowMs + (this.#isFound() ? confirmEveryMs : searchEveryMs);
    return packetSizes[this.#isFound() ? Math.max(0, this.#passes) : this.#middle()];
  }

  passed(bytes: number, nowMs: Milliseconds): void {
    if (!this.#isFound()) this.#searchedMs = nowMs;
    this.#missed = 0;
    this.#passes = Math.max(this.#passes, placeOf(bytes));
    this.#fails = Math.max(this.#fails, this.#passes + 1);
  }

  /** No answer, while small packets got theirs, of which this share is lost there or back. */
  missed(bytes: number, nowMs: Milliseconds, lossRatio: number): void {
    this.#missed += 1;
    // Again soon, also of a size that passed until now.
    if (this.#passes >= 0 || !this.#isFound()) this.#dueMs = Math.min(this.#dueMs, nowMs + searchEveryMs);
    if (this.#missed < triesAt(lossRatio)) return;
    this.#missed = 0;
    this.#fails = placeOf(bytes);
    if (this.#fails <= this.#passes) this.#passes = -1;
    this.#searchedMs = nowMs;
  }

  #isFound(): boolean {
    return this.#fails - this.#passes <= 1;
  }

  /** Ethernet's size first, since most paths are made for it. */
  #middle(): number {
    const usual = placeOf(1500);
    if (this.#passes < 0 && this.#fails === packetSizes.length) return usual;
    if (this.#passes === usual && this.#fails === packetSizes.length) return usual + 1;
    return Math.floor((this.#passes + this.#fails) / 2);
  }
}

function triesAt(lossRatio: number): number {
  if (lossRatio <= 0) return leastTries;
  const needed = lossRatio >= 1 ? mostTries : Math.ceil(Math.log(byChance) / Math.log(lossRatio));
  return Math.min(mostTries, Math.max(leastTries, needed));
}

function placeOf(bytes: number): number {
  return packetSizes.findIndex((size) => size === bytes);
}
