import { flowKinds, type FlowKey } from '../../model/index.ts';
import type { Predicate } from '../../store/index.ts';
import type { FlowBook } from './book.ts';
import { equals } from './expressions.ts';
import { termsOf } from './filter/filter.ts';
import { parseFilter } from './filter/parse.ts';
import { predicateOf } from './filter/predicate.ts';

/** Whoever asks for these wants records that tell of no traffic. */
const otherKinds = new Set(['kind', 'event', 'reason']);

/**
 * Which records a question is about. Events of NAT and firewalls and dropped packets are no traffic, so they count only
 * where the filter or the keys name them.
 */
export function scopeOf(filter: string, groupBy: readonly FlowKey[], book: FlowBook): Predicate {
  const read = parseFilter(filter);
  const fits = predicateOf(read, book);
  const isOfAny =
    groupBy.some((key) => otherKinds.has(key)) || [...termsOf(read)].some(({ field }) => otherKinds.has(field));
  return isOfAny ? fits : { all: [equals('kind', flowKinds.indexOf('traffic')), fits] };
}
