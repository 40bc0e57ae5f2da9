import { flowsTable, type Expression, type Predicate, type Query, type Selected } from '../../store/index.ts';
import { bound, inParts, rowId, type Asking, type Cells, type Row } from './ask.ts';
import { addUncertainty, certain, errorSelected, uncertaintyOf, type Uncertainty } from './error.ts';
import { sideOf, sides, together, type SamplingPoint } from './sampling-point.ts';
import { beganBefore, longestMs, spreadColumns, spreadInto, spreadSelected, type Measure } from './spread.ts';
import type { Steps } from './steps.ts';

/** What one row counts from one side: over time, and of records that ended within the time. */
export interface SideCourse {
  amounts: Float64Array;
  /** By the step in which records ended. */
  bytes: Float64Array;
  packets: Float64Array;
  flows: Float64Array;
}

/** A row by side, before the choice of a sampling point. */
export type SidedCourse = readonly (SideCourse | undefined)[];

export interface Course {
  /** Of the measure, by step. */
  amounts: Float64Array;
  bytes: number;
  packets: number;
  flows: number;
}

export interface CourseQuestion {
  steps: Steps;
  measure: Measure;
  where: Predicate;
  /** What rows are told apart by; nothing for everything together. */
  keys: readonly Expression[];
  /** Whether both ends may have told of the same traffic, so that they must be kept apart. */
  sided: boolean;
}

/** A row's course, and how far what it counts may be off. */
export interface RowCourse {
  sides: SidedCourse;
  uncertainty: Uncertainty;
}

export const maxCells = 300_000;

/** The courses of these rows, by `rowId`; of everything together, where the question has no keys. */
export async function readCourses(
  asking: Asking,
  question: CourseQuestion,
  rows: readonly Cells[] = [[]],
): Promise<Map<string, RowCourse>> {
  return inParts(rows, async (some) => gather(question, await ask(asking, question, some)));
}

function ask(
  asking: Asking,
  { steps, measure, where, keys, sided }: CourseQuestion,
  rows: readonly Cells[],
): Promise<readonly Row[]> {
  const select: Selected[] = [
    ...keys.map((value, at) => ({ name: `k${at}`, value })),
    ...(sided ? [{ name: 'side', value: sideOf }] : []),
    ...spreadSelected(measure, steps),
    ...errorSelected(measure),
  ];
  return asking.rows(spreadOver(steps, { all: [where, ...bound(keys, rows)] }, select), maxCells);
}

/** A question about all records of which something lies within the time. */
export const spreadOver = ({ from, to }: Steps, where: Predicate, select: readonly Selected[]): Query => ({
  table: flowsTable,
  from,
  to: to + longestMs,
  where: { all: [where, beganBefore(to)] },
  select,
});

function gather({ steps, measure, keys, sided }: CourseQuestion, answer: readonly Row[]): Map<string, RowCourse> {
  const found = new Map<string, { sides: (SideCourse | undefined)[]; uncertainty: Uncertainty }>();
  const figures = keys.length + (sided ? 1 : 0);
  for (const row of answer) {
    const id = rowId(row.slice(0, keys.length));
    let known = found.get(id);
    if (!known) found.set(id, (known = { sides: sides.map(() => undefined), uncertainty: certain }));
    const course = (known.sides[sided ? Number(row[keys.length]) : 0] ??= noCourse(steps.count));
    const hasEnded = addTo(course, row.slice(figures), measure, steps) !== undefined;
    if (!hasEnded) continue;
    known.uncertainty = addUncertainty(known.uncertainty, uncertaintyOf(row.slice(figures + spreadColumns), measure));
  }
  return found;
}

/** Adds a group of records to a course, and gives what they count where they ended within the time. */
export function addTo(course: SideCourse, cells: Row, measure: Measure, steps: Steps) {
  const { endStep, ...amounts } = spreadInto(course.amounts, cells, measure, steps);
  if (endStep === undefined) return undefined;
  for (const name of ['bytes', 'packets', 'flows'] as const) {
    course[name][endStep] = (course[name][endStep] ?? 0) + amounts[name];
  }
  return amounts;
}

export const noCourse = (count: number): SideCourse => ({
  amounts: new Float64Array(count),
  bytes: new Float64Array(count),
  packets: new Float64Array(count),
  flows: new Float64Array(count),
});

/** One course of what the sides told, step by step; `shared` is as in `together`. */
export function chosen(point: SamplingPoint, course: SidedCourse, { count }: Steps, shared = 0): Course {
  const at = (name: keyof SideCourse, step: number) => {
    const [unknown = 0, source = 0, destination = 0] = course.map((side) => side?.[name][step] ?? 0);
    return together(point, [unknown, source, destination], shared);
  };
  const total = (name: keyof SideCourse) => {
    let sum = 0;
    for (let step = 0; step < count; step++) sum += at(name, step);
    return sum;
  };
  return {
    amounts: Float64Array.from({ length: count }, (_, step) => at('amounts', step)),
    bytes: total('bytes'),
    packets: total('packets'),
    flows: total('flows'),
  };
}

/** What is left of everything without these rows, by side; never less than nothing. */
export function without(all: SidedCourse, rows: Iterable<SidedCourse>): SidedCourse {
  const left = all.map((side) => side && copied(side));
  for (const row of rows) {
    row.forEach((side, place) => {
      const from = left[place];
      if (!side || !from) return;
      for (const name of ['amounts', 'bytes', 'packets', 'flows'] as const) {
        side[name].forEach((value, step) => (from[name][step] = settled((from[name][step] ?? 0) - value, value)));
      }
    });
  }
  return left;
}

/** Sums of parts of records differ from each other in their last digits. */
const settled = (left: number, of: number): number => (left < 1e-9 * Math.max(1, of) ? 0 : left);

const copied = ({ amounts, bytes, packets, flows }: SideCourse): SideCourse => ({
  amounts: amounts.slice(),
  bytes: bytes.slice(),
  packets: packets.slice(),
  flows: flows.slice(),
});
