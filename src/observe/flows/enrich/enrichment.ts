import { flowDirections, flowReporters, type FlowDirection } from '../../../model/index.ts';
import type { FlowRows } from '../decode/flow-rows.ts';
import type { NameBook } from '../names.ts';
import type { Enrich } from '../sink.ts';
import { AddressCache } from './address-cache.ts';
import { parsePrefix, type AddressWords } from './address-words.ts';
import { isPublicWords, OwnNetworks, type NamedNetwork } from './own-networks.ts';
import { PrefixTable } from './prefix-table.ts';

/** Where addresses of the public Internet are. */
export interface Places {
  /** ISO 3166-1 alpha-2, the first letter times 256 and the second; 0 unknown. */
  country(words: AddressWords): number;
  /** Of the autonomous system; 0 unknown. */
  as(words: AddressWords): number;
}

export interface EnrichmentOptions {
  networks: readonly NamedNetwork[];
  /** Of hosts, by address. */
  names: Readonly<Record<string, string>>;
  book: Pick<NameBook, 'network' | 'name' | 'labelsOf'>;
  places?: Places | undefined;
  /** Of exporters, by the address that their messages come from. */
  sites?: ReadonlyMap<string, string> | undefined;
  /** Of addresses that are remembered: 2 to this power. 16 by default. */
  cacheBits?: number;
}

/** What neither an element nor a pass says. */
const noDirection = 255;
const [toSource, toDestination] = [flowReporters.indexOf('source'), flowReporters.indexOf('destination')];
const directionOf = (name: FlowDirection) => flowDirections.indexOf(name);
const [ingress, egress] = [directionOf('ingress'), directionOf('egress')];
const [internal, outgoing] = [directionOf('internal'), directionOf('outgoing')];
const [incoming, transit] = [directionOf('incoming'), directionOf('transit')];

/**
 * Adds to records what their exporter does not know, and leaves what it does: own networks, names of hosts, countries,
 * autonomous systems, direction and reporter. What is found out about an address is remembered, so that most records cost
 * two looks into a table.
 *
 * A record's reporter follows from where its exporter stands: at the site of the source's network it is the source's end of
 * the flow, at the site of the destination's network the destination's. Where sites do not tell, a record made at ingress
 * counts as the source's end and one at egress as the destination's, so that a router that measures both is not counted
 * twice.
 */
export class Enrichment {
  readonly #options: EnrichmentOptions;
  readonly #own: OwnNetworks;
  readonly #names: PrefixTable;
  readonly #hostNames: readonly string[];
  /** Of each network and of exporters, by number; 0 without one. */
  readonly #siteNumbers = new Map<string, number>();
  readonly #siteOfNetwork: Uint16Array;
  readonly #siteOfExporter = new Map<number, number>();
  readonly #cache: AddressCache;
  readonly #network: Uint32Array;
  readonly #name: Uint32Array;
  readonly #as: Uint32Array;
  readonly #country: Uint16Array;
  readonly #site: Uint16Array;
  readonly #inside: Uint8Array;

