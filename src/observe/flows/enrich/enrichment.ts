import { flowDirections, flowReporters, type FlowDirection } from '../../../model/index.ts';
import type { FlowRows } from '../decode/flow-rows.ts';
import type { NameBook } from '../names.ts';
import type { Enrich } from '../sink.ts';
import { AddressCache } from './address-cache.ts';
import { parsePrefix, type AddressWords } from './address-words.ts';
import { isPublicWords, OwnNetworks, staysInsideByHalf, type NamedNetwork } from './own-networks.ts';
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

/** Which word of the facts is what; the last one has country, site and whether the address is inside. */
const facts = { network: 0, name: 1, as: 2, where: 3 } as const;
const factWords = 4;
/** Where an address is that a record does not have. */
const nowhere = -1;
const mappedWord = 0xffff;
const insideBit = 1;
const siteMask = 0x7fff;

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
  /** See `staysInsideByHalf`; 2 throughout where more is to be found out about addresses. */
  readonly #halves: Uint8Array;
  /** Where both ends of the rows at hand are; see `facts`. */
  #sources = new Int32Array(0);
  #destinations = new Int32Array(0);

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
    this.#cache = new AddressCache(options.cacheBits, factWords);
    const isAnythingKnown = options.networks.length > 0 || names.length > 0 || options.places !== undefined;
    this.#halves = isAnythingKnown ? new Uint8Array(65_536).fill(2) : staysInsideByHalf();
  }

  /** To be called when `places` have changed. */
  forget(): void {
    this.#cache.clear();
  }

  readonly enrich: Enrich = (rows) => {
    if (this.#sources.length < rows.rows) {
      this.#sources = new Int32Array(rows.capacity);
      this.#destinations = new Int32Array(rows.capacity);
    }
    this.#learn(rows, 'source', this.#sources);
    this.#learn(rows, 'destination', this.#destinations);
    this.#setEnds(rows);
  };

  /** Finds where an end of each record is, and adds to the record what is known of that end. */
  #learn({ words, narrow, rows }: FlowRows, end: 'source' | 'destination', wheres: Int32Array): void {
    const high = words[`${end}_high`];
    const low = words[`${end}_low`];
    const networks = narrow[`${end}_network`] as Uint32Array;
    const names = narrow[`${end}_name`] as Uint32Array;
    const systems = narrow[`${end}_as`] as Uint32Array;
    const countries = narrow[`${end}_country`] as Uint16Array;
    const halves = this.#halves;
    const cache = this.#cache;
    const known = cache.words;
    for (let row = 0, at = 0; row < rows; row++, at += 2) {
      const first = high[at + 1] as number;
      const second = high[at] as number;
      const third = low[at + 1] as number;
      const fourth = low[at] as number;
      if (third === mappedWord && second === 0 && first === 0) {
        const inside = halves[fourth >>> 16] as number;
        if (inside < 2) {
          wheres[row] = inside;
          continue;
        }
      } else if (fourth === 0 && third === 0 && second === 0 && first === 0) {
        wheres[row] = nowhere;
        continue;
      }
      const found = cache.find(first, second, third, fourth);
      const place = cache.factsAt(found >= 0 ? found : -1 - found);
      if (found < 0) this.#findOut(place, [first, second, third, fourth]);
      const network = known[place + facts.network] as number;
      const name = known[place + facts.name] as number;
      const system = known[place + facts.as] as number;
      const where = known[place + facts.where] as number;
      if (network !== 0 && networks[row] === 0) networks[row] = network;
      if (name !== 0 && names[row] === 0) names[row] = name;
      if (system !== 0 && systems[row] === 0) systems[row] = system;
      if (where >>> 16 !== 0 && countries[row] === 0) countries[row] = where >>> 16;
      wheres[row] = where;
    }
  }

  #setEnds({ narrow, rows }: FlowRows): void {
    const directions = narrow.direction as Uint8Array;
    const reporters = narrow.reporter as Uint8Array;
    const exporters = narrow.exporter as Uint32Array;
    let exporter = 0;
    let here = 0;
    for (let row = 0; row < rows; row++) {
      const from = this.#sources[row] as number;
      const to = this.#destinations[row] as number;
      if (from === nowhere || to === nowhere) continue;
      const said = directions[row] as number;
      if (said === noDirection) directions[row] = this.#direction(from & insideBit, to & insideBit);
      if (reporters[row] !== 0) continue;
      if (exporters[row] !== exporter) {
        exporter = exporters[row] as number;
        here = this.#siteAt(exporter);
      }
      const isAtSource = here !== 0 && ((from >>> 1) & siteMask) === here;
      const isAtDestination = here !== 0 && ((to >>> 1) & siteMask) === here;
      if (isAtSource !== isAtDestination) reporters[row] = isAtSource ? toSource : toDestination;
      else if (said === ingress) reporters[row] = toSource;
      else if (said === egress) reporters[row] = toDestination;
    }
  }

  #direction(fromInside: number, toInside: number): number {
    if (fromInside !== 0) return toInside === 0 ? outgoing : internal;
    if (toInside !== 0) return incoming;
    // Between two public addresses nobody can tell, unless it is known which ones are one's own.
    return this.#own.networks.length > 0 ? transit : noDirection;
  }

  /** Writes what is known of an address where its facts are. */
  #findOut(place: number, words: AddressWords): void {
    const { networks, book, places } = this.#options;
    const network = this.#own.find(words);
    const name = this.#names.find(words);
    const isPublic = places !== undefined && isPublicWords(words);
    const site = network === 0 ? 0 : (this.#siteOfNetwork[network - 1] as number);
    const country = isPublic ? places.country(words) : 0;
    const known = this.#cache.words;
    known[place + facts.network] = network === 0 ? 0 : book.network(networks[network - 1]?.name ?? '');
    known[place + facts.name] = name === 0 ? 0 : book.name(this.#hostNames[name - 1] ?? '');
    known[place + facts.as] = isPublic ? places.as(words) : 0;
    known[place + facts.where] = (country << 16) | (site << 1) | (this.#own.staysInside(words) ? insideBit : 0);
  }

  #siteAt(exporter: number): number {
    const known = this.#siteOfExporter.get(exporter);
    if (known !== undefined) return known;
    const { book, sites } = this.#options;
    const address = book.labelsOf(exporter)?.['address'] ?? '';
    // Exporters behind one address are told apart by their ports.
    const site = this.#siteNumber(sites?.get(address) ?? sites?.get(address.replace(/:\d+$/, '')));
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
