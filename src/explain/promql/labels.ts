import type { LabelSet } from './source.ts';

/** Labels as evaluation handles them: sorted by name, none of them empty. Two with the same key are the same. */
export class Labels {
  static readonly none = new Labels([]);
  readonly pairs: readonly (readonly [name: string, value: string])[];
  #key: string | undefined;

  private constructor(pairs: readonly (readonly [string, string])[]) {
    this.pairs = pairs;
  }

  static of(entries: Iterable<readonly [string, string]>): Labels {
    const pairs = [...entries].filter(([, value]) => value !== '');
    return new Labels(pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  }

  static from(labels: LabelSet): Labels {
    return Labels.of(Object.entries(labels));
  }

  /** Quoted, because values may contain whatever would separate them. */
  get key(): string {
    return (this.#key ??= JSON.stringify(this.pairs));
  }

  get(name: string): string {
    return this.pairs.find(([own]) => own === name)?.[1] ?? '';
  }

  keep(names: ReadonlySet<string>): Labels {
    return new Labels(this.pairs.filter(([name]) => names.has(name)));
  }

  drop(names: ReadonlySet<string>): Labels {
    const pairs = this.pairs.filter(([name]) => !names.has(name));
    return pairs.length === this.pairs.length ? this : new Labels(pairs);
  }

  /** An empty value takes the label away. */
  with(name: string, value: string): Labels {
    return Labels.of([...this.pairs.filter(([own]) => own !== name), [name, value]]);
  }

  withoutName(): Labels {
    return this.drop(nameOnly);
  }

  toRecord(): Record<string, string> {
    return Object.fromEntries(this.pairs);
  }

  /** As messages show them. */
  toString(): string {
    const shown = this.pairs.slice(0, 20).map(([name, value]) => `${name}=${JSON.stringify(value.slice(0, 200))}`);
    return `{${shown.join(', ')}}`;
  }
}

export const metricName = '__name__';
const nameOnly: ReadonlySet<string> = new Set([metricName]);