  constructor(options: EnrichmentOptions) {
    this.#options = options;
    this.#own = new OwnNetworks(options.networks);
    const names = Object.entries(options.names);
    this.#hostNames = names.map(([, name]) => name);
    this.#names = new PrefixTable(
      names.flatMap(([address], index) => {
        const prefix = parsePrefix(address.replace(/%.*$/, ''));
        return prefix ? [{ ...prefix, value: index + 1 }] : [];
      }),
    );
    this.#siteOfNetwork = Uint16Array.from(options.networks, ({ site }) => this.#siteNumber(site));
    this.#cache = new AddressCache(options.cacheBits);
    const { places } = this.#cache;
    this.#network = new Uint32Array(places);
    this.#name = new Uint32Array(places);
    this.#as = new Uint32Array(places);
    this.#country = new Uint16Array(places);
    this.#site = new Uint16Array(places);
    this.#inside = new Uint8Array(places);
  }

  /** To be called when `places` have changed. */
  forget(): void {
    this.#cache.clear();
  }

  readonly enrich: Enrich = (rows) => {
    const { source_high, source_low, destination_high, destination_low } = rows.words;
    const { narrow } = rows;
    for (let row = 0; row < rows.rows; row++) {
      const source = this.#placeOf(source_high, source_low, row);
      const destination = this.#placeOf(destination_high, destination_low, row);
      if (source >= 0) {
        if (narrow.source_network[row] === 0) narrow.source_network[row] = this.#network[source] as number;
        if (narrow.source_name[row] === 0) narrow.source_name[row] = this.#name[source] as number;
        if (narrow.source_as[row] === 0) narrow.source_as[row] = this.#as[source] as number;
        if (narrow.source_country[row] === 0) narrow.source_country[row] = this.#country[source] as number;
      }
      if (destination >= 0) {
        if (narrow.destination_network[row] === 0) {
          narrow.destination_network[row] = this.#network[destination] as number;
        }
        if (narrow.destination_name[row] === 0) narrow.destination_name[row] = this.#name[destination] as number;
        if (narrow.destination_as[row] === 0) narrow.destination_as[row] = this.#as[destination] as number;
        if (narrow.destination_country[row] === 0) {
          narrow.destination_country[row] = this.#country[destination] as number;
        }
      }
      if (source >= 0 && destination >= 0) this.#setEnds(rows, row, source, destination);
    }
  };

  #setEnds({ narrow }: FlowRows, row: number, source: number, destination: number): void {
    const said = narrow.direction[row] as number;
    if (said === noDirection) narrow.direction[row] = this.#direction(source, destination);
    if (narrow.reporter[row] !== 0) return;
    const here = this.#siteAt(narrow.exporter[row] as number);
    const isAtSource = here !== 0 && this.#site[source] === here;
    const isAtDestination = here !== 0 && this.#site[destination] === here;
    if (isAtSource !== isAtDestination) narrow.reporter[row] = isAtSource ? toSource : toDestination;
    else if (said === ingress) narrow.reporter[row] = toSource;
    else if (said === egress) narrow.reporter[row] = toDestination;
  }

  #direction(source: number, destination: number): number {
    if (this.#inside[source] === 1) return this.#inside[destination] === 1 ? internal : outgoing;
    if (this.#inside[destination] === 1) return incoming;
    // Between two public addresses nobody can tell, unless it is known which ones are one's own.
    return this.#own.networks.length > 0 ? transit : noDirection;
  }

  /** Where facts about an address are; -1 where the record has none. */
  #placeOf(high: Uint32Array, low: Uint32Array, row: number): number {
    const at = 2 * row;
    const first = high[at + 1] as number;
    const second = high[at] as number;
    const third = low[at + 1] as number;
    const fourth = low[at] as number;
    if (fourth === 0 && third === 0 && second === 0 && first === 0) return -1;
    const found = this.#cache.find(first, second, third, fourth);
    if (found >= 0) return found;
    this.#findOut(-1 - found, [first, second, third, fourth]);
    return -1 - found;
  }

  #findOut(place: number, words: AddressWords): void {
    const { networks, book, places } = this.#options;
    const network = this.#own.find(words);
    const name = this.#names.find(words);
    const isPublic = places !== undefined && isPublicWords(words);
    this.#network[place] = network === 0 ? 0 : book.network(networks[network - 1]?.name ?? '');
    this.#name[place] = name === 0 ? 0 : book.name(this.#hostNames[name - 1] ?? '');
    this.#site[place] = network === 0 ? 0 : (this.#siteOfNetwork[network - 1] as number);
    this.#inside[place] = this.#own.staysInside(words) ? 1 : 0;
    this.#country[place] = isPublic ? places.country(words) : 0;
    this.#as[place] = isPublic ? places.as(words) : 0;
  }

  #siteAt(exporter: number): number {
    const known = this.#siteOfExporter.get(exporter);
    if (known !== undefined) return known;
    const { book, sites } = this.#options;
    const site = this.#siteNumber(sites?.get(book.labelsOf(exporter)?.['address'] ?? ''));
    // Numbers of exporters are the book's, which has a bound of its own.
    this.#siteOfExporter.set(exporter, site);
    return site;
  }

  #siteNumber(site: string | undefined): number {
    if (site === undefined) return 0;
    const known = this.#siteNumbers.get(site) ?? this.#siteNumbers.size + 1;
    this.#siteNumbers.set(site, known);
    return known;
  }
}
