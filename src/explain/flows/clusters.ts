import { QwError } from '../../model/index.ts';
import { flowsTable, type Query } from '../../store/index.ts';
import { bound, inParts, rowId, type Asking, type Cells } from './ask.ts';
import { maxCells } from './courses.ts';
import { ofConnections } from './error.ts';
import { choose, column, estimatedBytes, estimatedPackets, sourceIsClient } from './expressions.ts';
import type { RankQuestion } from './rank.ts';

/** The same for both directions, and for all who tell of a connection: they take it or leave it alike. */
const connection = [
  choose(sourceIsClient, column('source_high'), column('destination_high')),
  choose(sourceIsClient, column('source_low'), column('destination_low')),
  choose(sourceIsClient, column('source_port'), column('destination_port')),
  choose(sourceIsClient, column('destination_high'), column('source_high')),
  choose(sourceIsClient, column('destination_low'), column('source_low')),
  choose(sourceIsClient, column('destination_port'), column('source_port')),
  column('protocol'),
];

/**
 * The variance of what rows count, where one of N connections is taken with everything about it: of connections that count
 * y each, N (N - 1) times the sum of y squared estimates the variance of N times the sum of y (Horvitz and Thompson 1952, for
 * units that are taken independently). A connection of many records weighs as one, so they are added up first. A row of
 * which there are too many connections to look at is missing.
 */
export function clusterVariances(
  asking: Asking,
  { from, to, where, keys, measure }: RankQuestion,
  rows: readonly Cells[] = [[]],
): Promise<Map<string, number>> {
  const amountOf = measure === 'packets' ? estimatedPackets : estimatedBytes;
  return inParts(rows, async (some) => {
    const query: Query = {
      table: flowsTable,
      from,
      to,
      where: { all: [where, ofConnections, ...bound(keys, some)] },
      select: [
        ...[...keys, ...connection].map((value, at) => ({ name: `k${at}`, value })),
        { name: 'rate', value: { aggregate: 'max', of: column('sampling') } },
        { name: 'amount', value: { aggregate: 'sum', of: amountOf } },
      ],
    };
    const answer = await asking.rows(query, maxCells).catch((problem: unknown) => {
      if (some.length === 1 && problem instanceof QwError && problem.code === 'TELEMETRY_LIMIT') return undefined;
      throw problem;
    });
    if (!answer) return new Map<string, number>();
    const variances = new Map(some.map((cells) => [rowId(cells), 0]));
    for (const row of answer) {
      const id = rowId(row.slice(0, keys.length));
      const [rate = 1, amount = 0] = row.slice(-2).map(Number);
      variances.set(id, (variances.get(id) ?? 0) + ((rate - 1) / rate) * amount * amount);
    }
    return variances;
  });
}
