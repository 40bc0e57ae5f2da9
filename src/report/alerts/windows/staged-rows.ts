import type { EpochMs } from '../../../model/index.ts';

/**
 * Rows that have come and wait until all rows of their time have: only then are they counted, in the order of time, series
 * and value, so that the order in which they came has no effect.
 */
export class StagedRows {
  #at = new Float64Array(64);
  #series = new Uint32Array(64);
  #value = new Float64Array(64);
  #length = 0;
  /** From the beginning so many have been taken out. */
  #taken = 0;
  #isOrdered = true;

  get length(): number {
    return this.#length - this.#taken;
  }

  get bytes(): number {
    return 20 * this.#at.length;
  }

  push(series: number, at: EpochMs, value: number): void {
    if (this.#length === this.#at.length) this.#makeRoom();
    const place = this.#length++;
    this.#at[place] = at;
    this.#series[place] = series;
    this.#value[place] = value;
    if (this.#isOrdered && this.length > 1 && this.#compare(place - 1, place) > 0) this.#isOrdered = false;
  }

  /** Takes out the rows with a time up to `until`, in their order. */
  take(until: EpochMs, row: (series: number, at: EpochMs, value: number) => void): void {
    if (!this.#isOrdered) this.#sort();
    while (this.#taken < this.#length) {
      const at = this.#at[this.#taken] ?? 0;
      if (at > until) return;
      const place = this.#taken++;
      row(this.#series[place] ?? 0, at, this.#value[place] ?? 0);
    }
    this.clear();
  }

  clear(): void {
    this.#length = 0;
    this.#taken = 0;
    this.#isOrdered = true;
  }

  #compare(a: number, b: number): number {
    return (
      (this.#at[a] ?? 0) - (this.#at[b] ?? 0) ||
      (this.#series[a] ?? 0) - (this.#series[b] ?? 0) ||
      (this.#value[a] ?? 0) - (this.#value[b] ?? 0)
    );
  }

  #sort(): void {
    this.#arrange(
      this.#places().sort((a, b) => this.#compare(a, b)),
      this.#at.length,
    );
    this.#isOrdered = true;
  }

  /** Room of rows that were taken is used again before there is more of it. */
  #makeRoom(): void {
    const room = this.#at.length;
    this.#arrange(this.#places(), this.length * 2 > room ? room * 2 : room);
  }

  /** Of the rows that wait. */
  #places(): Uint32Array {
    return Uint32Array.from({ length: this.length }, (_, at) => this.#taken + at);
  }

  #arrange(order: Uint32Array, room: number): void {
    this.#at = arranged(this.#at, order, new Float64Array(room));
    this.#series = arranged(this.#series, order, new Uint32Array(room));
    this.#value = arranged(this.#value, order, new Float64Array(room));
    this.#length = order.length;
    this.#taken = 0;
  }
}

function arranged<Column extends Float64Array | Uint32Array>(from: Column, order: Uint32Array, to: Column): Column {
  for (let at = 0; at < order.length; at++) to[at] = from[order[at] ?? 0] ?? 0;
  return to;
}
