import type { Milliseconds } from '../../../model/index.ts';

/** Looks that the present rate is measured over. */
const looks = 6;

/** How many records come in a second at present, of a count that only rises. */
export class RecordRate {
  readonly #recent: { records: number; atMs: Milliseconds }[] = [];

  /** Once a second; `atMs` of a clock that is never set. */
  look(records: number, atMs: Milliseconds): void {
    this.#recent.push({ records, atMs });
    if (this.#recent.length > looks) this.#recent.shift();
  }

  get perSecond(): number {
    const [first, last] = [this.#recent[0], this.#recent.at(-1)];
    if (!first || !last || last.atMs === first.atMs) return 0;
    return Math.round(((last.records - first.records) * 1000) / (last.atMs - first.atMs));
  }
}
