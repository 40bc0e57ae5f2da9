import type { Hash } from '../../record/hash.ts';

/** The ledger's size and root after each of the last sequences. */
export class History {
  readonly #limit: number;
  readonly #points: { sequence: number; size: number; root: Hash }[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Sequences come without gaps; after a leap the former ones are forgotten. */
  add(sequence: number, size: number, root: Hash): void {
    if (this.#points.at(-1)?.sequence !== sequence - 1) this.#points.length = 0;
    this.#points.push({ sequence, size, root });
    if (this.#points.length > 2 * this.#limit) this.#points.splice(0, this.#points.length - this.#limit);
  }

  at(sequence: number): { size: number; root: Hash } | undefined {
    const last = this.#points.at(-1)?.sequence ?? 0;
    return this.#points[this.#points.length - 1 - (last - sequence)];
  }

  ofSize(size: number): { sequence: number; root: Hash } | undefined {
    return this.#points.findLast((point) => point.size === size);
  }

  /** Roots of all sequences that are known, oldest first. */
  roots(): Hash[] {
    return this.#points.map(({ root }) => root);
  }
}
