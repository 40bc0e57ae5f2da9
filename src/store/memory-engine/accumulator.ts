import { kindOf } from '../query/kind.ts';
import { expressionsOf, type Aggregate } from '../query/query.ts';
import type { Table } from '../table.ts';
import { reader, tester, type Read } from './expression.ts';
import { addWhole, type Scannable, type Value } from './numbers.ts';

/** What one group has come to so far. */
export interface Accumulator {
  value: Value;
  /** False until the first row, since 0 is not the smallest of anything. */
  begun: boolean;
  /** Greatest so far, of `last`. */
  by: Value;
  seen?: Set<Value | string>;
}

export const freshAccumulator = (aggregate: Aggregate): Accumulator => ({
  value: 0,
  begun: false,
  by: 0,
  ...(aggregate.aggregate === 'distinct' && { seen: new Set<Value | string>() }),
});

export type Step = (into: Accumulator, row: number) => void;

/** Adds a row of a batch to a group. */
export function stepper(aggregate: Aggregate, table: Table, batch: Scannable): Step {
  const step = unconditional(aggregate, table, batch);
  if (!aggregate.where) return step;
  const holds = tester(aggregate.where, table, batch);
  return (into, row) => {
    if (holds(row)) step(into, row);
  };
}

function unconditional(aggregate: Aggregate, table: Table, batch: Scannable): Step {
  if (aggregate.aggregate === 'count') return (into) => void (into.value = Number(into.value) + 1);
  if (aggregate.aggregate === 'distinct') {
    const reads = expressionsOf(aggregate).map((one) => reader(one, table, batch));
    const [only = () => 0] = reads;
    const key = reads.length === 1 ? only : (row: number) => reads.map((read) => read(row)).join(' ');
    return (into, row) => {
      into.seen?.add(key(row));
      into.value = into.seen?.size ?? 0;
    };
  }
  const of = reader(aggregate.of, table, batch);
  if (aggregate.aggregate === 'last') {
    const by = reader(aggregate.by, table, batch);
    return (into, row) => {
      const at = by(row);
      if (into.begun && at <= into.by) return;
      Object.assign(into, { begun: true, by: at, value: of(row) });
    };
  }
  if (aggregate.aggregate === 'sum') {
    if (kindOf(aggregate.of, table) === 'double')
      return (into, row) => void (into.value = Number(into.value) + Number(of(row)));
    return (into, row) => void (into.value = addWhole(into.value, of(row)));
  }
  if (aggregate.aggregate === 'min') return extreme(of, (value, best) => value < best);
  return extreme(of, (value, best) => value > best);
}

const extreme =
  (of: Read, isBetter: (value: Value, best: Value) => boolean): Step =>
  (into, row) => {
    const value = of(row);
    if (into.begun && !isBetter(value, into.value)) return;
    into.begun = true;
    into.value = value;
  };
