import { signRequest, type Applied, type Replica, type Signer, type VerdictMachine } from '../agree/index.ts';
import { QwError, type LedgerRequest } from '../model/index.ts';
import type { Clock } from '../platform/index.ts';

export interface ProposerParts {
  replica: Pick<Replica, 'propose'>;
  machine: Pick<VerdictMachine, 'lastNumber' | 'network'>;
  signer: Signer;
  clock: Clock;
}

/** So many requests of an earlier start, at most, may still be on their way: none of their numbers is used again. */
const leap = 1000;
/** A request whose outcome is not known is handed in so many times. */
const tries = 3;

/**
 * Numbers and signs what this watcher asks for. Numbers go up one by one, from above all that it ever used: clock and
 * leap serve for those that are not in the ledger yet.
 */
export class Proposer {
  readonly #parts: ProposerParts;
  #last: number;

  constructor(parts: ProposerParts) {
    this.#parts = parts;
    const { clock, machine, signer } = parts;
    this.#last = Math.max(Math.floor(clock.now()), machine.lastNumber(signer.name) + leap);
  }

  /**
   * Resolves when the request is durable and executed; without entries when that was found out only by asking again.
   * Rejects with what refused it, or when nobody knows what became of it.
   */
  async propose(request: LedgerRequest): Promise<Applied> {
    const { replica, machine, signer } = this.#parts;
    this.#last = Math.max(this.#last, machine.lastNumber(signer.name)) + 1;
    const bytes = signRequest(request, this.#last, machine.network, signer);
    for (let left = tries - 1; ; left--) {
      try {
        return await replica.propose(bytes);
      } catch (thrown) {
        // Under the same number it cannot be executed twice: asking again either does it or finds it done.
        if (wasExecuted(thrown)) return { sequence: 0, time: 0, entries: [] };
        if (left === 0 || !isUnknown(thrown) || isApart(thrown)) throw thrown;
      }
    }
  }
}

function wasExecuted(thrown: unknown): boolean {
  return thrown instanceof QwError && thrown.code === 'CONFLICT' && thrown.facts['executed'] === true;
}

/** The members did not answer in time: the request may be ordered yet. */
function isUnknown(thrown: unknown): boolean {
  return thrown instanceof QwError && thrown.facts['outcome'] === 'unknown';
}

/** Too few members were reached all the time: whoever asks need not wait for more of the same. */
function isApart(thrown: unknown): boolean {
  const { reached, needed } = thrown instanceof QwError ? thrown.facts : {};
  return Number(reached) < Number(needed);
}
