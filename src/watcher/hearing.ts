import type { Milliseconds } from '../model/index.ts';

/** Nothing from a watcher for so long: it is not heard. */
const silentAfterMs = 5000;
/** Heard again only when so much time lies between frames without a gap: a link that comes and goes is none. */
const backAfterMs = 2000;
/** A gap of this length within that time begins it anew. */
const gapMs = 3000;
/** This long without a look, this process itself has stood still: what came meanwhile has not been read yet. */
const stalledMs = 2500;

interface Ear {
  silent: boolean;
  /** The first frame without a gap since. */
  backSince: Milliseconds | undefined;
  /** It is not taken for silent before; monotonic. */
  graceUntil: Milliseconds;
}

/** Which other watchers this one does not hear, with a delay in both directions. */
export class Hearing {
  readonly #ears = new Map<string, Ear>();
  #lookedAt: Milliseconds | undefined;

  /**
   * `heardAgoMs`: since the last authenticated frame of each watcher; those that were never heard are missing. `at` is
   * monotonic. Returns whom it does not hear, in the order of `others`.
   */
  look(others: readonly string[], heardAgoMs: ReadonlyMap<string, Milliseconds>, at: Milliseconds): string[] {
    const stalled = this.#lookedAt !== undefined && at - this.#lookedAt > stalledMs;
    this.#lookedAt = at;
    for (const id of this.#ears.keys()) if (!others.includes(id)) this.#ears.delete(id);
    return others.filter((id) => {
      const ear = this.#ears.get(id) ?? { silent: false, backSince: undefined, graceUntil: at + silentAfterMs };
      this.#ears.set(id, ear);
      if (stalled) ear.graceUntil = at + silentAfterMs;
      const agoMs = heardAgoMs.get(id) ?? Infinity;
      if (agoMs > gapMs) ear.backSince = undefined;
      else ear.backSince ??= at - agoMs;
      if (ear.silent) ear.silent = ear.backSince === undefined || at - agoMs - ear.backSince < backAfterMs;
      else ear.silent = agoMs >= silentAfterMs && at >= ear.graceUntil;
      return ear.silent;
    });
  }
}
