import { messageOf, QwError, type Milliseconds } from '../../model/index.ts';
import type { Clock, Log, Timer } from '../../platform/index.ts';

export interface PreparationOptions {
  clock: Clock;
  log: Log;
  /** Leaves nothing behind when it rejects: it is called again. */
  prepare: () => Promise<string[]>;
  /** An attempt has succeeded or failed: whoever shows it should look again. */
  onAttempt?: () => void;
}

const firstPauseMs: Milliseconds = 1000;
const longestPauseMs: Milliseconds = 60_000;

/**
 * Prepares acting, which may be impossible now: a router is out of reach, a program or a right is missing, a table is
 * taken. It is tried again and again.
 */
export class Preparation {
  readonly #options: PreparationOptions;
  #pauseMs = firstPauseMs;
  #timer: Timer | undefined;
  #nextMs: Milliseconds = 0;
  #attempt: Promise<string[]> = Promise.resolve([]);
  #failure: string | undefined;
  #stopped = false;

  constructor(options: PreparationOptions) {
    this.#options = options;
  }

  /** Why it is not prepared and when it is tried again; undefined when it is, or was not tried yet. */
  get problem(): string | undefined {
    if (this.#failure === undefined) return undefined;
    const leftMs = this.#nextMs - this.#options.clock.monotonic();
    const when = leftMs > 0 ? `in ${Math.ceil(leftMs / 1000)} s` : 'now';
    return `${this.#failure}; tried again ${when}`;
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
    const { clock, log, prepare, onAttempt } = this.#options;
    let lines: string[] = [];
    try {
      lines = await prepare();
      if (this.#failure !== undefined) log.info('uplinks are switched from now on');
      this.#failure = undefined;
    } catch (thrown) {
      const hint = thrown instanceof QwError && thrown.hint ? ` (${thrown.hint})` : '';
      const failure = `uplinks are not switched yet: ${messageOf(thrown)}${hint}`;
      if (failure !== this.#failure) {
        log.warning(`${failure}; tried again in ${this.#pauseMs / 1000} s, then less often`);
      }
      this.#failure = failure;
      if (!this.#stopped) this.#tryLater(clock);
    }
    onAttempt?.();
    return lines;
  }

  #tryLater(clock: Clock): void {
    this.#nextMs = clock.monotonic() + this.#pauseMs;
    this.#timer = clock.after(this.#pauseMs, () => void this.start());
    this.#pauseMs = Math.min(2 * this.#pauseMs, longestPauseMs);
  }
}
