import type { EpochMs } from '../../../model/index.ts';

/** Room that is kept when nothing waits. */
const usualRows = 16_384;

/**
 * Rows that have come and wait until all rows of their time have: only then are they counted, each series in the order of
 * time and value, so that the order in which they came has no effect.
 */
export class StagedRows {
  #at = new Float64Array(64);
  #series = new Uint32Array(64);
  #value = new Float64Array(64);
  /** By series: the time of its row that came last. */
  #lastAt = new Float64Array(0);
  #length = 0;
  /** From the beginning so many have been taken out. */
  #taken = 0;
  /** No row is older than the one before it. */
  #isByTime = true;
  /** No row is as old as the one before it of the same series. */
  #isBySeries = true;

  get length(): number {
    return this.#length - this.#taken;
  }

  get bytes(): number {
    return 20 * this.#at.length + this.#lastAt.byteLength;
  }

  push(series: number, at: EpochMs, value: number): void {
    if (this.#length === this.#at.length) this.#makeRoom();
    if (series >= this.#lastAt.length) this.#knowMore(series);
    const place = this.#length++;
    this.#at[place] = at;
    this.#series[place] = series;
    // There are two noughts, of which neither is less: both become the same.
    this.#value[place] = value + 0;
    if (place > this.#taken && at < (this.#at[place - 1] ?? 0)) this.#isByTime = false;
    if (at <= (this.#lastAt[series] ?? 0)) this.#isBySeries = false;
    this.#lastAt[series] = at;
  }

  /** Takes out the rows with a time up to `until`. */
  take(until: EpochMs, row: (series: number, at: EpochMs, value: number) => void): void {
    if (!this.#isBySeries) this.#sort();
    let kept = this.#taken;
    for (let place = this.#taken; place < this.#length; place++) {
      const at = this.#at[place] ?? 0;
      if (at <= until) {
        row(this.#series[place] ?? 0, at, this.#value[place] ?? 0);
        if (this.#isByTime) this.#taken++;
      } else {
        if (this.#isByTime) break;
        this.#at[kept] = at;
        this.#series[kept] = this.#series[place] ?? 0;
        this.#value[kept] = this.#value[place] ?? 0;
        kept++;
      }
    }
    if (!this.#isByTime) this.#length = kept;
    if (this.length === 0) this.clear();
  }

  clear(): void {
    this.#length = 0;
    this.#taken = 0;
    this.#isByTime = true;
    this.#isBySeries = true;
    if (this.#at.length > usualRows) this.#arrange(new Uint32Array(0), usualRows);
  }

  #compare(a: number, b: number): number {
    return (
      (this.#at[a] ?? 0) - (this.#at[b] ?? 0) ||
      (this.#series[a] ?? 0) - (this.#series[b] ?? 0) ||
      (this.#value[a] ?? 0) - (this.#value[b] ?? 0)
    );
  }

  #sort(): void {
    const order = this.#places().sort((a, b) => this.#compare(a, b));
    this.#arrange(order, this.#at.length);
    this.#isByTime = true;
    this.#isBySeries = true;
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

  #knowMore(series: number): void {
    const longer = new Float64Array(Math.max(16, 2 * series)).fill(-Infinity);
    longer.set(this.#lastAt);
    this.#lastAt = longer;
  }
}

function arranged<Column extends Float64Array | Uint32Array>(from: Column, order: Uint32Array, to: Column): Column {
  for (let at = 0; at < order.length; at++) to[at] = from[order[at] ?? 0] ?? 0;
  return to;
}
