import type { ByteMeaning, FlowSettings } from '../../../model/index.ts';
import { lostOf, type ExporterTotals, type InterfaceFacts, type MeteredTraffic } from '../../../observe/index.ts';
import type { Labels } from '../../../store/index.ts';

/** What metrics say of traffic, under the names that people know exporters and interfaces by. All are counts that only rise. */
export interface TrafficFigures {
  interfaces: readonly {
    exporter: string;
    interface: string;
    direction: MeteredTraffic['direction'];
    counts: ByteMeaning;
    bytes: number;
    packets: number;
    flows: number;
  }[];
  exporters: readonly { exporter: string; records: number }[];
  lost: readonly { exporter: string; of: keyof typeof lostOf; count: number }[];
}

export interface KnownNames {
  settings: Pick<FlowSettings, 'exporters'>;
  /** Of a number of `NameBook`. */
  labelsOf(exporter: number): Labels | undefined;
  /** What the exporter with this number said in options. */
  said(exporter: number): ReadonlyMap<number, string>;
  /** What the one at this address said when it was asked. */
  asked(address: string): ReadonlyMap<number, InterfaceFacts>;
}

/** What stands for all that have no series of their own; no address and no number of an interface. */
const others = 'others';
const unknown = 'unknown';
/** Exporters that nobody listed and that have series of their own; forged ones beyond are `others`. */
const maxStrangers = 500;

/** Puts names to numbers. Exporters under one name, such as several domains of one, are one. */
export class TrafficNames {
  readonly #known: KnownNames;
  readonly #listed: ReadonlyMap<string, FlowSettings['exporters'][number]>;
  readonly #strangers = new Set<string>();

  constructor(known: KnownNames) {
    this.#known = known;
    this.#listed = new Map(known.settings.exporters.flatMap((one) => one.addresses.map((address) => [address, one])));
  }

  isListed(exporter: number): boolean {
    return this.#configured(this.#addressOf(exporter)) !== undefined;
  }

  figures(traffic: readonly MeteredTraffic[], totals: readonly ExporterTotals[]): TrafficFigures {
    const interfaces = new Map<string, TrafficFigures['interfaces'][number]>();
    for (const { exporter, interface: number, direction, counts, bytes, packets, flows } of traffic) {
      const labels = { ...this.#labelsOf(exporter, number), direction, counts };
      const key = JSON.stringify(labels);
      const sum = interfaces.get(key) ?? { ...labels, bytes: 0, packets: 0, flows: 0 };
      sum.bytes += bytes;
      sum.packets += packets;
      sum.flows += flows;
      interfaces.set(key, sum);
    }
    const records = new Map<string, number>();
    const lost = new Map<string, TrafficFigures['lost'][number]>();
    for (const total of totals) {
      const exporter = this.#exporterOf(total.exporter);
      const of = unitOf(total);
      // Samples that an agent gave up are no messages that it sent.
      if (of !== 'samples') records.set(exporter, (records.get(exporter) ?? 0) + total.records);
      const key = `${of} ${exporter}`;
      lost.set(key, { exporter, of, count: (lost.get(key)?.count ?? 0) + total.lost });
    }
    return {
      interfaces: [...interfaces.values()],
      exporters: [...records].map(([exporter, count]) => ({ exporter, records: count })),
      lost: [...lost.values()],
    };
  }

  #labelsOf(exporter: number | undefined, number: number): { exporter: string; interface: string } {
    if (exporter === undefined) return { exporter: others, interface: others };
    const address = this.#addressOf(exporter);
    const configured = this.#configured(address);
    const name =
      configured?.interfaces[String(number)] ??
      this.#known.asked(address).get(number)?.name ??
      this.#known.said(exporter).get(number) ??
      (number === 0 ? unknown : String(number));
    return { exporter: configured?.name ?? address, interface: name };
  }

  #exporterOf(number: number): string {
    const address = this.#addressOf(number);
    const configured = this.#configured(address);
    if (configured) return configured.name;
    if (address === '' || (!this.#strangers.has(address) && this.#strangers.size >= maxStrangers)) return others;
    this.#strangers.add(address);
    return address;
  }

  #addressOf(exporter: number): string {
    return this.#known.labelsOf(exporter)?.['address'] ?? '';
  }

  /** Several behind one address are told apart by their ports. */
  #configured(address: string): FlowSettings['exporters'][number] | undefined {
    return this.#listed.get(address) ?? this.#listed.get(address.replace(/:\d+$/, ''));
  }
}

function unitOf({ lostOf: number }: ExporterTotals): keyof typeof lostOf {
  if (number === lostOf.records) return 'records';
  return number === lostOf.messages ? 'messages' : 'samples';
}
