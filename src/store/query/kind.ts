import type { Table } from '../table.ts';
import { isAggregate, type Aggregate, type Expression } from './query.ts';

/**
 * What a value is, the same in every engine: `small` a whole number from 0 that a double holds exactly, `wide` one of up to
 * 64 bits (sums may be longer), `double` anything else. Answers have `wide` ones as decimal strings, all else as numbers.
 */
export type Kind = 'small' | 'wide' | 'double';

const kinds = { u8: 'small', u16: 'small', u32: 'small', u64: 'wide', f64: 'double' } as const;

/** Of a valid expression. */
export function kindOf(value: Expression | Aggregate, table: Table): Kind {
  if (isAggregate(value)) {
    if (value.aggregate === 'count' || value.aggregate === 'distinct') return 'small';
    const of = kindOf(value.of, table);
    return value.aggregate === 'sum' && of === 'small' ? 'wide' : of;
  }
  if ('column' in value) return kinds[table.columns[value.column] ?? 'f64'];
  if ('literal' in value) return kindOfLiteral(value.literal);
  if ('floor' in value) return kindOf(value.floor, table);
  if ('map' in value) return [...value.to, value.otherwise].every(isSmall) ? 'small' : 'double';
  if ('when' in value) {
    const both = new Set([kindOf(value.value, table), kindOf(value.otherwise, table)]);
    return both.has('double') ? 'double' : both.has('wide') ? 'wide' : 'small';
  }
  return 'double';
}

export function kindOfLiteral(literal: number | string): Kind {
  if (typeof literal === 'string') return 'wide';
  return isSmall(literal) ? 'small' : 'double';
}

const isSmall = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
