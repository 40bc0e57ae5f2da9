/** Numbers that look random and are the same for the same seed (Marsaglia, Xorshift RNGs, 2003). */
export class Random {
  #state: number;

  constructor(seed: number) {
    // Seeds that differ in little begin far apart (the finaliser of MurmurHash3).
    this.#state = mix(seed) || 1;
  }

  /** In [0, 1). */
  next(): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return (state >>> 0) / 0x1_0000_0000;
  }

  /** In [0, below). */
  whole(below: number): number {
    return Math.floor(this.next() * below);
  }

  /** Of mean 0 and deviation 1 (Box and Muller, 1958). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }
}

/** 32 bits that depend on every bit of the number. */
export function mix(value: number): number {
  let hash = (value ^ 0x9e37_79b9) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Draws places by their weights in the same time for any number of them (Vose, 1991). */
export class Weighted {
  readonly #threshold: Float64Array;
  readonly #other: Uint32Array;

  constructor(weights: ArrayLike<number>) {
    const { length } = weights;
    const total = Array.from(weights).reduce((sum, weight) => sum + weight, 0);
    this.#threshold = Float64Array.from(weights, (weight) => (weight * length) / total);
    this.#other = Uint32Array.from(weights, (_, place) => place);
    const small: number[] = [];
    const large: number[] = [];
    this.#threshold.forEach((share, place) => (share < 1 ? small : large).push(place));
    while (small.length > 0 && large.length > 0) {
      const [less, more] = [small.pop() as number, large.pop() as number];
      this.#other[less] = more;
      const left = (this.#threshold[more] as number) - (1 - (this.#threshold[less] as number));
      this.#threshold[more] = left;
      (left < 1 ? small : large).push(more);
    }
    for (const place of [...small, ...large]) this.#threshold[place] = 1;
  }

  draw(random: Random): number {
    const at = random.next() * this.#other.length;
    const place = Math.floor(at);
    return at - place < (this.#threshold[place] as number) ? place : (this.#other[place] as number);
  }
}

/** Weights of places 1, 2, 3, …: what is twice as far down is asked for 2^exponent times as seldom. */
export function zipf(count: number, exponent: number): Float64Array {
  return Float64Array.from({ length: count }, (_, place) => 1 / (place + 1) ** exponent);
}
