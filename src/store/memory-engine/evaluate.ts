import { QwError } from '../../model/index.ts';
import { kindOf, type Kind } from '../query/kind.ts';
import { isAggregate, type Aggregate, type Expression, type Query } from '../query/query.ts';
import { freshAccumulator, stepper, type Accumulator, type Step } from './accumulator.ts';
import { reader, tester, type Read } from './expression.ts';
import type { Scannable, Value } from './numbers.ts';

/** Between two looks at the clock and the caller's signal, about a millisecond. */
const rowsAtOnce = 8192;

export type Row = readonly (number | string)[];

export interface Evaluation {
  maxRows: number;
  /** Called now and then; throws when the answer is no longer wanted. */
  breathe: () => Promise<void>;
}

/**
 * The answer of a valid question from rows in memory: the reference for every other engine. It gives way to others every
 * few thousand rows.
 */
export async function evaluate(
  query: Query,
  batches: readonly Scannable[],
  { maxRows, breathe }: Evaluation,
): Promise<Row[]> {
  const isGrouped = query.select.some(({ value }) => isAggregate(value));
  const found = isGrouped ? new Groups(query) : new List(query);
  const isUnordered = (query.orderBy ?? []).length === 0;
  const enough = query.limit === undefined ? maxRows + 1 : isUnordered && !isGrouped ? query.limit : Infinity;
  for (const batch of batches) {
    if (batch.to < query.from || batch.from >= query.to) continue;
    const times = batch.columns['ts'] ?? [];
    const holds = query.where && tester(query.where, query.table, batch);
    const take = found.taker(batch);
    for (let row = 0; row < batch.rows; row++) {
      if (row % rowsAtOnce === rowsAtOnce - 1) await breathe();
      const at = times[row] ?? 0;
      if (at < query.from || at >= query.to || (holds && !holds(row))) continue;
      take(row);
      if (found.size >= enough) break;
    }
    await breathe();
    if (found.size >= enough) break;
  }
  const all = ordered(query, found.rows());
  const rows = all.slice(0, query.limit);
  if (rows.length > maxRows) throw tooManyRows(maxRows);
  const kinds = query.select.map(({ value }) => kindOf(value, query.table));
  const counted = query.countAs === undefined ? [] : [all.length];
  return rows.map((row) => [...row.map((value, at) => presented(value, kinds[at] ?? 'double')), ...counted]);
}

export function tooManyRows(maxRows: number): QwError {
  return new QwError('TELEMETRY_LIMIT', `the answer has more than ${maxRows} rows`, { facts: { maxRows } });
}

function presented(value: Value, kind: Kind): number | string {
  // Adding 0 makes 0 of -0, which no engine is asked to tell apart.
  return kind === 'wide' ? value.toString() : Number(value) + 0;
}

class List {
  readonly #query: Query;
  readonly #rows: Value[][] = [];

  constructor(query: Query) {
    this.#query = query;
  }

  get size(): number {
    return this.#rows.length;
  }

  taker(batch: Scannable): (row: number) => void {
    const reads = this.#query.select.map(({ value }) => reader(value as Expression, this.#query.table, batch));
    return (row) => void this.#rows.push(reads.map((read) => read(row)));
  }

  rows(): Value[][] {
    return this.#rows;
  }
}

class Groups {
  readonly #query: Query;
  readonly #aggregates: readonly Aggregate[];
  readonly #keys: readonly Expression[];
  readonly #groups = new Map<Value | string, { keys: readonly Value[]; accumulators: readonly Accumulator[] }>();

  constructor(query: Query) {
    this.#query = query;
    const values = query.select.map(({ value }) => value);
    this.#aggregates = values.filter(isAggregate);
    this.#keys = values.filter((value): value is Expression => !isAggregate(value));
    // Without anything to group by there is one group, even of no rows.
    if (this.#keys.length === 0) this.#begin('', []);
  }

  get size(): number {
    return this.#groups.size;
  }

  taker(batch: Scannable): (row: number) => void {
    const { table } = this.#query;
    const reads: Read[] = this.#keys.map((key) => reader(key, table, batch));
    const steps: Step[] = this.#aggregates.map((aggregate) => stepper(aggregate, table, batch));
    return (row) => {
      const keys = reads.map((read) => read(row));
      const key = keys.length === 1 ? (keys[0] ?? 0) : keys.join(' ');
      const group = this.#groups.get(key) ?? this.#begin(key, keys);
      for (const [at, accumulator] of group.accumulators.entries()) steps[at]?.(accumulator, row);
    };
  }

  rows(): Value[][] {
    return [...this.#groups.values()].map(({ keys, accumulators }) => {
      let [key, aggregate] = [0, 0];
      return this.#query.select.map(({ value }) =>
        isAggregate(value) ? (accumulators[aggregate++]?.value ?? 0) : (keys[key++] ?? 0),
      );
    });
  }

  #begin(key: Value | string, keys: readonly Value[]) {
    const group = { keys, accumulators: this.#aggregates.map(freshAccumulator) };
    this.#groups.set(key, group);
    return group;
  }
}

function ordered({ select, orderBy = [] }: Query, rows: Value[][]): Value[][] {
  if (orderBy.length === 0) return rows;
  const order = orderBy.map(({ name, descending }) => ({
    at: select.findIndex((one) => one.name === name),
    sign: descending === true ? -1 : 1,
  }));
  return rows.sort((a, b) => {
    for (const { at, sign } of order) {
      const [left = 0, right = 0] = [a[at], b[at]];
      if (left !== right) return left < right ? -sign : sign;
    }
    return 0;
  });
}
