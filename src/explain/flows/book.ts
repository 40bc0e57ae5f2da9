import type { FilterNumbers } from './filter/predicate.ts';
import type { FlowNames } from './source.ts';

type TextKind = 'name' | 'network' | 'reason';

/** Names for numbers, and numbers for names, of one question. */
export class FlowBook implements FilterNumbers {
  readonly #names: FlowNames;

  constructor(names: FlowNames) {
    this.#names = names;
  }

  /** How many there are that records may be of. */
  get exporterCount(): number {
    let count = 1;
    for (const { kind } of this.#names.labels.values()) if (kind === 'exporter') count++;
    return count;
  }

  /** As it is called, or its address; '' for none. */
  exporterText(number: number): string {
    if (number === 0) return '';
    return this.#names.exporters.get(number)?.name ?? this.#names.labels.get(number)?.['address'] ?? `#${number}`;
  }

  /** What else tells an exporter from others. */
  exporterLabel(number: number): string {
    const { address = '', protocol = '', domain = '' } = this.#names.labels.get(number) ?? {};
    const domains = domain === '' || domain === '0' ? '' : `domain ${domain}`;
    const isNamed = address !== this.exporterText(number);
    return [isNamed ? address : '', protocol, domains].filter((word) => word !== '').join(' ');
  }

  /** '' for none; a number whose name got lost is told by the number. */
  text(number: number): string {
    return number === 0 ? '' : (this.#names.labels.get(number)?.['text'] ?? `#${number}`);
  }

  interfaceText(exporter: number, index: number): string {
    return this.#names.exporters.get(exporter)?.interfaces[String(index)] ?? '';
  }

  exporters(text: string): readonly number[] {
    if (text === '') return [0];
    if (/^#?\d{1,10}$/.test(text)) return [Number(text.replace('#', ''))];
    const fits = matching(text);
    return [...this.#names.labels]
      .filter(([number, { kind, address = '' }]) => {
        return kind === 'exporter' && (fits(address) || fits(this.#names.exporters.get(number)?.name ?? ''));
      })
      .map(([number]) => number);
  }

  numbers(kind: TextKind, text: string): readonly number[] {
    if (/^#\d{1,10}$/.test(text)) return [Number(text.slice(1))];
    const fits = matching(text);
    return [...this.#names.labels]
      .filter(([, one]) => one['kind'] === kind && fits(one['text'] ?? ''))
      .map(([number]) => number);
  }

  interfaces(name: string): readonly { exporter: number; index: number }[] {
    const fits = matching(name);
    return [...this.#names.exporters].flatMap(([exporter, { interfaces }]) =>
      Object.entries(interfaces)
        .filter(([, text]) => fits(text))
        .map(([index]) => ({ exporter, index: Number(index) })),
    );
  }

  /** Interfaces with a speed that is known. */
  speeds(): { exporter: number; index: number; bitsPerSecond: number }[] {
    return [...this.#names.exporters].flatMap(([exporter, { speeds = {} }]) =>
      Object.entries(speeds).map(([index, bitsPerSecond]) => ({ exporter, index: Number(index), bitsPerSecond })),
    );
  }

  /** What a filter could name, for whoever is writing one. */
  beginning(prefix: string, limit: number): { kind: string; text: string }[] {
    const sought = prefix.toLowerCase();
    const found = new Map<string, { kind: string; text: string }>();
    const add = (kind: string, text: string) => {
      if (text.toLowerCase().startsWith(sought) && found.size < limit) found.set(`${kind} ${text}`, { kind, text });
    };
    for (const [number, { kind = '', text = '' }] of this.#names.labels) {
      if (kind === 'exporter') add(kind, this.exporterText(number));
      else if (text !== '') add(kind, text);
    }
    for (const { interfaces } of this.#names.exporters.values()) {
      for (const text of Object.values(interfaces)) add('if', text);
    }
    return [...found.values()];
  }
}

/** Whole, with `*` for anything; small and capital letters are the same. */
function matching(pattern: string): (text: string) => boolean {
  const parts = pattern.toLowerCase().split('*');
  const [first = ''] = parts;
  const last = parts.at(-1) ?? '';
  if (parts.length === 1) return (text) => text.toLowerCase() === first;
  return (given) => {
    const text = given.toLowerCase();
    if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
    let at = first.length;
    for (const part of parts.slice(1, -1)) {
      const found = text.indexOf(part, at);
      if (found === -1) return false;
      at = found + part.length;
    }
    return at <= text.length - last.length;
  };
}
