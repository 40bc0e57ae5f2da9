import type { Milliseconds } from '../../model/index.ts';

/** How often somebody may ask to be subscribed: so that nobody is flooded with questions that he did not ask for. */

const hourMs: Milliseconds = 3_600_000;
const limits = {
  /** From one address of the Internet; a whole office may stand behind one. */
  source: { most: 20, forMs: hourMs },
  /** For one place that is to be subscribed. */
  place: { most: 3, forMs: 24 * hourMs },
  all: { most: 300, forMs: hourMs },
} as const;
/** Beyond these the memory starts afresh; the limit of all together holds on. */
const maxKeys = 20_000;

export class Admission {
  readonly #counts = new Map<string, { count: number; untilMs: Milliseconds }>();

  /** False when it was too often; `nowMs` is monotonic. */
  take(kind: keyof typeof limits, key: string, nowMs: Milliseconds): boolean {
    const { most, forMs } = limits[kind];
    const name = `${kind} ${key}`;
    const known = this.#counts.get(name);
    const entry = known && known.untilMs > nowMs ? known : { count: 0, untilMs: nowMs + forMs };
    entry.count++;
    if (!known && this.#counts.size >= maxKeys) this.#forget();
    this.#counts.set(name, entry);
    return entry.count <= most;
  }

  #forget(): void {
    const all = this.#counts.get('all ');
    this.#counts.clear();
    if (all) this.#counts.set('all ', all);
  }
}
