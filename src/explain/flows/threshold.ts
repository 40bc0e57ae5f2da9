import { flowNote, type FlowAnswer, type FlowRow } from '../../model/index.ts';

export interface Threshold {
  /** A row by itself is about at least so many different sources. */
  least: number;
  /** How many different sources each of `rows` is about, at the same places; 0 where nobody knows. */
  sources: readonly number[];
}

/** What stands in place of each key of the row that is the rest. */
export const othersValue = 'others';

type Totals = Pick<FlowRow, 'bytes' | 'packets' | 'flows'>;

/**
 * An answer in which no figure is about fewer than `least` different sources (k-anonymity, Sweeney 2002, by suppression).
 *
 * The rule: rows about fewer become one row, `others`, together with all that the answer left out. What was left out can be
 * computed as the total minus all rows that are shown, so it has to be about `least` sources as well: a set of rows is about
 * at least as many as the one of them that is about most, and where that is not enough the shown row about the fewest goes
 * to the others too. When there is none, nothing is shown but that there was too little.
 *
 * Of the time before nobody knows how many sources it was about, so comparisons go. Rates of `others` over time are those
 * of what is in it; its statistics but the total are 0, since rates of several rows cannot be added up in hindsight.
 */
export function withThreshold(answer: FlowAnswer, { least, sources }: Threshold): FlowAnswer {
  if (least <= 1) return answer;
  const places = answer.rows.map((_, place) => place);
  const of = (place: number) => sources[place] ?? 0;
  const shown = new Set(places.filter((place) => of(place) >= least));
  const isRest = shown.size < places.length || answer.omitted > 0;
  const rest = Math.max(0, ...places.filter((place) => !shown.has(place)).map(of));
  if (isRest && rest < least) {
    if (shown.size === 0) return withheld(answer, least);
    // Every row that is shown is about enough, so one of them is enough for the others too.
    shown.delete([...shown].reduce((best, place) => (of(place) < of(best) ? place : best)));
  }
  const kept = places.filter((place) => shown.has(place));
  const rows = kept.map((place) => withoutPast(answer.rows[place] as FlowRow));
  const merged = places.length - kept.length;
  if (isRest) rows.push(othersOf(answer, rows));
  const note = merged === 0 ? [] : [flowNote({ code: 'few-sources-merged', values: { leastSources: least } })];
  return {
    ...answer,
    rows,
    omitted: 0,
    courses: coursesOf(answer, kept),
    trust: { ...answer.trust, notes: [...answer.trust.notes, ...note] },
  };
}

function withoutPast({ past: _past, ...row }: FlowRow): FlowRow {
  return row;
}

/** The total without the rows that are shown. */
function othersOf({ total, groupBy }: FlowAnswer, shown: readonly FlowRow[]): FlowRow {
  const rest = (figure: keyof Totals) => Math.max(0, total[figure] - shown.reduce((sum, row) => sum + row[figure], 0));
  const whole = shown.reduce((sum, { statistics }) => sum + statistics.total, 0);
  return {
    values: groupBy.map(() => othersValue),
    labels: groupBy.map(() => ''),
    bytes: rest('bytes'),
    packets: rest('packets'),
    flows: rest('flows'),
    statistics: { ...noStatistics, total: Math.max(0, total.statistics.total - whole) },
    filter: '',
  };
}

const noStatistics = { total: 0, average: 0, median: 0, p95: 0, max: 0, activeSteps: 0 };

/** Courses of rows that are shown, by their new places, and all others as one. */
function coursesOf({ courses, at, rows }: FlowAnswer, kept: readonly number[]): FlowAnswer['courses'] {
  const others = new Float64Array(at.length);
  const found: FlowAnswer['courses'] = [];
  let isMerged = false;
  for (const { row, rates } of courses) {
    const place = kept.indexOf(row);
    if (row >= 0 && row < rows.length && place >= 0) found.push({ row: place, rates });
    else {
      isMerged = true;
      rates.forEach((rate, step) => (others[step] = (others[step] ?? 0) + rate));
    }
  }
  return isMerged ? [...found, { row: -1, rates: [...others] }] : found;
}

function withheld(answer: FlowAnswer, least: number): FlowAnswer {
  const note = flowNote({ code: 'few-sources-withheld', values: { leastSources: least } });
  const { error: _error, ...trust } = answer.trust;
  return {
    ...answer,
    rows: [],
    omitted: 0,
    courses: [],
    total: { bytes: 0, packets: 0, flows: 0, statistics: noStatistics },
    trust: { ...trust, notes: [...trust.notes, note] },
  };
}
