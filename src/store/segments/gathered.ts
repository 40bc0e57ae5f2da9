import { QwError } from '../../model/index.ts';
import type { ColumnBatch } from '../batch.ts';
import type { Table } from '../table.ts';

/** Rows that wait to be written together, and those who wait for that. */
export class Gathered {
  readonly batches: ColumnBatch[] = [];
  readonly hours = new Set<number>();
  rows = 0;
  #waiting: PromiseWithResolvers<void> | undefined;

  add(batch: ColumnBatch, hours: ReadonlySet<number>): Promise<void> {
    this.batches.push(batch);
    this.rows += batch.rows;
    for (const hour of hours) this.hours.add(hour);
    this.#waiting ??= Promise.withResolvers<void>();
    return this.#waiting.promise;
  }

  /** By table, in order of arrival. */
  byTable(): Map<Table, ColumnBatch[]> {
    const tables = new Map<string, ColumnBatch[]>();
    for (const batch of this.batches) {
      const { name } = batch.table;
      const others = tables.get(name);
      if (others) others.push(batch);
      else tables.set(name, [batch]);
    }
    return new Map([...tables.values()].map((batches) => [(batches[0] as ColumnBatch).table, batches]));
  }

  sealed(): void {
    this.#waiting?.resolve();
  }

  refused(thrown: unknown): void {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    const error =
      thrown instanceof QwError
        ? thrown
        : new QwError('TELEMETRY_UNWRITABLE', `telemetry cannot be written: ${message}`, { cause: thrown });
    this.#waiting?.reject(error);
  }
}
