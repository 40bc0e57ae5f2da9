/**
 * Who is due when, in steps of a whole millisecond: adding and removing cost the same whether ten or a hundred
 * thousand wait, and one timer serves all.
 */
export class Deadlines<Item> {
  readonly #buckets = new Map<number, Set<Item>>();
  /** Keys of the buckets, latest first, so that the earliest is taken off the end. */
  readonly #order: number[] = [];

  /** Returns the key that `remove` needs. */
  add(item: Item, dueMs: number): number {
    const key = Math.ceil(dueMs);
    const bucket = this.#buckets.get(key);
    if (bucket) bucket.add(item);
    else {
      this.#buckets.set(key, new Set([item]));
      this.#order.splice(this.#position(key), 0, key);
    }
    return key;
  }

  remove(item: Item, key: number): void {
    this.#buckets.get(key)?.delete(item);
  }

  /** The earliest moment at which somebody is due. */
  nextMs(): number | undefined {
    for (;;) {
      const key = this.#order.at(-1);
      if (key === undefined) return undefined;
      const bucket = this.#buckets.get(key);
      if (bucket && bucket.size > 0) return key;
      this.#buckets.delete(key);
      this.#order.pop();
    }
  }

  /** Takes out everybody who is due by now, earliest first. */
  takeDue(nowMs: number): Item[] {
    const due: Item[] = [];
    for (let key = this.nextMs(); key !== undefined && key <= nowMs; key = this.nextMs()) {
      const bucket = this.#buckets.get(key);
      if (bucket) for (const item of bucket) due.push(item);
      this.#buckets.delete(key);
      this.#order.pop();
    }
    return due;
  }

  #position(key: number): number {
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#order[middle] ?? 0) > key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
