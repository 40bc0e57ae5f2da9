import type { Aggregation } from './ast.ts';
import { newLines, type Evaluation } from './evaluation.ts';
import { formatFixed } from './format.ts';
import { metricName, type Labels } from './labels.ts';
import { ascending, mean, quantile, sortedCopy, variance } from './numbers.ts';
import { impossible } from './problem.ts';
import type { Line, LineBook } from './value.ts';

interface Group {
  labels: Labels;
  members: Line[];
}

/** What becomes of the values of a group at one step; there is one at least. */
const reducers: Partial<Record<Aggregation['operator'], (values: readonly number[], parameter: number) => number>> = {
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  avg: mean,
  min: (values) => values.reduce((best, value) => (value < best || Number.isNaN(best) ? value : best)),
  max: (values) => values.reduce((best, value) => (value > best || Number.isNaN(best) ? value : best)),
  count: (values) => values.length,
  group: () => 1,
  stddev: (values) => Math.sqrt(variance(values)),
  stdvar: variance,
  quantile: (values, share) => quantile(share, sortedCopy(values)),
};

/** `parameter` is a number for each step, or the label of `count_values`. */
export async function aggregate(
  evaluation: Evaluation,
  aggregation: Aggregation,
  lines: readonly Line[],
  parameter: Float64Array | string,
): Promise<Line[]> {
  const { steps, pace } = evaluation;
  const { operator } = aggregation;
  const book = newLines(evaluation);
  const reduce = reducers[operator];
  for (const group of groupsOf(aggregation, lines)) {
    const target = reduce && book.line(group.labels);
    for (let step = 0; step < steps.count; step++) {
      if (pace.worked(1 + group.members.length)) await pace.rest();
      const present = group.members.filter((line) => line.present[step] === 1);
      if (present.length === 0) continue;
      const number = typeof parameter === 'string' ? 0 : (parameter[step] ?? 0);
      if (target) {
        book.set(
          target,
          step,
          reduce(
            present.map((line) => line.values[step] ?? 0),
            number,
          ),
        );
      } else if (typeof parameter === 'string') {
        countValues(book, group, present, step, parameter);
      } else {
        pick(book, present, step, number, operator === 'topk');
      }
    }
  }
  return book.lines();
}

function groupsOf({ labels, without }: Aggregation, lines: readonly Line[]): Iterable<Group> {
  const names = new Set(without ? [...labels, metricName] : labels);
  const groups = new Map<string, Group>();
  for (const line of lines) {
    const own = without ? line.labels.drop(names) : line.labels.keep(names);
    const group = groups.get(own.key);
    if (group) group.members.push(line);
    else groups.set(own.key, { labels: own, members: [line] });
  }
  return groups.values();
}

/** The greatest or smallest so many, the first of them first; NaN only where nothing else is left. */
function pick(book: LineBook, present: readonly Line[], step: number, wanted: number, greatest: boolean): void {
  if (Number.isNaN(wanted) || Math.abs(wanted) > Number.MAX_SAFE_INTEGER) {
    impossible(`Scalar value ${wanted} overflows int64`);
  }
  const value = (line: Line) => line.values[step] ?? 0;
  const order = (a: Line, b: Line) => {
    const [left, right] = [value(a), value(b)];
    if (Number.isNaN(left) || Number.isNaN(right)) return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
    return greatest ? ascending(right, left) : ascending(left, right);
  };
  for (const line of [...present].sort(order).slice(0, Math.max(0, Math.trunc(wanted)))) {
    book.set(book.line(line.labels), step, value(line));
  }
}

function countValues(book: LineBook, group: Group, present: readonly Line[], step: number, label: string): void {
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(label)) impossible(`invalid label name ${JSON.stringify(label.slice(0, 100))}`);
  const counts = new Map<string, number>();
  for (const line of present) {
    const text = formatFixed(line.values[step] ?? 0);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  for (const [text, count] of counts) book.set(book.line(group.labels.with(label, text)), step, count);
}
