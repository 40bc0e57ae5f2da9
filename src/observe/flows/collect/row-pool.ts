import { FlowRows } from '../decode/flow-rows.ts';

/** Rows that are kept for use, in all: as many as may wait for the store. */
const maxKeptRows = 400_000;

/** Arrays that were written are filled again, which is cheaper than having the system give and take memory all the time. */
export class RowPool {
  readonly #rowsAtOnce: number;
  readonly #kept: FlowRows[] = [];
  /** The fewest that lay here since `trim`: so many were not needed. */
  #idle = 0;

  constructor(rowsAtOnce: number) {
    this.#rowsAtOnce = rowsAtOnce;
  }

  take(): FlowRows {
    const rows = this.#kept.pop() ?? new FlowRows(this.#rowsAtOnce);
    this.#idle = Math.min(this.#idle, this.#kept.length);
    return rows;
  }

  /** Nobody may read them any more. */
  give(rows: FlowRows): void {
    if ((this.#kept.length + 1) * this.#rowsAtOnce > maxKeptRows || rows.capacity !== this.#rowsAtOnce) return;
    rows.clear();
    this.#kept.push(rows);
  }

  /** To be called now and then: what a burst has left behind goes back to the system. */
  trim(): void {
    this.#kept.splice(0, this.#idle);
    this.#idle = this.#kept.length;
  }
}
