import { Reader, type AsnResponse, type CountryResponse } from 'mmdb-lib';
import { formatAddress } from '../../../platform/index.ts';
import { bytesOfWords, isMapped, type AddressWords } from './address-words.ts';

/** What is wanted of an entry: `iso_code` of the country as in `source_country`, or the number of the system. */
export type GeoValue = 'country' | 'as';

/** Bits of IPv4 that the first step takes at once. */
const firstBits = 16;

/**
 * A MaxMind DB (format 2.0). mmdb-lib reads its data; the tree is walked here, over words instead of text and for IPv4 from
 * its 16th bit on, and what an entry says is remembered by its place: a look-up is then a few steps through memory, which
 * a busy collector can spend. Throws for what is no such file.
 */
export class GeoFile {
  /** When the data were put together. */
  readonly builtAt: Date;
  readonly #bytes: Uint8Array;
  readonly #reader: Reader<AsnResponse & CountryResponse>;
  readonly #value: GeoValue;
  readonly #values = new Map<number, number>();
  readonly #nodeCount: number;
  readonly #recordBits: number;
  readonly #nodeBytes: number;
  readonly #holdsIpv6: boolean;
  /** The node, or whatever else, after each first 16 bits of IPv4. */
  readonly #firsts = new Uint32Array(1 << firstBits);

  constructor(file: Buffer, value: GeoValue) {
    this.#reader = new Reader(file);
    const { nodeCount, recordSize, nodeByteSize, ipVersion, searchTreeSize, buildEpoch } = this.#reader.metadata;
    if (searchTreeSize > file.length) throw new RangeError('the file is cut off');
    this.#bytes = file;
    this.#value = value;
    this.builtAt = buildEpoch;
    this.#nodeCount = nodeCount;
    this.#recordBits = recordSize;
    this.#nodeBytes = nodeByteSize;
    this.#holdsIpv6 = ipVersion === 6;
    // IPv4 stands at ::/96 in trees of IPv6.
    let root = 0;
    for (let bit = 0; this.#holdsIpv6 && bit < 96 && root < nodeCount; bit++) root = this.#child(root, 0);
    for (let first = 0; first < this.#firsts.length; first++) {
      this.#firsts[first] = this.#walk(root, first << firstBits, firstBits);
    }
  }

  /** 0 where the file knows nothing. */
  find(words: AddressWords): number {
    let node: number;
    if (isMapped(words)) {
      const address = words[3];
      node = this.#walk(this.#firsts[address >>> firstBits] as number, address << firstBits, 32 - firstBits);
    } else if (this.#holdsIpv6) {
      node = 0;
      for (let word = 0; word < 4 && node < this.#nodeCount; word++) node = this.#walk(node, words[word] as number, 32);
    } else return 0;
    if (node <= this.#nodeCount) return 0;
    let value = this.#values.get(node);
    if (value === undefined) {
      // Only entries that exist have a place, so there are at most as many as the file has.
      value = this.#read(words);
      this.#values.set(node, value);
    }
    return value;
  }

  #read(words: AddressWords): number {
    let entry;
    try {
      entry = this.#reader.get(formatAddress(bytesOfWords(words)));
    } catch {
      // A damaged entry costs what it would have said, not the record.
      return 0;
    }
    // What the library says of types is what files should have.
    const as: unknown = entry?.autonomous_system_number;
    const code: unknown = (entry?.country ?? entry?.registered_country)?.iso_code;
    if (this.#value === 'as') return typeof as === 'number' ? as >>> 0 : 0;
    if (typeof code !== 'string' || !/^[A-Z]{2}$/.test(code)) return 0;
    return code.charCodeAt(0) * 256 + code.charCodeAt(1);
  }

  /** So many of the highest bits of a word, or fewer where something other than a node comes first. */
  #walk(from: number, word: number, bits: number): number {
    let node = from;
    for (let bit = 0; bit < bits && node < this.#nodeCount; bit++) node = this.#child(node, (word >>> (31 - bit)) & 1);
    return node;
  }

  #child(node: number, side: number): number {
    const bytes = this.#bytes;
    const at = node * this.#nodeBytes;
    if (this.#recordBits === 32) return word(bytes, at + 4 * side) >>> 0;
    if (this.#recordBits === 24) return word(bytes, at + 3 * side) >>> 8;
    // 28 bits: the upper four of both stand in the byte between them.
    const middle = bytes[at + 3] as number;
    if (side === 0) return ((middle & 0xf0) << 20) | (word(bytes, at) >>> 8);
    return ((middle & 0x0f) << 24) | (word(bytes, at + 4) >>> 8);
  }
}

function word(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)
  );
}
