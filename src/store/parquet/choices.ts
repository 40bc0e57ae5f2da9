import type { Choice } from './pages.ts';

/** Files that go by what an earlier one found. */
const files = 16;

/**
 * What was found best for each column, by table and name, so that files which follow each other need not all find out.
 * After some files it is tried anew: what is measured changes.
 */
export class Choices {
  readonly #known = new Map<string, { choice: Choice; left: number }>();

  of(key: string): Choice | undefined {
    const known = this.#known.get(key);
    if (known === undefined || known.left === 0) return undefined;
    known.left--;
    return known.choice;
  }

  set(key: string, choice: Choice): void {
    this.#known.set(key, { choice, left: files });
  }
}
