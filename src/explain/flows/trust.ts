import { flowNote, type FlowAnswer, type FlowNote, type FlowQuestion } from '../../model/index.ts';
import { flowAccountsTable, type Predicate } from '../../store/index.ts';
import type { Asking } from './ask.ts';
import { relativeError, withClusters } from './error.ts';
import { bytesOfGroups, isReported, summed, type OverviewGroup } from './overview.ts';
import type { Measure } from './spread.ts';

/** How far an answer can be trusted: sampling, exports that were lost, and what else to keep in mind. */

const minuteMs = 60_000;

export interface Losses {
  /** As a share of what would have come; undefined where nothing is on the books. */
  lost: number | undefined;
  dropped: number;
}

/** Of the exporters that an answer is from, or of all, where there was nothing. */
export async function lossesOf(
  asking: Asking,
  range: { from: number; to: number },
  exporters: readonly number[],
): Promise<Losses> {
  const sum = (name: string) => ({ name, value: { aggregate: 'sum' as const, of: { column: name } } });
  const where: Predicate | undefined =
    exporters.length > 0 ? { in: { column: 'exporter' }, values: [0, ...exporters] } : undefined;
  const rows = await asking.rows({
    table: flowAccountsTable,
    // A minute counts as a whole.
    from: Math.floor(range.from / minuteMs) * minuteMs,
    to: range.to,
    ...(where && { where }),
    select: [
      { name: 'exporter', value: { column: 'exporter' } },
      { name: 'lost_of', value: { column: 'lost_of' } },
      ...['messages', 'records', 'lost', 'dropped'].map(sum),
    ],
  });
  const accounts = rows.map((row) => row.map(Number));
  const dropped = accounts.reduce((all, [, , , , , dropped = 0]) => all + dropped, 0);
  const ofExporters = accounts.filter(([exporter]) => exporter !== 0);
  const came = ofExporters.reduce((all, [, , , records = 0]) => all + records, 0);
  const lost = ofExporters.reduce((all, account) => all + lostRecords(account), 0);
  return { lost: ofExporters.length === 0 ? undefined : lost === 0 ? 0 : lost / (lost + came), dropped };
}

/** Of messages, and of the intervals of a log: with one, as many records are lost as there are in those that came. */
const ofMany: ReadonlySet<number> = new Set([1, 3]);

function lostRecords([, lostOf = 0, messages = 0, records = 0, lost = 0]: readonly number[]): number {
  return ofMany.has(lostOf) && messages > 0 ? (lost * records) / messages : lost;
}

export interface Trusted {
  /** Those that count. */
  groups: readonly OverviewGroup[];
  /** Those that fit, whatever end they were told from. */
  all: readonly OverviewGroup[];
  losses: Losses;
  /** Whether both ends told of some of the same flows, as far as that was looked at. */
  isShared: boolean;
  /** What sampled connections have to do with how far the total may be off; see `clusterVariances`. */
  clusterVariance?: number | undefined;
  /** Of sums nobody knows how what is in them was sampled. */
  areSums: boolean;
}

export function trustOf(
  { samplingPoint, measure }: { samplingPoint: FlowQuestion['samplingPoint']; measure: Measure },
  { groups, all, losses, isShared, clusterVariance, areSums }: Trusted,
): FlowAnswer['trust'] {
  const { uncertainty, flows, [measure]: total } = summed(groups);
  const error = relativeError(total, withClusters(uncertainty, clusterVariance));
  return {
    ...(error !== undefined && { error }),
    unknownSampling: flows === 0 || areSums ? 0 : uncertainty.unknown / flows,
    ...(losses.lost !== undefined && { lost: losses.lost }),
    dropped: losses.dropped,
    notes: [
      ...bytesNotes(groups),
      ...endNotes(samplingPoint, all, isShared),
      ...lateNotes(groups),
      ...(areSums ? [] : unknownNotes(uncertainty.unknown, flows)),
    ],
  };
}

function bytesNotes(groups: readonly OverviewGroup[]): FlowNote[] {
  if (bytesOfGroups(groups) !== 'both') return [];
  const bytesWhere = (meaning: number) => summed(groups.filter(({ bytesOf }) => bytesOf === meaning)).bytes;
  return [
    flowNote({ code: 'two-kinds-of-bytes', values: { packetBytes: bytesWhere(0), payloadBytes: bytesWhere(1) } }),
  ];
}

function endNotes(point: FlowQuestion['samplingPoint'], all: readonly OverviewGroup[], isShared: boolean): FlowNote[] {
  const [source, destination] = [isReported(all, 'source'), isReported(all, 'destination')];
  // Different flows from either end are simply all flows.
  if (source && destination && (point !== 'average' || isShared)) {
    return [flowNote({ code: 'both-ends', values: { samplingPoint: point } })];
  }
  if ((point === 'source' && destination) || (point === 'destination' && source)) {
    return [flowNote({ code: 'one-end-missing', values: { samplingPoint: point } })];
  }
  return [];
}

function lateNotes(groups: readonly OverviewGroup[]): FlowNote[] {
  const late = groups.reduce((sum, group) => sum + group.late, 0);
  const flows = groups.reduce((sum, group) => sum + group.flows, 0);
  if (late * 100 < flows || late === 0) return [];
  return [flowNote({ code: 'late-records', values: { lateShare: late / flows } })];
}

function unknownNotes(unknown: number, flows: number): FlowNote[] {
  if (unknown === 0) return [];
  return [flowNote({ code: 'sampling-unknown', values: { unknownRecords: unknown, records: flows } })];
}
