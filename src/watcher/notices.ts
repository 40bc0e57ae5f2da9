import type { Log } from '../platform/index.ts';

/** What an operator should know about the watch itself; each is logged when it changes, and shown until it is cleared. */
const maxNotices = 1000;

export class Notices {
  readonly #log: Log;
  readonly #texts = new Map<string, string>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** A later notice under the same key takes the place of the earlier one. */
  add(key: string, text: string): void {
    if (this.#texts.get(key) === text) return;
    if (this.#texts.size < maxNotices || this.#texts.has(key)) this.#texts.set(key, text);
    this.#log.warning(text);
  }

  /** Forgets those whose key begins so. */
  clear(prefix: string): void {
    for (const key of this.#texts.keys()) if (key.startsWith(prefix)) this.#texts.delete(key);
  }

  texts(): Iterable<string> {
    return this.#texts.values();
  }
}
