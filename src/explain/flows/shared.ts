import { flowsTable, type Aggregate, type Expression, type Predicate } from '../../store/index.ts';
import { bound, inParts, rowId, type Asking, type Cells } from './ask.ts';
import { column, compare, literal } from './expressions.ts';
import type { OverviewGroup } from './overview.ts';
import { sideOf } from './sampling-point.ts';

/** What the same packets have in common at both ends. */
const connection = (
  [
    'source_high',
    'source_low',
    'destination_high',
    'destination_low',
    'source_port',
    'destination_port',
    'protocol',
  ] as const
).map(column);

export interface SharedQuestion {
  from: number;
  to: number;
  where: Predicate;
  keys: readonly Expression[];
}

/**
 * Which share of the flows that some end told of both ends told of, by row: 1 where each flow is in the records of both, 0
 * where ends told of different flows, as a router does that stands at the end of some and at the start of others.
 */
export async function sharedOf(
  asking: Asking,
  { from, to, where, keys }: SharedQuestion,
  rows: readonly Cells[] = [[]],
): Promise<Map<string, number>> {
  const flows = (fits: Predicate): Aggregate => ({ aggregate: 'distinct', of: connection, where: fits });
  return inParts(rows, async (some) => {
    const found = await asking.rows({
      table: flowsTable,
      from,
      to,
      where: { all: [where, ...bound(keys, some)] },
      select: [
        ...keys.map((value, at) => ({ name: `k${at}`, value })),
        { name: 'source', value: flows(compare(sideOf, '=', literal(1))) },
        { name: 'destination', value: flows(compare(sideOf, '=', literal(2))) },
        { name: 'either', value: flows(compare(sideOf, '>', literal(0))) },
      ],
    });
    return new Map(
      found.map((row) => {
        const [source = 0, destination = 0, either = 0] = row.slice(keys.length).map(Number);
        return [rowId(row.slice(0, keys.length)), either === 0 ? 0 : (source + destination - either) / either];
      }),
    );
  });
}

/** Two ends have two exporters; where there is but one, nothing can be told twice. */
export function mayBeShared(groups: readonly OverviewGroup[]): boolean {
  const ends = [1, 2].map(
    (side) => new Set(groups.filter((group) => group.side === side).map(({ exporter }) => exporter)),
  );
  const [sources = new Set(), destinations = new Set()] = ends;
  return sources.size > 0 && destinations.size > 0 && new Set([...sources, ...destinations]).size > 1;
}
