import type { EpochMs } from '../../model/index.ts';
import type { Table } from '../table.ts';

/**
 * A question to the telemetry store, the same for every engine. An engine with a language of its own gets it as text by a
 * dialect (`sql.ts`); the one in memory walks it. Whole numbers of 64 bits come back as decimal strings.
 */

export interface Query {
  table: Table;
  /** [from, to) by `ts`. */
  from: EpochMs;
  to: EpochMs;
  where?: Predicate;
  /** Columns of the answer, in this order; with an aggregate among them the others are what is grouped by. */
  select: readonly Selected[];
  /** By names of `select`. Two rows that these leave equal come in any order, so name enough. */
  orderBy?: readonly { name: string; descending?: boolean }[];
  limit?: number;
  /**
   * Adds a column of this name behind the others, the same in every row: how many rows there are without `limit`. Only
   * where there is an aggregate in `select`.
   */
  countAs?: string;
}

/** Names of the columns of an answer. */
export const columnsOf = ({ select, countAs }: Query): string[] => [
  ...select.map(({ name }) => name),
  ...(countAs === undefined ? [] : [countAs]),
];

export interface Selected {
  /** Lower case letters, digits and underscores. */
  name: string;
  value: Expression | Aggregate;
}

export type Expression =
  | { column: string }
  /** As a decimal string a whole number from 0 to 2^64 - 1, which need not fit a double. */
  | { literal: number | string }
  /** The multiple of `width` at or below a whole number: time steps, subnets of 64 bits. */
  | { floor: Expression; width: number }
  /** Of doubles, so exact for whole numbers below 2^53. What is divided by 0 is 0. */
  | { left: Expression; operator: '+' | '-' | '*' | '/'; right: Expression }
  /** `from[i]` becomes `to[i]`, anything else `otherwise`: labels of series, names of ports. At most `maxMapped` pairs. */
  | { map: Expression; from: readonly number[]; to: readonly number[]; otherwise: number }
  /** One of two values a row: both are of one kind afterwards, a double where one of them is. */
  | { when: Predicate; value: Expression; otherwise: Expression };

export type Aggregate =
  | { aggregate: 'count'; where?: Predicate }
  /** Of nothing at all: 0 for `sum` and `distinct`, and for the others too, so that there are no nulls. */
  | { aggregate: 'sum' | 'min' | 'max'; of: Expression; where?: Predicate }
  /** How many different values there are, or combinations of values: at most `maxTogether` of them. */
  | { aggregate: 'distinct'; of: Expression | readonly Expression[]; where?: Predicate }
  /** The `of` of the row with the greatest `by`; of several such rows, any. */
  | { aggregate: 'last'; of: Expression; by: Expression; where?: Predicate };

export type Predicate =
  | { all: readonly Predicate[] }
  | { any: readonly Predicate[] }
  | { not: Predicate }
  /** Exact for whole numbers; as doubles where one side is one. */
  | { left: Expression; is: '=' | '!=' | '<' | '<=' | '>' | '>='; right: Expression }
  /** At most `maxMapped` values. */
  | { in: Expression; values: readonly (number | string)[] };

export const maxMapped = 50_000;
export const maxTogether = 16;

/** What is counted together. */
export function expressionsOf({ of }: Extract<Aggregate, { aggregate: 'distinct' }>): readonly Expression[] {
  return Array.isArray(of) ? (of as readonly Expression[]) : [of as Expression];
}

export function isAggregate(value: Expression | Aggregate): value is Aggregate {
  return 'aggregate' in value;
}
