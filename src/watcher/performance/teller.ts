import type { Digest, PathFigures } from '../../model/index.ts';
import type { CheckMinutes } from './check-minutes.ts';

/** In one digest: a few milliseconds of work here and at whoever hears it. */
const checksAtOnce = 250;
/** Digests with paths are so many ticks apart. */
const roundTicks = 10;

/**
 * What this watcher tells at each second. Every ten seconds a round begins with its paths; the checks follow, each once a
 * round at most, and where there are more than fit into one, the next goes on where it ended.
 */
export class Teller {
  readonly #minutes: CheckMinutes;
  readonly #paths: () => PathFigures[];
  #ticks = 0;
  /** Checks of this round that are still to be told. */
  #left = 0;

  constructor(minutes: CheckMinutes, paths: () => PathFigures[]) {
    this.#minutes = minutes;
    this.#paths = paths;
  }

  /** Undefined when there is nothing to be told at this second. Afterwards `told` says how many checks found room. */
  next(now: { at: number; nowMs: number }): Digest | undefined {
    const begins = this.#ticks % roundTicks === 0;
    this.#ticks += 1;
    if (begins) this.#left = this.#minutes.size;
    const checks = this.#minutes.next(Math.min(checksAtOnce, this.#left), now.nowMs);
    if (!begins && checks.length === 0) return undefined;
    return { at: now.at, paths: begins ? this.#paths() : [], checks };
  }

  told(checks: number): void {
    this.#left -= checks;
    this.#minutes.told(checks);
  }
}
