import { flowNote, type FlowAnswer, type FlowNote, type FlowQuestion, type FlowRow } from '../../model/index.ts';
import { flowsTable, sqlText, type Predicate, type QueryLimits } from '../../store/index.ts';
import { Asking, bound, inParts, rowId, type Cells } from './ask.ts';
import { FlowBook } from './book.ts';
import { clusterVariances } from './clusters.ts';
import { chosen, readCourses, without, type Course, type RowCourse, type SidedCourse } from './courses.ts';
import { certain, relativeError, withClusters, type Uncertainty } from './error.ts';
import { printFilter } from './filter/print.ts';
import { allOf, keyOf, type Key } from './keys.ts';
import { bytesOfGroups, overviewInSteps, summed } from './overview.ts';
import { rank, rankQuery, type RankedRow, type RankQuestion } from './rank.ts';
import { sumsFor } from './resolution.ts';
import { ofSums, rolledSource, toldOfSums, type SumWidth } from './rolled.ts';
import { leftOut } from './sampling-point.ts';
import { scopeOf } from './scope.ts';
import { mayBeShared, sharedOf } from './shared.ts';
import type { FlowSource } from './source.ts';
import { beginnings, earlier, ratesOf, statisticsOf, stepsOf, type Statistics, type Steps } from './steps.ts';
import { withThreshold } from './threshold.ts';
import { lossesOf, trustOf } from './trust.ts';

/** Rows that are looked at where the order is not that of plain sums. */
const leastCandidates = 1000;
const mostCandidates = 10_000;

/**
 * Answers a question about traffic. Totals are of records that ended within the time; courses and rates spread what a record
 * counts over the time it lasted. Throws BAD_INPUT for a filter or a time that makes no sense, and what the store throws.
 */
export async function analyze(
  question: FlowQuestion,
  source: FlowSource,
  { leastSources = 1, ...limits }: AnalyzeOptions = {},
): Promise<FlowAnswer> {
  const book = new FlowBook(await source.names());
  const sums = await sumsFor(question, new Asking(source, limits), leastSources);
  if (sums) {
    const { width, notes } = sums;
    const analysis = new Analysis(sums.question, rolledSource(source, width), limits, book, width);
    return toldOfSums((await analysis.answer()).answer, width, notes);
  }
  const analysis = new Analysis(question, source, limits, book);
  const { answer, cells } = await analysis.answer();
  if (leastSources <= 1) return answer;
  return withThreshold(answer, { least: leastSources, sources: await analysis.sourcesOf(cells) });
}

export interface AnalyzeOptions extends QueryLimits {
  /** Rows about fewer different sources are put together; see `withThreshold`. */
  leastSources?: number;
}

/** A row with everything about it. */
interface MeasuredRow extends RankedRow {
  course: Course;
  uncertainty: Uncertainty;
  statistics: Statistics;
  past?: Course;
}

interface ReadRows {
  courses: ReadonlyMap<string, RowCourse>;
  /** See `sharedOf`; empty where sides need not be told apart. */
  shares: ReadonlyMap<string, number>;
  sided: boolean;
}

class Analysis {
  readonly #question: FlowQuestion;
  readonly #asking: Asking;
  readonly #book: FlowBook;
  readonly #steps: Steps;
  readonly #keys: readonly Key[];
  readonly #scope: Predicate;
  /** What counts: of the scope what the choice of a sampling point leaves. */
  readonly #ranked: RankQuestion;
  readonly #notes: FlowNote[] = [];
  /** Of sums in place of records. */
  readonly #width: SumWidth | undefined;

