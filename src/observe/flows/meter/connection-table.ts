import { assert } from '../../../model/index.ts';
import { keyWords } from './packet.ts';

/** No slot. */
export const none = -1;
/** Orders of slots, by when they were seen last: those that go on, and those that have said goodbye. */
export const lanes = { open: 0, closing: 1 } as const;
export type Lane = (typeof lanes)[keyof typeof lanes];
const laneCount = 2;

/**
 * Keys of connections in a bounded number of slots: found by a hash with a seed that strangers don't know, and kept in the
 * order in which they were seen, so that what is idle or must make room stands at an end. All memory is taken at once.
 */
export class ConnectionTable {
  readonly capacity: number;
  size = 0;
  readonly #keys: Uint32Array;
  readonly #heads: Int32Array;
  /** Of the same hash; of free slots, the next free one. */
  readonly #chain: Int32Array;
  readonly #older: Int32Array;
  readonly #newer: Int32Array;
  readonly #lane: Uint8Array;
  readonly #oldest = new Int32Array(laneCount).fill(none);
  readonly #newest = new Int32Array(laneCount).fill(none);
  readonly #seed: number;
  readonly #mask: number;
  #free = 0;

  constructor(capacity: number, seed: number) {
    assert(capacity >= 1, 'a table has room');
    this.capacity = capacity;
    this.#seed = seed >>> 0;
    const buckets = 2 ** Math.ceil(Math.log2(capacity + 1));
    this.#mask = buckets - 1;
    this.#keys = new Uint32Array(capacity * keyWords);
    this.#heads = new Int32Array(buckets).fill(none);
    this.#chain = Int32Array.from({ length: capacity }, (_, slot) => (slot + 1 < capacity ? slot + 1 : none));
    this.#older = new Int32Array(capacity).fill(none);
    this.#newer = new Int32Array(capacity).fill(none);
    this.#lane = new Uint8Array(capacity);
  }

  find(key: Uint32Array): number {
    const keys = this.#keys;
    for (let slot = this.#heads[this.#bucketOf(key, 0)] as number; slot !== none; slot = this.#chain[slot] as number) {
      const at = slot * keyWords;
      let word = 0;
      while (word < keyWords && keys[at + word] === key[word]) word++;
      if (word === keyWords) return slot;
    }
    return none;
  }

  /** There is room, and the key is not there yet. */
  add(key: Uint32Array): number {
    const slot = this.#free;
    assert(slot !== none, 'whoever adds has made room');
    this.#free = this.#chain[slot] as number;
    this.#keys.set(key, slot * keyWords);
    const bucket = this.#bucketOf(key, 0);
    this.#chain[slot] = this.#heads[bucket] as number;
    this.#heads[bucket] = slot;
    this.#append(slot, lanes.open);
    this.size++;
    return slot;
  }

  remove(slot: number): void {
    const bucket = this.#bucketOf(this.#keys, slot * keyWords);
    const next = this.#chain[slot] as number;
    if (this.#heads[bucket] === slot) this.#heads[bucket] = next;
    else {
      let before = this.#heads[bucket] as number;
      while (this.#chain[before] !== slot) before = this.#chain[before] as number;
      this.#chain[before] = next;
    }
    this.#unlink(slot);
    this.#chain[slot] = this.#free;
    this.#free = slot;
    this.size--;
  }

  /** It was seen just now, and belongs there. */
  touch(slot: number, lane: Lane): void {
    if (this.#lane[slot] === lane && this.#newest[lane] === slot) return;
    this.#unlink(slot);
    this.#append(slot, lane);
  }

  /** Whoever was seen longest ago. */
  oldest(lane: Lane): number {
    return this.#oldest[lane] as number;
  }

  laneOf(slot: number): Lane {
    return this.#lane[slot] as Lane;
  }

  word(slot: number, place: number): number {
    return this.#keys[slot * keyWords + place] as number;
  }

  #append(slot: number, lane: Lane): void {
    const last = this.#newest[lane] as number;
    this.#lane[slot] = lane;
    this.#older[slot] = last;
    this.#newer[slot] = none;
    if (last === none) this.#oldest[lane] = slot;
    else this.#newer[last] = slot;
    this.#newest[lane] = slot;
  }

  #unlink(slot: number): void {
    const lane = this.#lane[slot] as Lane;
    const older = this.#older[slot] as number;
    const newer = this.#newer[slot] as number;
    if (older === none) this.#oldest[lane] = newer;
    else this.#newer[older] = newer;
    if (newer === none) this.#newest[lane] = older;
    else this.#older[newer] = older;
  }

  /** The mixing steps of MurmurHash3 (Appleby, public domain), word by word. */
  #bucketOf(words: Uint32Array, from: number): number {
    let hash = this.#seed;
    for (let word = 0; word < keyWords; word++) {
      let mixed = Math.imul(words[from + word] as number, 0xcc9e_2d51);
      mixed = (mixed << 15) | (mixed >>> 17);
      hash ^= Math.imul(mixed, 0x1b87_3593);
      hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe654_6b64) | 0;
    }
    hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
    return (hash ^ (hash >>> 16)) & this.#mask;
  }
}
