import { QwError, type Milliseconds } from '../../model/index.ts';
import type { Clock } from '../../platform/index.ts';
import { counted } from './address.ts';

/**
 * Slows down who guesses passwords. Tries count by address, and wait longer and longer; tries count by name too, wherever
 * they come from, and wait shortly: a name can be attacked from everywhere, and its owner must get in all the same.
 * Addresses from which a name has signed in before do not wait for the name. Names that nobody has count alike.
 */

interface Rule {
  free: number;
  maxWaitMs: Milliseconds;
}

const ofAddress: Rule = { free: 5, maxWaitMs: 15 * 60_000 };
const ofName: Rule = { free: 10, maxWaitMs: 30_000 };
const firstWaitMs = 1000;
/** After so long one failed try is forgotten. */
const forgetMs = 10 * 60_000;
/** Of each kind; who has not been seen for longest is forgotten first. */
const maxKept = 10_000;
const familiarMs = 30 * 86_400_000;

interface Count {
  failures: number;
  at: Milliseconds;
}

export class Attempts {
  readonly #clock: Clock;
  readonly #addresses = new Map<string, Count>();
  readonly #names = new Map<string, Count>();
  readonly #familiar = new Map<string, Milliseconds>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Counts a try as failed before it is made, so that many at once count too; where nobody says a name beforehand, by the
   * address alone. Throws TOO_MANY_ATTEMPTS with `retryAfterSeconds`.
   */
  begin(name: string | undefined, address: string): void {
    const at = counted(address);
    const free = name === undefined || this.#isFamiliar(name, at);
    const waitMs = Math.max(
      this.#waitMs(this.#addresses, at, ofAddress),
      free ? 0 : this.#waitMs(this.#names, keyOf(name), ofName),
    );
    if (waitMs > 0) {
      const retryAfterSeconds = Math.ceil(waitMs / 1000);
      throw new QwError('TOO_MANY_ATTEMPTS', `too many failed tries to sign in; wait ${retryAfterSeconds} s`, {
        facts: { retryAfterSeconds },
      });
    }
    this.#add(this.#addresses, at, 1);
    if (name !== undefined) this.#add(this.#names, keyOf(name), 1);
  }

  /** Takes the try back that `begin` counted. An address keeps what failed before, for other names, say. */
  succeeded(name: string | undefined, address: string): void {
    const at = counted(address);
    this.#add(this.#addresses, at, -1);
    if (name === undefined) return;
    this.#names.delete(keyOf(name));
    keep(this.#familiar, `${keyOf(name)} ${at}`, this.#clock.monotonic());
  }

  #isFamiliar(name: string, at: string): boolean {
    const since = this.#familiar.get(`${keyOf(name)} ${at}`);
    return since !== undefined && this.#clock.monotonic() - since < familiarMs;
  }

  #waitMs(counts: ReadonlyMap<string, Count>, key: string, { free, maxWaitMs }: Rule): Milliseconds {
    const { failures, at } = this.#now(counts, key);
    if (failures < free) return 0;
    const waitMs = Math.min(maxWaitMs, firstWaitMs * 2 ** (failures - free));
    return Math.max(0, at + waitMs - this.#clock.monotonic());
  }

  #now(counts: ReadonlyMap<string, Count>, key: string): Count {
    const found = counts.get(key);
    if (!found) return { failures: 0, at: 0 };
    const forgotten = Math.floor((this.#clock.monotonic() - found.at) / forgetMs);
    return { failures: Math.max(0, found.failures - forgotten), at: found.at };
  }

  #add(counts: Map<string, Count>, key: string, more: number): void {
    const { failures, at } = this.#now(counts, key);
    const next = Math.max(0, failures + more);
    if (next === 0) counts.delete(key);
    else keep(counts, key, { failures: next, at: more > 0 ? this.#clock.monotonic() : at });
  }
}

/** Whatever somebody types has a key of bounded length. */
function keyOf(name: string): string {
  return name.toLowerCase().slice(0, 100);
}

function keep<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.keys().next().value;
  if (map.size > maxKept && oldest !== undefined) map.delete(oldest);
}
