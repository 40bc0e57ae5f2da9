import { byteMeanings, flowReporters } from '../../model/index.ts';
import { flowsTable, type Predicate } from '../../store/index.ts';
import type { Asking } from './ask.ts';
import { addUncertainty, certain, errorSelected, type Uncertainty } from './error.ts';
import { column, compare, estimatedBytes, estimatedPackets, literal } from './expressions.ts';
import { sideOf } from './sampling-point.ts';
import type { Measure } from './spread.ts';

/** Everything that fits, before it is told apart by keys: by exporter, by the end that reports, by what bytes mean. */
export interface OverviewGroup extends Uncertainty {
  exporter: number;
  /** Place in `sides`. */
  side: number;
  /** Place in `byteMeanings`. */
  bytesOf: number;
  bytes: number;
  packets: number;
  flows: number;
  late: number;
}

/** Records that came in later than this may be missing in answers about the last minutes. */
const lateMs = 60_000;

export async function overview(
  asking: Asking,
  range: { from: number; to: number },
  where: Predicate,
  measure: Measure,
): Promise<OverviewGroup[]> {
  const rows = await asking.rows({
    table: flowsTable,
    ...range,
    where,
    select: [
      { name: 'exporter', value: column('exporter') },
      { name: 'side', value: sideOf },
      { name: 'bytes_of', value: column('bytes_of') },
      { name: 'bytes', value: { aggregate: 'sum', of: estimatedBytes } },
      { name: 'packets', value: { aggregate: 'sum', of: estimatedPackets } },
      { name: 'flows', value: { aggregate: 'count' } },
      { name: 'late', value: { aggregate: 'count', where: compare(column('lateness_ms'), '>', literal(lateMs)) } },
      ...errorSelected(measure),
    ],
  });
  return rows.map((row) => {
    const [exporter = 0, side = 0, bytesOf = 0, bytes = 0, packets = 0, flows = 0, late = 0] = row.map(Number);
    const [variance = 0, unknown = 0, sampled = 0] = row.slice(7).map(Number);
    return { exporter, side, bytesOf, bytes, packets, flows, late, variance, unknown, sampled };
  });
}

export function summed(groups: readonly OverviewGroup[]) {
  const sum = (of: (group: OverviewGroup) => number) => groups.reduce((all, group) => all + of(group), 0);
  return {
    bytes: sum(({ bytes }) => bytes),
    packets: sum(({ packets }) => packets),
    flows: sum(({ flows }) => flows),
    uncertainty: groups.reduce<Uncertainty>(addUncertainty, certain),
  };
}

/** What bytes mean in these groups, where they say something of bytes at all. */
export function bytesOfGroups(groups: readonly OverviewGroup[]): 'packets' | 'payload' | 'both' {
  const meanings = new Set(groups.filter(({ bytes }) => bytes > 0).map(({ bytesOf }) => byteMeanings[bytesOf]));
  if (meanings.size > 1) return 'both';
  return meanings.has('payload') ? 'payload' : 'packets';
}

export const isReported = (groups: readonly OverviewGroup[], side: 'source' | 'destination'): boolean =>
  groups.some((group) => group.side === flowReporters.indexOf(side));
