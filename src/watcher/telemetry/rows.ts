import { makeBatch, type ColumnBatch, type Table } from '../../store/index.ts';

/** Rows of one table that wait to be handed over, column by column. */
export class Rows {
  readonly table: Table;
  readonly #columns: number[][];

  constructor(table: Table) {
    this.table = table;
    this.#columns = Object.keys(table.columns).map(() => []);
  }

  get length(): number {
    return this.#columns[0]?.length ?? 0;
  }

  /** In the order of the table's columns. */
  push(...values: readonly number[]): void {
    this.#columns.forEach((column, at) => column.push(values[at] ?? 0));
  }

  /** What was gathered, which is gone from here afterwards. */
  take(): ColumnBatch {
    const batch = makeBatch(this.table, this.length);
    Object.keys(this.table.columns).forEach((name, at) => {
      const from = this.#columns[at] ?? [];
      const to = batch.columns[name];
      if (to instanceof BigUint64Array) from.forEach((value, row) => (to[row] = BigInt(value)));
      else to?.set(from);
    });
    for (const column of this.#columns) column.length = 0;
    return batch;
  }
}
