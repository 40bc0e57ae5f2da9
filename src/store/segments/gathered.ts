import { QwError } from '../../model/index.ts';
import type { Column, ColumnBatch } from '../batch.ts';
import { isConstant } from '../parquet/constant.ts';
import { pick } from '../parquet/plain.ts';
import { partsOf, type Table } from '../table.ts';

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
    for (const batch of this.batches.flatMap((one) => apart(one))) {
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

/** The rows of each part of the table; nearly all batches have rows of one only, and are that as they are. */
function apart(batch: ColumnBatch): ColumnBatch[] {
  const { table, columns } = batch;
  if (!table.parts) return [batch];
  const { column, tables } = table.parts;
  const values = columns[column] as Column;
  // Memory is compared quickest, and rows of one kind are the rule.
  const areSame = isConstant(values) && (tables[Number(values[0])] ?? table.name) === table.name;
  if (areSame || !values.some((value) => (tables[Number(value)] ?? table.name) !== table.name)) return [batch];
  const rows = new Map<string, number[]>();
  values.forEach((value: number | bigint, row: number) => {
    const name = tables[Number(value)] ?? table.name;
    const others = rows.get(name);
    if (others) others.push(row);
    else rows.set(name, [row]);
  });
  return partsOf(table).flatMap((part) => {
    const own = rows.get(part.name);
    if (!own) return [];
    const picked = Object.entries(table.columns).map(
      ([name, type]) => [name, pick(columns[name] as Column, type, own)] as const,
    );
    return [{ table: part, rows: own.length, columns: Object.fromEntries(picked) }];
  });
}
