import type { Opinion } from '../../model/index.ts';

/** What a watcher says of what it has seen. It tells the truth, unless the demonstration makes it lie. */
export class Mouth {
  readonly #seen = new Map<string, Opinion>();
  #lying = false;
  #again: () => void = () => undefined;

  /** `held` is what the ledger has of this watcher; `sayAgain` hands opinions in once more. */
  open(held: () => readonly Opinion[], sayAgain: (seen: readonly Opinion[]) => void): void {
    this.#again = () => {
      for (const opinion of held()) if (!this.#seen.has(opinion.check)) this.#seen.set(opinion.check, opinion);
      sayAgain([...this.#seen.values()]);
    };
  }

  /** What is said of what was seen. */
  say(seen: readonly Opinion[]): readonly Opinion[] {
    for (const opinion of seen) this.#seen.set(opinion.check, opinion);
    return this.#lying ? seen.map(opposite) : seen;
  }

  /** From now on it says the opposite of what it sees, or the truth again: at once, and of everything. */
  lie(lying: boolean): void {
    if (lying === this.#lying) return;
    this.#lying = lying;
    this.#again();
  }
}

function opposite(opinion: Opinion): Opinion {
  const { reason: _true, ...rest } = opinion;
  if (opinion.state === 'down') return { ...rest, state: 'up' };
  // Of what it doesn't know it lies too: a liar who keeps silent is easy to bear.
  return { ...rest, state: 'down', reason: { code: 'timeout', text: 'no answer' } };
}
