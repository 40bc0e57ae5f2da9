import { QwError, type Milliseconds } from '../../../model/index.ts';
import { sha256, type Hash } from '../../record/hash.ts';
import type { Applied } from '../replica.ts';
import type { Waiting } from '../ledger-replica.ts';

/** Who asks for something is told after so long that it is not ordered yet. */
const patienceMs = 15_000;

export interface PatienceParts {
  nowMs: () => Milliseconds;
  waiting: Map<string, Waiting>;
  /** How many members are reached from here, itself included, of how many, and how many must agree. */
  members: () => { reached: number; of: number; quorum: number };
}

/**
 * Lets nobody wait without end for what no quorum orders. The request itself stays: it cannot be called back, since
 * others may have it, so it is ordered once the members can, and who hands in the same bytes again waits for that one.
 */
export class Patience {
  readonly #parts: PatienceParts;
  /** Since when somebody waits for a request, oldest first. */
  readonly #since = new Map<string, Milliseconds>();
  /** Requests that nobody waits for any more, by what they hold. */
  readonly #left = new Map<Hash, string>();

  constructor(parts: PatienceParts) {
    this.#parts = parts;
  }

  /** A request was handed in, or once more in another epoch. */
  began(id: string): void {
    if (!this.#since.has(id)) this.#since.set(id, this.#parts.nowMs());
  }

  /** The answer to a request that is still to be ordered although its caller was sent away; undefined for any other. */
  join(request: Uint8Array): Promise<Applied> | undefined {
    if (this.#left.size === 0) return undefined;
    const digest = sha256(request);
    const id = this.#left.get(digest);
    this.#left.delete(digest);
    const left = id === undefined ? undefined : this.#parts.waiting.get(id);
    if (id === undefined || !left) return undefined;
    this.#since.set(id, this.#parts.nowMs());
    return new Promise((resolve, reject) => this.#parts.waiting.set(id, { request: left.request, resolve, reject }));
  }

  /** To be called as time passes. */
  look(): void {
    const { nowMs, waiting } = this.#parts;
    const now = nowMs();
    for (const [id, sinceMs] of this.#since) {
      const one = waiting.get(id);
      if (one && now - sinceMs < patienceMs) break;
      this.#since.delete(id);
      if (one) this.#leave(id, one);
    }
    for (const [digest, id] of this.#left) if (!waiting.has(id)) this.#left.delete(digest);
  }

  #leave(id: string, { request, reject }: Waiting): void {
    this.#parts.waiting.set(id, { request, resolve: nobody, reject: nobody });
    this.#left.set(sha256(request), id);
    const { reached, of, quorum } = this.#parts.members();
    const seconds = patienceMs / 1000;
    const text = `not ordered within ${seconds} s: ${reached} of ${of} members are reached, ${quorum} are needed`;
    const hint =
      reached < quorum
        ? 'start the missing members or mend their links; what was asked for may still happen then'
        : 'look whether it has happened meanwhile before asking again';
    reject(new QwError('OVERLOADED', text, { hint, facts: { outcome: 'unknown', reached, needed: quorum } }));
  }
}

function nobody(): void {
  // Its caller has had an answer.
}
