import type { ApiMetricAnswer, ApiMetricsAnswer, ChartQuery } from '../../../src/model/index.ts';
import { unitOf, type Unit } from './units.ts';

/** What an answer becomes on a chart: lines with names and figures. */

export interface ChartLine {
  /** The same for the same thing at each reading. */
  key: string;
  name: string;
  labels: Readonly<Record<string, string>>;
  unit: Unit;
  values: readonly (number | null)[];
  /** Of the past that the present is compared with. */
  past: boolean;
  last: number | null;
  avg: number | null;
  min: number | null;
  max: number | null;
}

/** A name is cut here: it may come from outside, and be as long as it likes. */
const maxNameLength = 300;

/** `{{check}} from {{watcher}}`; a label that a series does not have is left empty. */
export function legendOf(
  template: string | undefined,
  labels: Readonly<Record<string, string>>,
  metric: string,
): string {
  const values = Object.values(labels);
  const text =
    template === undefined
      ? values.join(', ')
      : template.replaceAll(/\{\{\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*\}\}/g, (_, name: string) => labels[name] ?? '').trim();
  return (text === '' ? metric.replace(/^quorumwatch_/, '').replaceAll('_', ' ') : text).slice(0, maxNameLength);
}

type Figures = Pick<ChartLine, 'last' | 'avg' | 'min' | 'max'>;

export function figuresOf(values: readonly (number | null)[]): Figures {
  let last: number | null = null;
  let min: number | null = null;
  let max: number | null = null;
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (value === null) continue;
    last = value;
    min = min === null ? value : Math.min(min, value);
    max = max === null ? value : Math.max(max, value);
    sum += value;
    count++;
  }
  return { last, avg: count === 0 ? null : sum / count, min, max };
}

/**
 * Lines of an answer, in the order of the queries. When it was compared, the second half of its answers is the past:
 * `pastWord` makes its names.
 */
export function linesOf(
  answer: ApiMetricsAnswer,
  queries: readonly ChartQuery[],
  pastWord?: (name: string) => string,
): ChartLine[] {
  return answer.answers.flatMap((one, index) => {
    const past = index >= queries.length;
    const query = queries[index % Math.max(1, queries.length)];
    const unit = unitOf(one.unit, one.aggregate);
    return one.series.map((series): ChartLine => {
      const name = legendOf(query?.legend, series.labels, one.metric);
      return {
        key: `${index} ${JSON.stringify(series.labels)}`,
        name: past && pastWord ? pastWord(name) : name,
        labels: series.labels,
        unit,
        values: answer.at.map((_, step) => series.values[step] ?? null),
        past,
        ...figuresOf(series.values),
      };
    });
  });
}

/** Lines laid upon each other, from the ground up: gaps count as nothing, except where every line has one. */
export function stacked(lines: readonly ChartLine[]): (number | null)[][] {
  const length = lines[0]?.values.length ?? 0;
  const sums = new Float64Array(length);
  const any = Array.from({ length }, (_, step) => lines.some(({ values }) => values[step] !== null));
  return lines.map(({ values }) =>
    Array.from({ length }, (_, step) => {
      sums[step] = (sums[step] ?? 0) + (values[step] ?? 0);
      return any[step] ? (sums[step] ?? 0) : null;
    }),
  );
}

/** What has to be said beside a chart: lines left out, and who did not answer. */
export function shortcomings(answers: readonly ApiMetricAnswer[]): { omitted: number; missing: string[] } {
  return {
    omitted: answers.reduce((most, { omitted }) => Math.max(most, omitted), 0),
    missing: [...new Set(answers.flatMap(({ partial }) => partial?.missing ?? []))],
  };
}
