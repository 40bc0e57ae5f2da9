import { messageOf, QwError } from '../model/index.ts';
import { sleep, type Clock, type Log } from '../platform/index.ts';
import { backOffMs } from './back-off.ts';

/** Answers of the ledger that stay the same, however often it is asked. */
const finalRefusals: ReadonlySet<string> = new Set(['CONFLICT', 'NOT_FOUND', 'BAD_INPUT', 'REQUEST_TOO_LARGE']);
const retries = { firstMs: 500, longestMs: 30_000 };

/** Proposes to the ledger until it answers: a full disk may be cleared, and what was done must not be lost meanwhile. */
export class Proposals {
  readonly #parts: { clock: Clock; log: Log; random: () => number };
  readonly #signal: AbortSignal;
  #refused = 0;

  constructor(parts: { clock: Clock; log: Log; random: () => number }, signal: AbortSignal) {
    this.#parts = parts;
    this.#signal = signal;
  }

  /** How often a proposal was refused, for good or for the moment. */
  get refused(): number {
    return this.#refused;
  }

  /** `refused`: the ledger knows better, and proposing it again cannot help. `stopped`: nobody knows. */
  async propose(what: string, proposal: () => Promise<void>): Promise<'accepted' | 'refused' | 'stopped'> {
    const { clock, log, random } = this.#parts;
    for (let tries = 1; !this.#signal.aborted || tries === 1; tries++) {
      try {
        await proposal();
        return 'accepted';
      } catch (error) {
        this.#refused++;
        log.warning(`the ledger refused ${what}: ${messageOf(error)}`);
        if (error instanceof QwError && finalRefusals.has(error.code)) return 'refused';
        await sleep(clock, backOffMs(tries, retries, random()), this.#signal);
      }
    }
    return 'stopped';
  }
}
