import { QwError } from '../../model/index.ts';

/** Lets so many go at a time; the others wait their turn, and beyond a number of these they are refused. */
export class Turns {
  readonly #maxRunning: number;
  readonly #maxQueued: number;
  readonly #queue: (() => void)[] = [];
  #running = 0;

  constructor(maxRunning: number, maxQueued: number) {
    this.#maxRunning = maxRunning;
    this.#maxQueued = maxQueued;
  }

  /** Throws OVERLOADED. */
  async take<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#running >= this.#maxRunning) {
      if (this.#queue.length >= this.#maxQueued) {
        throw new QwError('OVERLOADED', `${this.#maxQueued} questions about metrics wait already`);
      }
      await new Promise<void>((resolve) => this.#queue.push(resolve));
    } else {
      this.#running++;
    }
    try {
      return await work();
    } finally {
      // Whoever is next takes this place over.
      const next = this.#queue.shift();
      if (next) next();
      else this.#running--;
    }
  }
}
