import type { EpochMs, Transition } from '../model/index.ts';

/** The last transitions of each check, kept from the stream of ledger entries and rebuilt at each start. */

const transitionsPerCheck = 20;
/** Of all checks together: a great outage of many checks must not fill the memory. */
const maxTransitions = 10_000;

export interface PastTransition extends Transition {
  position: number;
  time: EpochMs;
}

export class History {
  readonly #transitions = new Map<string, PastTransition[]>();
  /** A Set remembers the order of insertion, so its first is the oldest. */
  readonly #all = new Set<PastTransition>();

  add(transition: PastTransition): void {
    const list = this.#transitions.get(transition.check) ?? [];
    if (list.length === 0) this.#transitions.set(transition.check, list);
    list.push(transition);
    this.#all.add(transition);
    if (list.length > transitionsPerCheck) this.#dropOldest(list);
    else if (this.#all.size > maxTransitions) {
      const [oldest] = this.#all;
      if (oldest) this.#dropOldest(this.#transitions.get(oldest.check) ?? []);
    }
  }

  /** Newest first. */
  of(check: string, limit: number): PastTransition[] {
    return (this.#transitions.get(check) ?? []).slice(-limit).reverse();
  }

  #dropOldest(list: PastTransition[]): void {
    const oldest = list.shift();
    if (!oldest) return;
    this.#all.delete(oldest);
    if (list.length === 0) this.#transitions.delete(oldest.check);
  }
}
