/** Arithmetic as Prometheus does it, where that of the language differs. */

/** A sum that loses no small values among great ones (Neumaier 1974). */
export class ExactSum {
  #sum = 0;
  #lost = 0;

  add(value: number): void {
    const next = this.#sum + value;
    // What overflowed cannot be mended: the difference would be NaN.
    if (Number.isFinite(next)) {
      this.#lost += Math.abs(this.#sum) >= Math.abs(value) ? this.#sum - next + value : value - next + this.#sum;
    }
    this.#sum = next;
  }

  get value(): number {
    return Number.isFinite(this.#sum) ? this.#sum + this.#lost : this.#sum;
  }
}

/** A mean that does not overflow where the sum would. */
export function mean(values: Iterable<number>): number {
  const sum = new ExactSum();
  let count = 0;
  let running = 0;
  for (const value of values) {
    count++;
    sum.add(value);
    running =
      Number.isFinite(running) && Number.isFinite(value)
        ? running + (value / count - running / count)
        : running + value;
  }
  return Number.isFinite(sum.value) ? sum.value / count : running;
}

/** Variance of a population (Welford 1962). */
export function variance(values: Iterable<number>): number {
  let count = 0;
  let mean = 0;
  let squares = 0;
  for (const value of values) {
    count++;
    const apart = value - mean;
    mean += apart / count;
    squares += apart * (value - mean);
  }
  return squares / count;
}

/** NaN is smaller than everything. */
export const ascending = (a: number, b: number) =>
  Number.isNaN(a) ? (Number.isNaN(b) ? 0 : -1) : Number.isNaN(b) ? 1 : a === b ? 0 : a < b ? -1 : 1;

/** A copy, ascending, NaN first. Sorting without a function to compare by is ten times as fast, and puts NaN last. */
export function sortedCopy(values: ArrayLike<number>): Float64Array {
  const sorted = Float64Array.from(values).sort();
  let numbers = sorted.length;
  while (numbers > 0 && Number.isNaN(sorted[numbers - 1])) numbers--;
  if (numbers < sorted.length) {
    sorted.copyWithin(sorted.length - numbers, 0, numbers);
    sorted.fill(Number.NaN, 0, sorted.length - numbers);
  }
  return sorted;
}

/** Between the two nearest ranks; `sorted` is ascending. */
export function quantile(share: number, sorted: ArrayLike<number>): number {
  if (sorted.length === 0 || Number.isNaN(share)) return Number.NaN;
  if (share < 0) return -Infinity;
  if (share > 1) return Infinity;
  const rank = share * (sorted.length - 1);
  const lower = Math.max(0, Math.floor(rank));
  const upper = Math.min(sorted.length - 1, lower + 1);
  const weight = rank - Math.floor(rank);
  return (sorted[lower] ?? 0) * (1 - weight) + (sorted[upper] ?? 0) * weight;
}

/** As Go has them: an infinity wins over NaN. */
export const greater = (a: number, b: number) => (a === Infinity || b === Infinity ? Infinity : Math.max(a, b));
export const smaller = (a: number, b: number) => (a === -Infinity || b === -Infinity ? -Infinity : Math.min(a, b));

/** As C and Go have it: 1 to whatever power is 1, and so is -1 to an infinite one. */
export function power(base: number, exponent: number): number {
  if (base === 1 || (base === -1 && Math.abs(exponent) === Infinity)) return 1;
  return base ** exponent;
}

/** A straight line through points by least squares: value at `atMs`, and slope per second. */
export function regression(at: ArrayLike<number>, values: ArrayLike<number>, from: number, to: number, atMs: number) {
  const first = values[from] ?? 0;
  let constant = true;
  const [x, y, xy, xx] = [new ExactSum(), new ExactSum(), new ExactSum(), new ExactSum()];
  for (let index = from; index < to; index++) {
    const value = values[index] ?? 0;
    const seconds = ((at[index] ?? 0) - atMs) / 1000;
    if (value !== first) constant = false;
    x.add(seconds);
    y.add(value);
    xy.add(seconds * value);
    xx.add(seconds * seconds);
  }
  if (constant) return Number.isFinite(first) ? { slope: 0, value: first } : { slope: Number.NaN, value: Number.NaN };
  const count = to - from;
  const slope = (xy.value - (x.value * y.value) / count) / (xx.value - (x.value * x.value) / count);
  return { slope, value: y.value / count - (slope * x.value) / count };
}
