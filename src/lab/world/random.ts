/**
 * xoshiro128** (Blackman and Vigna 2018), its state filled by splitmix32. Every concern of a world has its own stream,
 * so that leaving something out of one does not shift the others.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  constructor(seed: number, stream: string) {
    let state = seed >>> 0;
    for (const letter of stream) state = Math.imul(state ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
    state = (state + Math.floor(seed / 0x1_0000_0000)) >>> 0;
    const next = () => {
      state = (state + 0x9e3779b9) >>> 0;
      let mixed = state;
      mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
      mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
      return (mixed ^ (mixed >>> 16)) >>> 0;
    };
    this.#a = next();
    this.#b = next();
    this.#c = next();
    this.#d = next() | 1;
  }

  /** 32 random bits. */
  next(): number {
    const product = Math.imul(this.#b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result;
  }

  /** In [0, 1). */
  uniform(): number {
    return this.next() / 0x1_0000_0000;
  }

  /** A whole number in [0, bound). */
  below(bound: number): number {
    return Math.floor(this.uniform() * bound);
  }

  /** A whole number in [from, to]. */
  between(from: number, to: number): number {
    return from + this.below(to - from + 1);
  }

  chance(probability: number): boolean {
    return probability > 0 && this.uniform() < probability;
  }

  /** A whole number, exponentially distributed. */
  exponential(mean: number): number {
    return Math.floor(-Math.log(1 - this.uniform()) * mean);
  }

  pick<Value>(values: readonly Value[]): Value {
    const value = values[this.below(values.length)];
    if (value === undefined) throw new RangeError('nothing to pick from');
    return value;
  }

  /** The same values in a random order. */
  shuffled<Value>(values: readonly Value[]): Value[] {
    const result = [...values];
    for (let at = result.length - 1; at > 0; at--) {
      const other = this.below(at + 1);
      const value = result[at] as Value;
      result[at] = result[other] as Value;
      result[other] = value;
    }
    return result;
  }
}
