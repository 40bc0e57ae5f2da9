import { byteMeanings, flowReporters } from '../../model/index.ts';
import { flowsTable, type Predicate, type Selected } from '../../store/index.ts';
import type { Asking } from './ask.ts';
import { addTo, maxCells, noCourse, readCourses, spreadOver, type SideCourse, type SidedCourse } from './courses.ts';
import { addUncertainty, certain, errorSelected, uncertaintyOf, type Uncertainty } from './error.ts';
import { column, compare, estimatedBytes, estimatedPackets, literal } from './expressions.ts';
import { sideOf, sides } from './sampling-point.ts';
import { spreadColumns, spreadSelected, type Measure } from './spread.ts';
import type { Steps } from './steps.ts';

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

/** Groups an answer may have at once, so that each step has its own. */
const maxGroups = 50_000;

const grouped: readonly Selected[] = [
  { name: 'exporter', value: column('exporter') },
  { name: 'side', value: sideOf },
  { name: 'bytes_of', value: column('bytes_of') },
];
const late: Selected = {
  name: 'late',
  value: { aggregate: 'count', where: compare(column('lateness_ms'), '>', literal(lateMs)) },
};

export async function overview(
  asking: Asking,
  range: { from: number; to: number },
  where: Predicate,
  measure: Measure,
): Promise<OverviewGroup[]> {
  const rows = await asking.rows({
    table: flowsTable,
    from: range.from,
    to: range.to,
    where,
    select: [
      ...grouped,
      { name: 'bytes', value: { aggregate: 'sum', of: estimatedBytes } },
      { name: 'packets', value: { aggregate: 'sum', of: estimatedPackets } },
      { name: 'flows', value: { aggregate: 'count' } },
      late,
      ...errorSelected(measure),
    ],
  });
  return rows.map((row) => {
    const [exporter = 0, side = 0, bytesOf = 0, bytes = 0, packets = 0, flows = 0, lateOnes = 0] = row.map(Number);
    return { exporter, side, bytesOf, bytes, packets, flows, late: lateOnes, ...uncertaintyOf(row.slice(7), measure) };
  });
}

/** The same with the course of everything by side, of one look at the records where that is possible. */
export async function overviewInSteps(
  asking: Asking,
  { steps, where, measure }: { steps: Steps; where: Predicate; measure: Measure },
  exporters: number,
): Promise<{ groups: OverviewGroup[]; course: SidedCourse }> {
  // Every exporter in every step, from both ends, and some flows that lie in several.
  if (exporters * steps.count * 4 > maxGroups) {
    const question = { steps, where, measure, keys: [], sided: true };
    const [groups, courses] = await Promise.all([
      overview(asking, steps, where, measure),
      readCourses(asking, question),
    ]);
    return { groups, course: courses.get('')?.sides ?? [] };
  }
  const select = [...grouped, ...spreadSelected(measure, steps), late, ...errorSelected(measure)];
  const groups = new Map<string, OverviewGroup>();
  const course: (SideCourse | undefined)[] = sides.map(() => undefined);
  for (const row of await asking.rows(spreadOver(steps, where, select), maxCells)) {
    const [exporter = 0, side = 0, bytesOf = 0] = row.map(Number);
    const figures = row.slice(grouped.length);
    const added = addTo((course[side] ??= noCourse(steps.count)), figures, measure, steps);
    if (!added) continue;
    const id = `${exporter} ${side} ${bytesOf}`;
    const group = groups.get(id) ?? { exporter, side, bytesOf, ...nothing };
    const [lateOnes, ...errors] = figures.slice(spreadColumns);
    groups.set(id, {
      ...group,
      bytes: group.bytes + added.bytes,
      packets: group.packets + added.packets,
      flows: group.flows + added.flows,
      late: group.late + Number(lateOnes),
      ...addUncertainty(group, uncertaintyOf(errors, measure)),
    });
  }
  return { groups: [...groups.values()], course };
}

const nothing = { bytes: 0, packets: 0, flows: 0, late: 0, ...certain };

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
