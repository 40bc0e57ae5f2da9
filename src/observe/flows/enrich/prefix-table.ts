import { isMapped, type AddressWords, type Prefix } from './address-words.ts';

/**
 * Which of many prefixes an address is in, the longest of those that hold it. Prefixes lie within each other or apart, so
 * their beginnings and ends cut the addresses into ranges that have one answer each: sorted beginnings in typed arrays, and
 * a search by halves.
 */
export class PrefixTable {
  readonly #narrow: Ranges;
  readonly #wide: Ranges;

  /** `value` of a prefix is at least 1. The later of two equal prefixes counts. */
  constructor(prefixes: readonly (Prefix & { value: number })[]) {
    this.#narrow = new Ranges(
      prefixes.filter(({ words, bits }) => bits >= 96 && isMapped(words)),
      endOfIpv4,
    );
    this.#wide = new Ranges(
      prefixes.filter(({ words, bits }) => bits < 96 || !isMapped(words)),
      1n << 128n,
    );
  }

  /** 0 for an address in none. IPv4 is in IPv4 prefixes only, not in `::/0`. */
  find(words: AddressWords): number {
    return isMapped(words) ? this.#narrow.findLast(words[3]) : this.#wide.find(words);
  }
}

/** ::ffff:255.255.255.255 and one. */
const endOfIpv4 = 1n << 48n;

class Ranges {
  /** Four words each. */
  readonly #starts: Uint32Array;
  /** The last words of these. */
  readonly #lasts: Uint32Array;
  readonly #values: Uint32Array;

  /** No range begins at `end` or behind it. */
  constructor(prefixes: readonly (Prefix & { value: number })[], end: bigint) {
    const spans = prefixes.map(({ words, bits, value }) => {
      const start = words.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n);
      return { from: start, end: start + (1n << BigInt(128 - bits)), bits, value };
    });
    spans.sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : a.bits - b.bits));
    const cuts: { at: bigint; value: number }[] = [];
    const cut = (at: bigint, value: number) => {
      // Of two that begin at the same place, the later one is the inner one.
      if (cuts.at(-1)?.at === at) cuts.pop();
      if (at < end && (cuts.at(-1)?.value ?? 0) !== value) cuts.push({ at, value });
    };
    const open: typeof spans = [];
    const closeUntil = (at: bigint) => {
      for (let last = open.at(-1); last && last.end <= at; last = open.at(-1)) {
        open.pop();
        cut(last.end, open.at(-1)?.value ?? 0);
      }
    };
    for (const span of spans) {
      closeUntil(span.from);
      open.push(span);
      cut(span.from, span.value);
    }
    closeUntil(end);
    this.#starts = new Uint32Array(4 * cuts.length);
    this.#values = Uint32Array.from(cuts, ({ value }) => value);
    this.#lasts = Uint32Array.from(cuts, ({ at }) => Number(at & 0xffff_ffffn));
    cuts.forEach(({ at }, index) => {
      for (let word = 0; word < 4; word++) {
        this.#starts[4 * index + word] = Number((at >> BigInt(96 - 32 * word)) & 0xffff_ffffn);
      }
    });
  }

  find(words: AddressWords): number {
    let low = 0;
    let high = this.#values.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#isAfter(middle, words)) high = middle;
      else low = middle + 1;
    }
    return low === 0 ? 0 : (this.#values[low - 1] as number);
  }

  /** Of IPv4, where ranges differ in the last word only. */
  findLast(wanted: number): number {
    let low = 0;
    let high = this.#lasts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#lasts[middle] as number) > wanted) high = middle;
      else low = middle + 1;
    }
    return low === 0 ? 0 : (this.#values[low - 1] as number);
  }

  /** The range begins after the address. */
  #isAfter(range: number, words: AddressWords): boolean {
    for (let word = 0; word < 4; word++) {
      const start = this.#starts[4 * range + word] as number;
      const wanted = words[word] as number;
      if (start !== wanted) return start > wanted;
    }
    return false;
  }
}
