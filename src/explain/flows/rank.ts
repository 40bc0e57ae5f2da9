import { flowsTable, type Expression, type Predicate, type Query } from '../../store/index.ts';
import type { Asking } from './ask.ts';
import { errorSelected, type Uncertainty } from './error.ts';
import { estimatedBytes, estimatedPackets } from './expressions.ts';
import type { Measure } from './spread.ts';

/** A row before the choice of a sampling point: everything that was told of it. */
export interface RankedRow {
  /** Of the keys' expressions. */
  cells: readonly (number | string)[];
  bytes: number;
  packets: number;
  flows: number;
  uncertainty: Uncertainty;
}

export interface RankQuestion {
  from: number;
  to: number;
  where: Predicate;
  keys: readonly Expression[];
  measure: Measure;
}

const named = (keys: readonly Expression[]) => keys.map((value, at) => ({ name: `k${at}`, value }));

/** The rows with the most. */
export function rankQuery({ keys, measure, ...range }: RankQuestion, limit: number): Query {
  const order = named(keys).map(({ name }) => ({ name }));
  return {
    table: flowsTable,
    ...range,
    select: [
      ...named(keys),
      { name: 'bytes', value: { aggregate: 'sum', of: estimatedBytes } },
      { name: 'packets', value: { aggregate: 'sum', of: estimatedPackets } },
      { name: 'flows', value: { aggregate: 'count' } },
      ...errorSelected(measure),
    ],
    // Equal ones in an order that is the same every time.
    orderBy: [{ name: measure, descending: true }, ...order],
    limit,
  };
}

export async function rank(asking: Asking, question: RankQuestion, limit: number): Promise<RankedRow[]> {
  const rows = await asking.rows(rankQuery(question, limit));
  return rows
    .map((row) => {
      const [bytes = 0, packets = 0, flows = 0, variance = 0, unknown = 0, sampled = 0] = row
        .slice(question.keys.length)
        .map(Number);
      const cells = row.slice(0, question.keys.length);
      return { cells, bytes, packets, flows, uncertainty: { variance, unknown, sampled } };
    })
    .filter(({ flows }) => flows > 0);
}

/** How many rows there are. */
export async function countRows(asking: Asking, { keys, from, to, where }: RankQuestion): Promise<number> {
  if (keys.length === 0) return 1;
  const select = [{ name: 'n', value: { aggregate: 'distinct' as const, of: keys } }];
  const [row] = await asking.rows({ table: flowsTable, from, to, where, select });
  return Number(row?.[0] ?? 0);
}