  constructor(question: FlowQuestion, source: FlowSource, limits: QueryLimits, book: FlowBook, width?: SumWidth) {
    this.#width = width;
    const { from, to, alignmentMs, groupBy, view, samplingPoint, measure } = question;
    this.#question = question;
    this.#asking = new Asking(source, limits);
    this.#book = book;
    this.#steps = stepsOf(Date.parse(from), Date.parse(to), alignmentMs);
    this.#keys = groupBy.map((key) => keyOf(key, view));
    this.#scope = scopeOf(question.filter, groupBy, book);
    const without = leftOut(samplingPoint);
    const where: Predicate = without ? { all: [this.#scope, without] } : this.#scope;
    const keys = this.#keys.flatMap(({ expressions }) => expressions);
    this.#ranked = { from: this.#steps.from, to: this.#steps.to, where, keys, measure };
  }

  async answer(): Promise<{ answer: FlowAnswer; cells: readonly Cells[] }> {
    const { samplingPoint, measure, statistic, limit, groupBy, compareMs } = this.#question;
    const asked = { steps: this.#steps, where: this.#scope, measure };
    const { groups: all, course } = await overviewInSteps(this.#asking, asked, this.#book.exporterCount);
    const counts = { source: [0, 1], destination: [0, 2], sum: [0, 1, 2], average: [0, 1, 2] }[samplingPoint];
    const groups = all.filter(({ side }) => counts.includes(side));
    const sumsOf = summed(groups);
    const exporters = [...new Set(groups.map(({ exporter }) => exporter))];
    const shared = samplingPoint === 'average' && mayBeShared(all) ? await this.#shared() : 0;
    const sided = shared > 0;
    const isPlain = !sided && statistic === 'total';
    const candidates = isPlain ? limit : Math.min(mostCandidates, Math.max(leastCandidates, 4 * limit));
    const [{ rows: ranked, count }, losses] = await Promise.all([
      this.#rank(candidates, sumsOf),
      lossesOf(this.#asking, this.#steps, exporters),
    ]);
    if (!isPlain && count > ranked.length) {
      this.#notes.push(flowNote({ code: 'ranked-among', values: { rankedRows: ranked.length, rows: count } }));
    }
    const read = await this.#read(this.#steps, sided, ranked);
    const rows = this.#ordered(ranked, read).slice(0, limit);
    const total = this.#total(this.#steps, read, course, shared);
    // Where sides need not be told apart, sums of whole records are exact.
    const sums = sided ? total : sumsOf;
    const past = compareMs > 0 ? await this.#past(rows, shared) : undefined;
    const clusterVariance = await this.#clusters(rows, sumsOf.uncertainty);
    const areSums = this.#width !== undefined;
    const trust = trustOf(this.#question, { groups, all, losses, isShared: sided, clusterVariance, areSums });
    const shown = rows.map((row) => this.#present(row));
    const answer: FlowAnswer = {
      from: this.#question.from,
      to: this.#question.to,
      stepMs: this.#steps.widthMs,
      at: beginnings(this.#steps),
      groupBy,
      rows: shown,
      omitted: Math.max(0, count - rows.length),
      courses: this.#charted(rows, count, total, past),
      total: {
        bytes: sums.bytes,
        packets: sums.packets,
        flows: sums.flows,
        statistics: statisticsOf(sums[measure], ratesOf(total.amounts, this.#steps)),
      },
      bytesOf: bytesOfGroups(groups),
      trust: { ...trust, notes: [...trust.notes, ...this.#notes] },
      resolution: 'records',
      sql: this.#sql(limit),
      ...(this.#asking.partial && { partial: this.#asking.partial }),
      elapsedMs: this.#asking.elapsedMs,
    };
    return { answer, cells: rows.map(({ cells }) => cells) };
  }

  /** Without keys there is one row, of all that counts. */
  async #rank(limit: number, sums: ReturnType<typeof summed>) {
    const { keys, measure } = this.#ranked;
    if (sums.flows === 0) return { rows: [], count: 0 };
    if (keys.length === 0) return { rows: [{ cells: [], amount: sums[measure] }], count: 1 };
    return rank(this.#asking, this.#ranked, limit);
  }

  /** Looks at sampled connections one by one: rows get to know how far they may be off, and everything together does. */
  async #clusters(rows: readonly MeasuredRow[], { clustered }: Uncertainty): Promise<number | undefined> {
    if (clustered === 0 || this.#ranked.measure === 'flows') return undefined;
    const [variances, ofAll] = await Promise.all([
      clusterVariances(
        this.#asking,
        this.#ranked,
        rows.map(({ cells }) => cells),
      ),
      clusterVariances(this.#asking, { ...this.#ranked, keys: [] }),
    ]);
    for (const row of rows) row.uncertainty = withClusters(row.uncertainty, variances.get(rowId(row.cells)));
    return ofAll.get('');
  }

  #sql(limit: number): string {
    const query = rankQuery(this.#ranked, limit);
    return sqlText(this.#width === undefined ? query : ofSums(query, this.#width));
  }

  /** Of everything that counts the share that both ends told of. */
  async #shared(): Promise<number> {
    if (this.#width === undefined) {
      return (await sharedOf(this.#asking, { ...this.#ranked, keys: [] })).get('') ?? 0;
    }
    this.#notes.push(flowNote({ code: 'sums-both-ends', values: {} }));
    return 0;
  }

  /** How many different sources each row is about. */
  async sourcesOf(rows: readonly Cells[]): Promise<number[]> {
    const { keys, from, to, where } = this.#ranked;
    const source = keyOf('source', this.#question.view).expressions;
    const counts = await inParts(rows, async (some) => {
      const found = await this.#asking.rows({
        table: flowsTable,
        from,
        to,
        where: { all: [where, ...bound(keys, some)] },
        select: [
          ...keys.map((value, at) => ({ name: `k${at}`, value })),
          { name: 'sources', value: { aggregate: 'distinct', of: source } },
        ],
      });
      return new Map(found.map((row) => [rowId(row.slice(0, keys.length)), Number(row.at(-1))]));
    });
    return rows.map((cells) => counts.get(rowId(cells)) ?? 0);
  }

  /** Courses of rows, and of their flows the share that both ends told of. */
  async #read(steps: Steps, sided: boolean, rows: readonly RankedRow[]): Promise<ReadRows> {
    const cells = rows.map((row) => row.cells);
    const courses = await this.#courses(steps, sided, cells);
    if (!sided) return { courses, shares: new Map(), sided };
    const question = { ...this.#ranked, from: steps.from, to: steps.to };
    return { courses, shares: await sharedOf(this.#asking, question, cells), sided };
  }

  #courses(steps: Steps, sided: boolean, rows?: readonly Cells[]): Promise<Map<string, RowCourse>> {
    const { where, measure, keys } = this.#ranked;
    return readCourses(this.#asking, { steps, measure, where, keys: rows ? keys : [], sided }, rows);
  }

  #chosen(id: string, { courses, shares }: ReadRows, steps: Steps): Course {
    return chosen(this.#question.samplingPoint, courses.get(id)?.sides ?? [], steps, shares.get(id) ?? 0);
  }

  #ordered(ranked: readonly RankedRow[], read: ReadRows): MeasuredRow[] {
    const { statistic, measure } = this.#question;
    const rows = ranked.map((row) => {
      const course = this.#chosen(rowId(row.cells), read, this.#steps);
      const { uncertainty = certain } = read.courses.get(rowId(row.cells)) ?? {};
      return {
        ...row,
        course,
        uncertainty,
        statistics: statisticsOf(course[measure], ratesOf(course.amounts, this.#steps)),
      };
    });
    // Rows that are equal stay in the order of their keys.
    return rows.sort((a, b) => b.statistics[statistic] - a.statistics[statistic]);
  }

  /** Of everything that counts. Where sides are told apart, what rows have in common is known of the rows that were read. */
  #total(steps: Steps, read: ReadRows, everything: SidedCourse | undefined, shared: number): Course {
    const { samplingPoint } = this.#question;
    if (!read.sided) return chosen(samplingPoint, everything ?? [], steps);
    const sides = [...read.courses.values()].map((row) => row.sides);
    const rest = chosen(samplingPoint, without(everything ?? [], sides), steps, shared);
    const known = [...read.courses.keys()].map((id) => this.#chosen(id, read, steps));
    return known.reduce(added, rest);
  }

  /** The same rows so much earlier; rows get what they had then. */
  async #past(rows: readonly MeasuredRow[], shared: number): Promise<Course> {
    const steps = earlier(this.#steps, this.#question.compareMs);
    const sided = shared > 0;
    const [read, everything] = await Promise.all([this.#read(steps, sided, rows), this.#courses(steps, sided)]);
    for (const row of rows) row.past = this.#chosen(rowId(row.cells), read, steps);
    return this.#total(steps, read, everything.get('')?.sides, shared);
  }

  #charted(
    rows: readonly MeasuredRow[],
    count: number,
    total: Course,
    past: Course | undefined,
  ): FlowAnswer['courses'] {
    const charted = rows.slice(0, this.#question.charted);
    const rates = (amounts: Float64Array) => ratesOf(amounts, this.#steps);
    const courses = charted.map((row, at) => ({
      row: at,
      rates: rates(row.course.amounts),
      ...(row.past && { pastRates: rates(row.past.amounts) }),
    }));
    if (count <= charted.length) return courses;
    const rest = rates(
      left(
        total,
        charted.map(({ course }) => course),
      ),
    );
    const before =
      past &&
      rates(
        left(
          past,
          charted.flatMap(({ past: one }) => (one ? [one] : [])),
        ),
      );
    return [...courses, { row: -1, rates: rest, ...(before && { pastRates: before }) }];
  }

  #present({ cells, amount, course, uncertainty, statistics, past }: MeasuredRow): FlowRow {
    const read = this.#told(cells);
    const error = relativeError(amount, uncertainty);
    const { bytes, packets, flows } = course;
    return {
      values: read.map(({ value }) => value),
      labels: read.map(({ label }) => label),
      bytes,
      packets,
      flows,
      statistics,
      ...(error !== undefined && { error }),
      ...(past && { past: { bytes: past.bytes, packets: past.packets, flows: past.flows } }),
      filter: printFilter(allOf(read.map(({ filter }) => filter))),
    };
  }

  #told(cells: Cells) {
    let next = 0;
    return this.#keys.map((key) => key.read(cells.slice(next, (next += key.expressions.length)), this.#book));
  }
}

function added(a: Course, b: Course): Course {
  return {
    amounts: a.amounts.map((amount, step) => amount + (b.amounts[step] ?? 0)),
    bytes: a.bytes + b.bytes,
    packets: a.packets + b.packets,
    flows: a.flows + b.flows,
  };
}

/** Parts of records add up to their sum but for the last digits. */
function left(total: Course, courses: readonly Course[]): Float64Array {
  return total.amounts.map((amount, step) => {
    const rest = courses.reduce((sum, course) => sum - (course.amounts[step] ?? 0), amount);
    return rest < amount * 1e-9 ? 0 : rest;
  });
}
