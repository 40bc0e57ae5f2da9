import type { EpochMs, Transition } from '../model/index.ts';

/** The last transitions of each check, kept from the stream of ledger entries and rebuilt at each start. */

const transitionsPerCheck = 20;

export interface PastTransition extends Transition {
  position: number;
  time: EpochMs;
}

export class History {
  readonly #transitions = new Map<string, PastTransition[]>();

  add(transition: PastTransition): void {
    const list = this.#transitions.get(transition.check) ?? [];
    list.push(transition);
    if (list.length > transitionsPerCheck) list.shift();
    this.#transitions.set(transition.check, list);
  }

  /** Newest first. */
  of(check: string, limit: number): PastTransition[] {
    return (this.#transitions.get(check) ?? []).slice(-limit).reverse();
  }
}
