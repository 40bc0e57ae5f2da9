import type { Milliseconds } from '../../model/index.ts';
import { QwError } from '../../model/index.ts';

export interface PaceOptions {
  /** Monotonic. */
  now: () => Milliseconds;
  /** Lets others have the event loop. */
  rest: () => Promise<void>;
  deadlineMs: Milliseconds;
  maxSamples: number;
  signal: AbortSignal;
}

/** Work between two looks at the clock: about half a millisecond. */
const workBetweenLooks = 20_000;
const turnMs = 5;

/** Holds an evaluation to its time and memory, and gives way to others often. */
export class Pace {
  readonly #options: PaceOptions;
  readonly #endMs: Milliseconds;
  #turnEndMs: Milliseconds;
  #work = 0;
  #samples = 0;

  constructor(options: PaceOptions) {
    this.#options = options;
    const now = options.now();
    this.#endMs = now + options.deadlineMs;
    this.#turnEndMs = now + turnMs;
  }

  get remainingMs(): Milliseconds {
    return Math.max(1, this.#endMs - this.#options.now());
  }

  get remainingSamples(): number {
    return Math.max(0, this.#options.maxSamples - this.#samples);
  }

  /** Notes work, in values looked at; true when it is time to `rest`. */
  worked(amount: number): boolean {
    this.#work += amount;
    if (this.#work < workBetweenLooks) return false;
    this.#work = 0;
    return this.#options.now() >= this.#turnEndMs;
  }

  /** Errors: TELEMETRY_DEADLINE when time is up or nobody waits for the answer any more. */
  async rest(): Promise<void> {
    await this.#options.rest();
    const now = this.#options.now();
    if (now >= this.#endMs || this.#options.signal.aborted) {
      throw new QwError('TELEMETRY_DEADLINE', 'query timed out in expression evaluation');
    }
    this.#turnEndMs = now + turnMs;
  }

  /** Counts values that are held in memory. Errors: TELEMETRY_LIMIT. */
  hold(samples: number): void {
    this.#samples += samples;
    if (this.#samples > this.#options.maxSamples) {
      throw new QwError(
        'TELEMETRY_LIMIT',
        `query processing would load too many samples into memory in query execution: more than ${this.#options.maxSamples}`,
      );
    }
  }

  release(samples: number): void {
    this.#samples -= samples;
  }
}
