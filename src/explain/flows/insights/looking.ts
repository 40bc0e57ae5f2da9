import { flowKinds, formatInstant, type FlowFinding } from '../../../model/index.ts';
import { flowsTable, type Expression, type Predicate, type Selected } from '../../../store/index.ts';
import { addressText } from '../../../model/index.ts';
import type { Asking, Cells, Row } from '../ask.ts';
import type { FlowBook } from '../book.ts';
import { column, equals } from '../expressions.ts';
import { parseFilter } from '../filter/parse.ts';
import { predicateOf } from '../filter/predicate.ts';
import type { FilterEnd } from '../filter/filter.ts';

/** What all insights look with. */
export interface Looking {
  asking: Asking;
  book: FlowBook;
  from: number;
  to: number;
}

/** Networks that nobody has on the Internet (RFC 6890), besides those that the configuration calls one's own. */
const notOutside =
  '0.0.0.0/8, 10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16, 172.16.0.0/12, 192.168.0.0/16, 224.0.0.0/4, ' +
  '255.255.255.255, ::/128, ::1, fc00::/7, fe80::/10, ff00::/8';

export const outside = (end: Exclude<FilterEnd, 'either' | 'both'>): string =>
  `(${end} network unknown and not ${end} net in [${notOutside}])`;

export function fitting({ book }: Looking, filter: string): Predicate {
  return predicateOf(parseFilter(filter), book);
}

export interface Grouping {
  where: Predicate;
  keys: readonly Expression[];
  select: readonly Selected[];
  /** By name of `select`, the most first. */
  by: string;
  limit: number;
  from?: number;
  to?: number;
  kind?: (typeof flowKinds)[number];
}

/** Rows of keys and figures, and when the first and the last record ended. */
export function grouped(looking: Looking, grouping: Grouping): Promise<readonly Row[]> {
  const { where, keys, select, by, limit, from = looking.from, to = looking.to, kind = 'traffic' } = grouping;
  return looking.asking.rows({
    table: flowsTable,
    from,
    to,
    where: { all: [equals('kind', flowKinds.indexOf(kind)), where] },
    select: [
      ...keys.map((value, at) => ({ name: `k${at}`, value })),
      { name: 'first', value: { aggregate: 'min', of: column('ts') } },
      { name: 'last', value: { aggregate: 'max', of: column('ts') } },
      ...select,
    ],
    orderBy: [{ name: by, descending: true }, ...keys.map((_, at) => ({ name: `k${at}` }))],
    limit,
  });
}

/** Times of a row of `grouped`, which stand behind its keys. */
export function timesOf(row: Row, keys: number): Pick<FlowFinding, 'firstAt' | 'lastAt'> {
  return { firstAt: formatInstant(Number(row[keys])), lastAt: formatInstant(Number(row[keys + 1])) };
}

/** Figures of a row of `grouped`. */
export const figuresOf = (row: Row, keys: number): number[] => row.slice(keys + 2).map(Number);

export const hostOf = ([high = 0, low = 0]: Cells): string => addressText({ high: BigInt(high), low: BigInt(low) });
