/** How many fields templates may have, of all exporters together and of each: hostile ones cost no more than others. */
export class FieldBudget {
  readonly #all: number;
  readonly #ofEach: number;
  readonly #used = new Map<string, number>();
  #total = 0;

  constructor(all: number, ofEach: number) {
    this.#all = all;
    this.#ofEach = ofEach;
  }

  room(exporter: string): number {
    return Math.min(this.#all - this.#total, this.#ofEach - (this.#used.get(exporter) ?? 0));
  }

  /** What a session has now, against what it had. */
  count({ exporter, fields }: { exporter: string; fields: number }, before: number): void {
    if (fields === before) return;
    this.#total += fields - before;
    const used = (this.#used.get(exporter) ?? 0) + fields - before;
    if (used > 0) this.#used.set(exporter, used);
    else this.#used.delete(exporter);
  }
}
