/** Takes the checks one after the other, so that each comes once a minute and none of the ticks has many. */
export class VerdictRounds {
  readonly #ticks: number;
  #names: readonly string[] = [];
  #tick = 0;

  constructor(ticks = 60) {
    this.#ticks = ticks;
  }

  setChecks(names: readonly string[]): void {
    this.#names = names;
  }

  /** Those whose turn it is with this tick. */
  next(): string[] {
    const turn = this.#tick++ % this.#ticks;
    return this.#names.filter((_, at) => at % this.#ticks === turn);
  }
}
