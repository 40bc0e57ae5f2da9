import type { AddressPrefix } from '../../../model/index.ts';

/** A condition on flow records, as tools for flows and packets have them. */
export type FlowFilter =
  | { all: readonly FlowFilter[] }
  | { any: readonly FlowFilter[] }
  | { not: FlowFilter }
  | FilterTerm;

/**
 * Which end of a flow is meant. The server is the end with the smaller port; of two equal ports, that with the greater
 * address. Of an interface `src` is where it came in, and `dst` where it went out.
 */
export type FilterEnd = 'either' | 'both' | 'src' | 'dst' | 'client' | 'server';

export type Comparison = '=' | '<' | '<=' | '>' | '>=';

export interface FilterTerm {
  field: string;
  /** `either` where the field has no ends. */
  end: FilterEnd;
  is: Comparison;
  /** Of several, any; only with `=`. */
  values: readonly FilterValue[];
}

export type FilterValue =
  | AddressPrefix
  /** Both included, in the unit of the field; one number is from and to the same. */
  | { from: number; to: number }
  /** As it is, or with `*` for anything. */
  | { text: string }
  /** Of the flags in `mask` these are set, and the others are not. */
  | { set: number; mask: number };

/** So that nobody makes a question that takes longer to read than to answer. */
export const filterLimits = { characters: 4000, depth: 24, terms: 400, values: 1000, parts: 4000 } as const;

export const everything: FlowFilter = { all: [] };

export function isTerm(filter: FlowFilter): filter is FilterTerm {
  return 'field' in filter;
}

/** Every term of a filter, wherever it stands. */
export function* termsOf(filter: FlowFilter): Generator<FilterTerm> {
  if ('all' in filter) for (const part of filter.all) yield* termsOf(part);
  else if ('any' in filter) for (const part of filter.any) yield* termsOf(part);
  else if ('not' in filter) yield* termsOf(filter.not);
  else yield filter;
}
