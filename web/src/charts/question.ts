import type { ApiMatcher, ApiMetricsQuery, Chart, ChartQuery } from '../../../src/model/index.ts';

/** The question to the API that a chart asks. */

/** What is chosen for the variables of a dashboard; a variable that is absent or empty means all. */
export type Choices = Readonly<Record<string, readonly string[]>>;

/** RE2 knows these as more than themselves. */
const escaped = (text: string) => text.replaceAll(/[\\^$.|?*+()[\]{}]/g, '\\$&');

/** One matcher for several values; the value of `=~` has at most 1024 characters, so the first that fit are taken. */
const maxPatternLength = 1024;
function oneOf(label: string, values: readonly string[], not: boolean): ApiMatcher {
  const [first = ''] = values;
  if (values.length === 1) return { label, is: not ? '!=' : '=', value: first };
  let pattern = escaped(first);
  for (const value of values.slice(1)) {
    const next = `${pattern}|${escaped(value)}`;
    if (next.length > maxPatternLength) break;
    pattern = next;
  }
  return { label, is: not ? '!~' : '=~', value: pattern };
}

/** Values with the choices in the place of `$name`; undefined when one of them means all. */
function chosen(values: readonly string[], choices: Choices): string[] | undefined {
  const found: string[] = [];
  for (const value of values) {
    const name = /^\$([a-z][a-z0-9_]*)$/.exec(value)?.[1];
    const choice = name === undefined ? [value] : (choices[name] ?? []);
    if (choice.length === 0) return undefined;
    found.push(...choice);
  }
  return found;
}

export function matchersOf(where: ChartQuery['where'], choices: Choices): ApiMatcher[] {
  return Object.entries(where).flatMap(([label, condition]): ApiMatcher[] => {
    if (typeof condition === 'object' && 'matches' in condition) return [{ label, is: '=~', value: condition.matches }];
    if (typeof condition === 'object' && 'not-matches' in condition)
      return [{ label, is: '!~', value: condition['not-matches'] }];
    const not = typeof condition === 'object' && 'not' in condition;
    const given = not ? condition.not : condition;
    const values = chosen(typeof given === 'string' ? [given] : given, choices);
    return values === undefined ? [] : [oneOf(label, values, not)];
  });
}

/** A point for each two or three pixels: more would only smear. */
const pxPerPoint = {
  line: 2.5,
  'stacked-area': 3,
  'heat-map': 6,
  histogram: 40,
  table: 6,
  value: 5,
  'status-history': 4,
};
const mostPoints = 1200;

export interface Window {
  fromMs: number;
  toMs: number;
}

export function questionOf(chart: Chart, choices: Choices, window: Window, widthPx: number): ApiMetricsQuery {
  const buckets = chart.type === 'heat-map' || chart.type === 'histogram';
  const queries = chart.queries.map((query) => ({
    metric: query.metric,
    where: matchersOf(query.where, choices),
    groupBy: buckets ? [] : query['group-by'],
    ...(buckets
      ? { aggregate: 'buckets' as const }
      : query.aggregate === undefined
        ? {}
        : { aggregate: query.aggregate }),
    shiftMs: 0,
  }));
  const { compare } = chart;
  return {
    from: new Date(window.fromMs).toISOString(),
    to: new Date(window.toMs).toISOString(),
    points: Math.min(mostPoints, Math.max(20, Math.round(widthPx / pxPerPoint[chart.type]))),
    series: chart.series,
    queries:
      compare === undefined || buckets
        ? queries
        : [...queries, ...queries.map((query) => ({ ...query, shiftMs: compare }))],
  };
}
