import { formatDuration, type Milliseconds } from '../../model/index.ts';
import type { Clock, Timer } from '../clock.ts';
import { failure, type NetFailure } from './failure.ts';

/** A timer that fires later than this, or than a tenth of its time, says that this process was stalled. */
const smallestStallMs = 8;
const stallShare = 0.1;

/**
 * The end of an exchange: its time is up, or its owner gave it up. Node runs timers before it reads sockets, so the
 * judgement waits two turns of the event loop: what has arrived is read first. A process that was stalled past the
 * deadline cannot tell, which is STARVED, not TIMEOUT.
 */
export class Deadline {
  readonly #clock: Clock;
  readonly #signal: AbortSignal | undefined;
  readonly #startMs: Milliseconds;
  readonly #timer: Timer;
  #immediate: NodeJS.Immediate | undefined;
  #over: NetFailure | undefined;
  #watcher: ((failure: NetFailure) => void) | undefined;

  constructor(clock: Clock, timeoutMs: Milliseconds, signal?: AbortSignal) {
    this.#clock = clock;
    this.#signal = signal;
    this.#startMs = clock.monotonic();
    this.#timer = clock.after(timeoutMs, () => this.#expire(timeoutMs));
    if (signal?.aborted) this.#end(failure('ABORTED', 'given up'));
    signal?.addEventListener('abort', this.#abort, { once: true });
  }

  elapsedMs(): Milliseconds {
    return this.#clock.monotonic() - this.#startMs;
  }

  /** Why it is over, if it is. */
  get over(): NetFailure | undefined {
    return this.#over;
  }

  /** The present phase of the exchange; it is told at most once, at once if the end has come already. */
  watch(callback: (failure: NetFailure) => void): void {
    this.#watcher = callback;
    if (this.#over) callback(this.#over);
  }

  /** The exchange is over; nothing is left behind. */
  release(): void {
    this.#watcher = undefined;
    this.#timer.cancel();
    clearImmediate(this.#immediate);
    this.#signal?.removeEventListener('abort', this.#abort);
  }

  readonly #abort = () => this.#end(failure('ABORTED', 'given up'));

  #expire(timeoutMs: Milliseconds): void {
    const lateMs = this.elapsedMs() - timeoutMs;
    this.#immediate = setImmediate(() => {
      this.#immediate = setImmediate(() => {
        if (lateMs > Math.max(smallestStallMs, stallShare * timeoutMs)) {
          this.#end(failure('STARVED', `this process stood still for ${Math.round(lateMs)} ms`));
        } else {
          this.#end(failure('TIMEOUT', `no answer within ${formatDuration(timeoutMs)}`));
        }
      });
    });
  }

  #end(reason: NetFailure): void {
    if (this.#over) return;
    this.#over = reason;
    const watcher = this.#watcher;
    this.release();
    watcher?.(reason);
  }
}
