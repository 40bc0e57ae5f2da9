import type { Milliseconds } from '../../model/index.ts';
import type { Matcher } from './source.ts';

/** An expression of PromQL as the evaluator takes it. `from` is its place in the text, counted in characters from 0. */

export type Expression =
  | { kind: 'number'; value: number; from: number }
  | { kind: 'string'; value: string; from: number }
  | Selector
  | { kind: 'call'; name: string; given: readonly Expression[]; from: number }
  | Aggregation
  | Binary
  /** `assertion` is a plus sign: it changes nothing, but not everything may carry one. */
  | { kind: 'negation' | 'assertion'; of: Expression; from: number }
  /** Kept, because `(metric)[5m]` is not `metric[5m]`. */
  | { kind: 'brackets'; of: Expression; from: number };

export interface Selector {
  kind: 'selector';
  matchers: readonly Matcher[];
  /** Of a range vector. */
  windowMs?: Milliseconds;
  offsetMs?: Milliseconds;
  /** Milliseconds since 1970, or an end of what is asked for. */
  at?: number | 'start' | 'end';
  from: number;
}

export interface Aggregation {
  kind: 'aggregation';
  operator: AggregationOperator;
  parameter?: Expression;
  of: Expression;
  labels: readonly string[];
  /** Groups by all labels but these. */
  without: boolean;
  from: number;
}

export interface Binary {
  kind: 'binary';
  operator: BinaryOperator;
  left: Expression;
  right: Expression;
  /** A comparison says 0 or 1 instead of leaving out what is not so. */
  bool: boolean;
  /** As it was written; without, series agree on all labels. */
  matching?: Matching;
  from: number;
}

export interface Matching {
  /** Series belong together that agree on these labels; otherwise on all but these. */
  on: boolean;
  labels: readonly string[];
  /** The side with many series for one of the other. */
  many?: 'left' | 'right';
  /** Labels that the side with many takes from the other. */
  include: readonly string[];
}

export const aggregationOperators = [
  'sum',
  'avg',
  'min',
  'max',
  'count',
  'group',
  'stddev',
  'stdvar',
  'topk',
  'bottomk',
  'quantile',
  'count_values',
] as const;
export type AggregationOperator = (typeof aggregationOperators)[number];
export const withParameter: readonly AggregationOperator[] = ['topk', 'bottomk', 'quantile', 'count_values'];

/** By how tightly they bind, loosest first; `^` associates to the right. */
export const precedence = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '<': 3,
  '<=': 3,
  '>': 3,
  '>=': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  atan2: 5,
  '^': 6,
} as const;
export type BinaryOperator = keyof typeof precedence;

export const isComparison = (operator: BinaryOperator) => precedence[operator] === 3;
export const isSetOperator = (operator: BinaryOperator) => precedence[operator] <= 2;

export type ValueType = 'scalar' | 'string' | 'instant vector' | 'range vector';
