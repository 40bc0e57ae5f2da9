import { messageOf, QwError, type Milliseconds } from '../../model/index.ts';
import type { Clock, Log, Timer } from '../../platform/index.ts';

export interface PreparationOptions {
  clock: Clock;
  log: Log;
  prepare: () => Promise<string[]>;
}

const firstPauseMs: Milliseconds = 1000;
const longestPauseMs: Milliseconds = 60_000;

/** Prepares what another machine has to answer for: it may be out of reach now, and is asked again and again. */
export class Preparation {
  readonly #options: PreparationOptions;
  #pauseMs = firstPauseMs;
  #timer: Timer | undefined;
  #attempt: Promise<string[]> = Promise.resolve([]);
  #stopped = false;
  /** Why it is not prepared; undefined when it is, or was not tried yet. */
  problem: string | undefined;

  constructor(options: PreparationOptions) {
    this.#options = options;
  }

  /** Lines that say what was set up; none when it has to be tried again. Never rejects. */
  start(): Promise<string[]> {
    this.#attempt = this.#try();
    return this.#attempt;
  }

  /** No attempt runs or begins after it. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#attempt;
  }

  async #try(): Promise<string[]> {
    const { clock, log, prepare } = this.#options;
    try {
      const lines = await prepare();
      if (this.problem !== undefined) log.info('the router of the uplinks is switched from now on');
      this.problem = undefined;
      return lines;
    } catch (thrown) {
      const hint = thrown instanceof QwError && thrown.hint ? ` (${thrown.hint})` : '';
      const problem = `uplinks are not switched yet: ${messageOf(thrown)}${hint}`;
      if (problem !== this.problem) log.warning(problem);
      this.problem = problem;
      if (this.#stopped) return [];
      this.#timer = clock.after(this.#pauseMs, () => void this.start());
      this.#pauseMs = Math.min(2 * this.#pauseMs, longestPauseMs);
      return [];
    }
  }
}
