import type { NameOption } from '../decode/options.ts';

/** Of one exporter, and of all together: options can be forged like everything else. */
const maxOfExporter = 4096;
const maxOfAll = 100_000;

export type SavedNames = [exporter: number, names: [number: number, name: string][]][];

/** What exporters call their interfaces, by the numbers that exporters have in rows. */
export class InterfaceNames {
  readonly #names = new Map<number, Map<number, string>>();
  #count = 0;
  /** Rises with every change. */
  changes = 0;

  learn(exporter: number, { of, number, name }: NameOption): void {
    if (of !== 'interface') return;
    const names = this.#names.get(exporter) ?? new Map<number, string>();
    const known = names.get(number);
    if (known === name) return;
    if (known === undefined) {
      if (names.size >= maxOfExporter || this.#count >= maxOfAll) return;
      this.#count++;
    }
    names.set(number, name);
    this.#names.set(exporter, names);
    this.changes++;
  }

  of(exporter: number): ReadonlyMap<number, string> {
    return this.#names.get(exporter) ?? new Map<number, string>();
  }

  save(): SavedNames {
    return [...this.#names].map(([exporter, names]) => [exporter, [...names]]);
  }

  restore(saved: SavedNames): void {
    for (const [exporter, names] of saved) {
      for (const [number, name] of names) this.learn(exporter, { of: 'interface', number, name });
    }
  }
}
