import { FlowRows } from '../decode/flow-rows.ts';

/** Rows that are kept for use: some 15 MB. */
const maxKept = 8;

/** Arrays that were written are filled again, which is cheaper than having the system give and take memory all the time. */
export class RowPool {
  readonly #rowsAtOnce: number;
  readonly #kept: FlowRows[] = [];

  constructor(rowsAtOnce: number) {
    this.#rowsAtOnce = rowsAtOnce;
  }

  take(): FlowRows {
    return this.#kept.pop() ?? new FlowRows(this.#rowsAtOnce);
  }

  /** Nobody may read them any more. */
  give(rows: FlowRows): void {
    if (this.#kept.length >= maxKept || rows.capacity !== this.#rowsAtOnce) return;
    rows.clear();
    this.#kept.push(rows);
  }
}
