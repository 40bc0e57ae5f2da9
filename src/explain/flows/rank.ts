import { flowsTable, type Expression, type Predicate, type Query } from '../../store/index.ts';
import type { Asking } from './ask.ts';
import { estimatedBytes, estimatedPackets } from './expressions.ts';
import type { Measure } from './spread.ts';

/** A row before the choice of a sampling point: everything that was told of it. */
export interface RankedRow {
  /** Of the keys' expressions. */
  cells: readonly (number | string)[];
  /** Of the measure. */
  amount: number;
}

export interface RankQuestion {
  from: number;
  to: number;
  where: Predicate;
  keys: readonly Expression[];
  measure: Measure;
}

const amounts = {
  bytes: { aggregate: 'sum', of: estimatedBytes },
  packets: { aggregate: 'sum', of: estimatedPackets },
  flows: { aggregate: 'count' },
} as const;

/** The rows with the most, and how much they have of these. */
export function rankQuery(
  { keys, measure, ...range }: RankQuestion,
  limit: number,
  measures: readonly Measure[] = ['bytes', 'packets', 'flows'],
): Query {
  const named = keys.map((value, at) => ({ name: `k${at}`, value }));
  return {
    table: flowsTable,
    ...range,
    select: [...named, ...measures.map((name) => ({ name, value: amounts[name] }))],
    // Equal ones in an order that is the same every time.
    orderBy: [{ name: measure, descending: true }, ...named.map(({ name }) => ({ name }))],
    limit,
  };
}

/** The rows with the most, and how many there are in all. Of nothing, a question without keys has a row all the same. */
export async function rank(
  asking: Asking,
  question: RankQuestion,
  limit: number,
): Promise<{ rows: RankedRow[]; count: number }> {
  const { keys, measure } = question;
  // Only what rows are ranked by: the rest is read of those that are shown.
  const found = await asking.rows({ ...rankQuery(question, limit, [measure]), countAs: 'n' });
  const rows = found.map((row) => ({ cells: row.slice(0, keys.length), amount: Number(row[keys.length]) }));
  return { rows, count: Number(found[0]?.at(-1) ?? 0) };
}
