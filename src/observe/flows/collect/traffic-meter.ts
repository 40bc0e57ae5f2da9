import { byteMeanings, flowKinds, type ByteMeaning } from '../../../model/index.ts';
import type { FlowRows } from '../decode/flow-rows.ts';

type MeteredDirection = 'in' | 'out';

/** What came in or went out by one interface since the collector began, as it was before sampling. */
export interface MeteredTraffic {
  /** By number; undefined for all that found no place of their own. */
  exporter: number | undefined;
  /** ifIndex; 0 where records do not say. */
  interface: number;
  direction: MeteredDirection;
  counts: ByteMeaning;
  bytes: number;
  packets: number;
  /** Records, as they came. */
  flows: number;
}

export interface TrafficMeterOptions {
  /** Whether an operator has named this exporter: half of all places are theirs alone. */
  isListed: (exporter: number) => boolean;
  /** Interfaces, each way. 2000 by default: each is a series of every metric of traffic. */
  maxPlaces?: number;
  /** Of one exporter, each way. 256 by default. */
  maxOfExporter?: number;
}

const traffic = flowKinds.indexOf('traffic');
/** The first places, one a direction and meaning, are of what finds no other. */
const others = 4;
const goesOut = 1;

/**
 * Sums of traffic by exporter and interface, for metrics. It looks at every record, so it works on typed arrays with a
 * hash table of its own: some 20 ns a record, where two look-ups in a `Map` take five times that.
 */
export class TrafficMeter {
  readonly #options: TrafficMeterOptions;
  readonly #maxPlaces: number;
  readonly #maxOfExporter: number;
  /** Of the hash table: its size is a power of two, and at least twice the places. */
  readonly #shift: number;
  readonly #places: Uint16Array;
  /** By place: the exporter's number times 4, with meaning and direction in the low bits, and the interface. */
  readonly #keys: Uint32Array;
  readonly #interfaces: Uint32Array;
  readonly #bytes: Float64Array;
  readonly #packets: Float64Array;
  readonly #flows: Float64Array;
  readonly #ofExporter = new Map<number, number>();
  #used = others;
  #usedByStrangers = 0;

  constructor(options: TrafficMeterOptions) {
    this.#options = options;
    this.#maxPlaces = options.maxPlaces ?? 2000;
    this.#maxOfExporter = options.maxOfExporter ?? 256;
    const bits = Math.ceil(Math.log2(2 * (this.#maxPlaces + others)));
    this.#shift = 32 - bits;
    this.#places = new Uint16Array(2 ** bits);
    const size = this.#maxPlaces + others;
    this.#keys = new Uint32Array(size);
    this.#interfaces = new Uint32Array(size);
    this.#bytes = new Float64Array(size);
    this.#packets = new Float64Array(size);
    this.#flows = new Float64Array(size);
  }

  /** A pass over records that are on their way to the store; events and dropped packets are no traffic. */
  count({ rows, narrow, words }: FlowRows): void {
    const { kind, exporter, input, output, sampling, bytes_of: meaning } = narrow;
    for (let row = 0; row < rows; row++) {
      if (kind[row] !== traffic) continue;
      const rate = sampling[row] || 1;
      const bytes = (words.bytes[2 * row]! + words.bytes[2 * row + 1]! * 2 ** 32) * rate;
      const packets = (words.packets[2 * row]! + words.packets[2 * row + 1]! * 2 ** 32) * rate;
      const key = exporter[row]! * 4 + meaning[row]! * 2;
      this.#add(this.#placeOf(key, input[row]!), bytes, packets);
      this.#add(this.#placeOf(key + goesOut, output[row]!), bytes, packets);
    }
  }

  /** All that was ever counted: each record once as `in` and once as `out`. */
  figures(): MeteredTraffic[] {
    const found: MeteredTraffic[] = [];
    for (let place = 0; place < this.#used; place++) {
      if (this.#flows[place] === 0) continue;
      const key = place < others ? place : this.#keys[place]!;
      found.push({
        exporter: place < others ? undefined : key >>> 2,
        interface: this.#interfaces[place]!,
        direction: (key & goesOut) === 0 ? 'in' : 'out',
        counts: byteMeanings[(key & 3) >>> 1] ?? 'packets',
        bytes: this.#bytes[place]!,
        packets: this.#packets[place]!,
        flows: this.#flows[place]!,
      });
    }
    return found;
  }

  #add(place: number, bytes: number, packets: number): void {
    this.#bytes[place]! += bytes;
    this.#packets[place]! += packets;
    this.#flows[place]!++;
  }

  #placeOf(key: number, number: number): number {
    const mask = this.#places.length - 1;
    let at = Math.imul(key ^ Math.imul(number, 0x9e3779b1), 0x85ebca6b) >>> this.#shift;
    for (;;) {
      const place = this.#places[at]!;
      if (place === 0) return this.#take(key, number, at);
      if (this.#keys[place] === key && this.#interfaces[place] === number) return place;
      at = (at + 1) & mask;
    }
  }

  #take(key: number, number: number, at: number): number {
    const exporter = key >>> 2;
    const ofExporter = this.#ofExporter.get(exporter) ?? 0;
    if (exporter === 0 || ofExporter >= this.#maxOfExporter || this.#used >= this.#maxPlaces + others) return key & 3;
    const isStranger = !this.#options.isListed(exporter);
    if (isStranger && this.#usedByStrangers >= this.#maxPlaces / 2) return key & 3;
    if (isStranger) this.#usedByStrangers++;
    this.#ofExporter.set(exporter, ofExporter + 1);
    const place = this.#used++;
    this.#keys[place] = key;
    this.#interfaces[place] = number;
    this.#places[at] = place;
    return place;
  }
}
