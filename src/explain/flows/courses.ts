import { flowsTable, type Expression, type Predicate, type Selected } from '../../store/index.ts';
import { isTooMuch, type Asking, type Row } from './ask.ts';
import { sideOf, sides, together, type SamplingPoint } from './sampling-point.ts';
import { beganBefore, longestMs, spreadInto, spreadSelected, type Measure } from './spread.ts';
import type { Steps } from './steps.ts';

/** What one row counts from one side: over time, and of records that ended within the time. */
interface SideCourse {
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

/** A key of the cells that an answer has for the keys. */
export const rowId = (cells: readonly (number | string)[]): string => cells.join(' ');

const maxCells = 300_000;

/** The courses of these rows, by `rowId`; of all rows that there are, where none are named. */
export async function readCourses(
  asking: Asking,
  question: CourseQuestion,
  rows?: readonly (readonly (number | string)[])[],
): Promise<Map<string, SidedCourse>> {
  if (rows?.length === 0) return new Map();
  try {
    return gather(question, await ask(asking, question, rows), rows);
  } catch (problem) {
    if (!isTooMuch(problem) || rows === undefined || rows.length < 2) throw problem;
    const half = rows.length >> 1;
    const first = await readCourses(asking, question, rows.slice(0, half));
    const second = await readCourses(asking, question, rows.slice(half));
    return new Map([...first, ...second]);
  }
}

function ask(
  asking: Asking,
  { steps, measure, where, keys, sided }: CourseQuestion,
  rows: readonly (readonly (number | string)[])[] | undefined,
): Promise<readonly Row[]> {
  // More than the rows may fit, since each key is bound by itself; what does is left out of the answer.
  const bound = rows
    ? keys.map((key, at): Predicate => ({ in: key, values: [...new Set(rows.map((cells) => cells[at] ?? 0))] }))
    : [];
  const select: Selected[] = [
    ...keys.map((value, at) => ({ name: `k${at}`, value })),
    ...(sided ? [{ name: 'side', value: sideOf }] : []),
    ...spreadSelected(measure, steps),
  ];
  const all = [where, beganBefore(steps.to), ...bound];
  return asking.rows(
    { table: flowsTable, from: steps.from, to: steps.to + longestMs, where: { all }, select },
    maxCells,
  );
}

function gather(
  { steps, keys, sided }: CourseQuestion,
  answer: readonly Row[],
  rows: readonly (readonly (number | string)[])[] | undefined,
): Map<string, SidedCourse> {
  const wanted = rows && new Set(rows.map(rowId));
  const found = new Map<string, (SideCourse | undefined)[]>();
  for (const row of answer) {
    const id = rowId(row.slice(0, keys.length));
    if (wanted && !wanted.has(id)) continue;
    let courses = found.get(id);
    if (!courses) found.set(id, (courses = sides.map(() => undefined)));
    const course = (courses[sided ? Number(row[keys.length]) : 0] ??= noCourse(steps.count));
    const group = spreadInto(course.amounts, row.slice(keys.length + (sided ? 1 : 0)), steps.widthMs);
    for (const name of ['bytes', 'packets', 'flows'] as const) {
      course[name][group.endStep] = (course[name][group.endStep] ?? 0) + group[name];
    }
  }
  return found;
}

const noCourse = (count: number): SideCourse => ({
  amounts: new Float64Array(count),
  bytes: new Float64Array(count),
  packets: new Float64Array(count),
  flows: new Float64Array(count),
});

/** One course of what the sides told, step by step. */
export function chosen(point: SamplingPoint, course: SidedCourse, { count }: Steps): Course {
  const at = (name: keyof SideCourse, step: number) => {
    const [unknown = 0, source = 0, destination = 0] = course.map((side) => side?.[name][step] ?? 0);
    return together(point, [unknown, source, destination]);
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
