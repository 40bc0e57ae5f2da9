import type { Labels, SeriesTable } from '../../store/index.ts';

/**
 * Numbers that rows of flows have instead of names. They are numbers of the segment store's series: durable before any row
 * that has them, and never given to another name.
 */
export interface NamedExporter {
  /** Where its messages come from; of sFlow the agent, of a log what keeps it. */
  address: string;
  /** `netflow5`, `ipfix`, `sflow5`, `aws-vpc`, … */
  protocol: string;
  /** Observation domain, engine or sub-agent; 0 where there is none. */
  domain: number;
}

export const nameKinds = ['exporter', 'name', 'network', 'reason'] as const;
export type NameKind = (typeof nameKinds)[number];

export interface NameBookOptions {
  series: SeriesTable;
  /** Of each kind, so that whoever makes up names leaves room for the other kinds. 40,000 by default. */
  maxOfKind?: number;
}

/** What no name says, and what a text may be at most. */
const unnamed = 0;
const maxCharacters = 200;
/** What the store refuses in labels. */
// oxlint-disable-next-line no-control-regex
const unkeepable = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

export class NameBook {
  /** Names that found no room; their rows have 0. */
  refused = 0;
  readonly #series: SeriesTable;
  readonly #maxOfKind: number;
  /** In order of time. */
  readonly #given: number[] = [];
  /** What was asked for once need not be spelled out again. */
  readonly #numbers: Readonly<Record<NameKind, Map<string, number>>> = {
    exporter: new Map(),
    name: new Map(),
    network: new Map(),
    reason: new Map(),
  };

  constructor({ series, maxOfKind = 40_000 }: NameBookOptions) {
    this.#series = series;
    this.#maxOfKind = maxOfKind;
    for (const [number, labels] of series.entries()) {
      const kind = nameKinds.find((one) => one === labels['kind']);
      if (!kind) continue;
      this.#numbers[kind].set(keyOf(kind, labels), number);
      this.#given.push(number);
    }
  }

  /** All of these return 0 when there is no room for another one. */
  exporter({ address, protocol, domain }: NamedExporter): number {
    return this.#number('exporter', { kind: 'exporter', address, protocol, domain: String(domain) });
  }

  /** Of an instance, a pod, a host. */
  name(text: string): number {
    return this.#text('name', text);
  }

  /** Of a prefix, a subnet, a cloud's network. */
  network(text: string): number {
    return this.#text('network', text);
  }

  /** Why a packet was dropped or refused. */
  reason(text: string): number {
    return this.#text('reason', text);
  }

  /** `kind`, and of an exporter `address`, `protocol` and `domain`, of all else `text`. */
  labelsOf(number: number): Labels | undefined {
    return this.#series.labelsOf(number);
  }

  /** Those with names, in order of time, but for the first `count`. */
  since(count: number): readonly (readonly [number: number, labels: Labels])[] {
    return this.#given.slice(count).map((number) => [number, this.#series.labelsOf(number) ?? {}] as const);
  }

  #text(kind: Exclude<NameKind, 'exporter'>, text: string): number {
    const known = this.#numbers[kind].get(text);
    if (known !== undefined) return known;
    const kept = text.toWellFormed().replaceAll(unkeepable, '\ufffd').slice(0, maxCharacters).toWellFormed();
    return kept === '' ? unnamed : this.#number(kind, { kind, text: kept });
  }

  #number(kind: NameKind, labels: Labels): number {
    const numbers = this.#numbers[kind];
    const key = keyOf(kind, labels);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    if (numbers.size >= this.#maxOfKind) return this.#refuse();
    try {
      const number = this.#series.idOf(labels);
      numbers.set(key, number);
      this.#given.push(number);
      return number;
    } catch {
      // The store has its own bounds, and a record without a name is better than none.
      return this.#refuse();
    }
  }

  #refuse(): number {
    this.refused++;
    return unnamed;
  }
}

function keyOf(kind: NameKind, labels: Labels): string {
  if (kind !== 'exporter') return labels['text'] ?? '';
  return `${labels['address']} ${labels['protocol']} ${labels['domain']}`;
}
