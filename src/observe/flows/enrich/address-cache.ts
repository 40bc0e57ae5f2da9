/**
 * Remembers places for addresses: whoever keeps facts about addresses keeps them by place. Two places share a hash; the
 * one that was asked for less recently makes room, so that memory is what it is from the beginning.
 */
export class AddressCache {
  readonly places: number;
  /**
   * Addresses, each with the words that its asker keeps about it behind it: memory is fetched by the line, and both are in
   * one.
   */
  readonly words: Uint32Array;
  readonly #stride: number;
  /** Which of two places goes next. */
  readonly #next: Uint8Array;
  readonly #mask: number;

  /** `bits` of places, from 1 to 21: 16 are 65,536. `factWords` are kept about each address. */
  constructor(bits = 16, factWords = 0) {
    this.places = 1 << bits;
    this.#stride = 4 + factWords;
    this.words = new Uint32Array(this.#stride * this.places);
    this.#next = new Uint8Array(this.places >>> 1);
    this.#mask = (this.places >>> 1) - 1;
  }

  /** The place of an address that is known; -1 minus its place when what stands there is about another. Never `::`. */
  find(first: number, second: number, third: number, fourth: number): number {
    const keys = this.words;
    const stride = this.#stride;
    let hash = Math.imul(Math.imul(Math.imul(first, golden) + second, golden) + third, golden) ^ fourth;
    // The end of MurmurHash3, so that addresses that differ in a few bits lie far apart.
    hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
    const pair = ((hash ^ (hash >>> 16)) & this.#mask) << 1;
    for (let place = pair; place < pair + 2; place++) {
      const at = stride * place;
      if (keys[at + 3] === fourth && keys[at + 2] === third && keys[at + 1] === second && keys[at] === first) {
        this.#next[pair >>> 1] = (place & 1) ^ 1;
        return place;
      }
    }
    const place = pair + (this.#next[pair >>> 1] as number);
    this.#next[pair >>> 1] = (place & 1) ^ 1;
    const at = stride * place;
    keys[at] = first;
    keys[at + 1] = second;
    keys[at + 2] = third;
    keys[at + 3] = fourth;
    return -1 - place;
  }

  /** Where in `words` the facts about a place begin. */
  factsAt(place: number): number {
    return this.#stride * place + 4;
  }

  /** Forgets all addresses, when facts about them have changed. */
  clear(): void {
    this.words.fill(0);
  }
}

/** 2^32 by the golden ratio (Knuth, section 6.4). */
const golden = 0x9e37_79b1;
