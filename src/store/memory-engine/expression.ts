import type { Expression, Predicate } from '../query/query.ts';
import { kindOf, kindOfLiteral } from '../query/kind.ts';
import type { Table } from '../table.ts';
import { normal, type Scannable, type Value } from './numbers.ts';

/** Expressions as functions of a row of one batch. */
export type Read = (row: number) => Value;
export type Test = (row: number) => boolean;

export function reader(expression: Expression, table: Table, batch: Scannable): Read {
  if ('column' in expression) {
    const column = batch.columns[expression.column] ?? [];
    if (column instanceof BigUint64Array) return (row) => normal(column[row] ?? 0n);
    return (row) => column[row] ?? 0;
  }
  if ('literal' in expression) {
    const value = literal(expression.literal);
    return () => value;
  }
  if ('floor' in expression) {
    const of = reader(expression.floor, table, batch);
    const { width } = expression;
    return (row) => {
      const value = of(row);
      return typeof value === 'bigint' ? normal(value - (value % BigInt(width))) : Math.floor(value / width) * width;
    };
  }
  if ('map' in expression) {
    const of = reader(expression.map, table, batch);
    const pairs = new Map(expression.from.map((from, at) => [from, expression.to[at] ?? 0]));
    const { otherwise } = expression;
    return (row) => pairs.get(Number(of(row))) ?? otherwise;
  }
  if ('when' in expression) {
    const holds = tester(expression.when, table, batch);
    const isDouble = kindOf(expression, table) === 'double';
    const [value, otherwise] = [expression.value, expression.otherwise].map((one): Read => {
      const read = reader(one, table, batch);
      return isDouble ? (row) => Number(read(row)) : read;
    }) as [Read, Read];
    return (row) => (holds(row) ? value(row) : otherwise(row));
  }
  const [left, right] = [reader(expression.left, table, batch), reader(expression.right, table, batch)];
  if (expression.operator === '+') return (row) => Number(left(row)) + Number(right(row));
  if (expression.operator === '-') return (row) => Number(left(row)) - Number(right(row));
  if (expression.operator === '/') {
    return (row) => {
      const by = Number(right(row));
      return by === 0 ? 0 : Number(left(row)) / by;
    };
  }
  return (row) => Number(left(row)) * Number(right(row));
}

export function tester(predicate: Predicate, table: Table, batch: Scannable): Test {
  if ('all' in predicate) {
    const parts = predicate.all.map((part) => tester(part, table, batch));
    return (row) => parts.every((part) => part(row));
  }
  if ('any' in predicate) {
    const parts = predicate.any.map((part) => tester(part, table, batch));
    return (row) => parts.some((part) => part(row));
  }
  if ('not' in predicate) {
    const part = tester(predicate.not, table, batch);
    return (row) => !part(row);
  }
  if ('in' in predicate) {
    const of = reader(predicate.in, table, batch);
    const isDouble =
      kindOf(predicate.in, table) === 'double' || predicate.values.some((one) => kindOfLiteral(one) === 'double');
    const asKey = isDouble ? Number : (value: Value) => value;
    const values = new Set(predicate.values.map((value) => asKey(literal(value))));
    return (row) => values.has(asKey(of(row)));
  }
  const sides = [predicate.left, predicate.right];
  const isDouble = sides.some((side) => kindOf(side, table) === 'double');
  const [left, right] = sides.map((side): Read => {
    const read = reader(side, table, batch);
    return isDouble ? (row) => Number(read(row)) : read;
  }) as [Read, Read];
  return comparison(predicate.is, left, right);
}

type Comparison = Extract<Predicate, { is: unknown }>['is'];

function comparison(is: Comparison, left: Read, right: Read): Test {
  if (is === '=') return (row) => left(row) === right(row);
  if (is === '!=') return (row) => left(row) !== right(row);
  if (is === '<') return (row) => left(row) < right(row);
  if (is === '<=') return (row) => left(row) <= right(row);
  if (is === '>') return (row) => left(row) > right(row);
  return (row) => left(row) >= right(row);
}

const literal = (value: number | string): Value => (typeof value === 'string' ? normal(BigInt(value)) : value);
