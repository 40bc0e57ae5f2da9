import type { Milliseconds } from '../../model/index.ts';

/** What one regular probe came to; a late answer changes it. */
export interface WindowEntry {
  readonly sentMs: Milliseconds;
  rttMs: Milliseconds | undefined;
}

/** Loss, delay and its unsteadiness over the last seconds. */
export interface PathFigures {
  count: number;
  lossPercent: number;
  rttMs?: Milliseconds;
  jitterMs?: Milliseconds;
}

/** More than a long window at the shortest interval holds. */
const maximumEntries = 32_768;

/** The regular probes of the last seconds, in the order in which they were settled. */
export class PathWindow {
  readonly #windowMs: Milliseconds;
  #entries: WindowEntry[] = [];

  constructor(windowMs: Milliseconds) {
    this.#windowMs = windowMs;
  }

  add(sentMs: Milliseconds, rttMs: Milliseconds | undefined): WindowEntry {
    const entry = { sentMs, rttMs };
    this.#entries.push(entry);
    if (this.#entries.length > maximumEntries) this.#entries.shift();
    return entry;
  }

  clear(): void {
    this.#entries = [];
  }

  figures(nowMs: Milliseconds): PathFigures {
    const from = nowMs - this.#windowMs;
    const first = this.#entries.findIndex((entry) => entry.sentMs >= from);
    if (first !== 0) this.#entries = first < 0 ? [] : this.#entries.slice(first);
    const count = this.#entries.length;
    const times = this.#entries.flatMap(({ rttMs }) => rttMs ?? []);
    if (times.length === 0) return { count, lossPercent: count === 0 ? 0 : 100 };
    let steps = 0;
    for (let place = 1; place < times.length; place++) steps += Math.abs((times[place] ?? 0) - (times[place - 1] ?? 0));
    const sorted = times.toSorted((a, b) => a - b);
    return {
      count,
      lossPercent: (100 * (count - times.length)) / count,
      rttMs: sorted[times.length >> 1] ?? 0,
      jitterMs: times.length > 1 ? steps / (times.length - 1) : 0,
    };
  }
}
