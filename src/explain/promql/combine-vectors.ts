import { isComparison, type Binary, type Matching } from './ast.ts';
import { newLines, type Evaluation } from './evaluation.ts';
import { metricName, type Labels } from './labels.ts';
import { impossible } from './problem.ts';
import { isPresent, pairSides, type Sides } from './sides.ts';
import type { Line } from './value.ts';

/** Arithmetic and comparisons of vectors; `calculate` gets the values as they stand left and right of the operator. */
export async function combineVectors(
  evaluation: Evaluation,
  binary: Binary,
  left: readonly Line[],
  right: readonly Line[],
  calculate: (left: number, right: number) => number | undefined,
): Promise<Line[]> {
  const { steps, pace } = evaluation;
  const { matching } = binary;
  const swapped = matching?.many === 'right';
  const book = newLines(evaluation);
  const results = new Results(binary);
  const both = Uint8Array.from({ length: steps.count }, (_, step) =>
    Number(isPresent(left, step) && isPresent(right, step)),
  );
  for (const sides of pairSides(matching, left, right)) {
    const [many, one] = swapped ? [sides.right, sides.left] : [sides.left, sides.right];
    for (let step = 0; step < steps.count; step++) {
      if (pace.worked(1 + many.length + one.length)) await pace.rest();
      // Where a side is empty as a whole, nobody asks whether the other is ambiguous.
      if (both[step] !== 1) continue;
      const partner = onlyPresent(one, step, sides, swapped ? 'left' : 'right');
      if (!partner) continue;
      const seen = new Set<string>();
      for (const line of many) {
        if (line.present[step] !== 1) continue;
        const [value, other] = [line.values[step] ?? 0, partner.values[step] ?? 0];
        const answer = swapped ? calculate(other, value) : calculate(value, other);
        if (answer === undefined) continue;
        const labels = results.labels(line, partner);
        if (!matching?.many && seen.size > 0) {
          impossible('multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)');
        }
        if (seen.has(labels.key)) {
          impossible('multiple matches for labels: grouping labels must ensure unique matches');
        }
        seen.add(labels.key);
        book.set(book.line(labels), step, answer);
      }
    }
  }
  return book.lines();
}

function onlyPresent(lines: readonly Line[], step: number, sides: Sides, side: string): Line | undefined {
  let found: Line | undefined;
  for (const line of lines) {
    if (line.present[step] !== 1) continue;
    if (found) {
      impossible(
        `found duplicate series for the match group ${sides.labels.toString()} on the ${side} hand-side of the operation: ` +
          `[${line.labels.toString()}, ${found.labels.toString()}];many-to-many matching not allowed: ` +
          'matching labels must be unique on one side',
      );
    }
    found = line;
  }
  return found;
}

/** Labels of answers, made once for each pair of lines. */
class Results {
  readonly #dropsName: boolean;
  readonly #matching: Matching | undefined;
  readonly #names: ReadonlySet<string>;
  readonly #known = new Map<Line, Map<Line, Labels>>();

  constructor({ operator, bool, matching }: Binary) {
    this.#dropsName = bool || !isComparison(operator);
    this.#matching = matching;
    this.#names = new Set(matching?.labels);
  }

  labels(many: Line, one: Line): Labels {
    let known = this.#known.get(many);
    if (!known) this.#known.set(many, (known = new Map()));
    let labels = known.get(one);
    if (!labels) known.set(one, (labels = this.#make(many.labels, one.labels)));
    return labels;
  }

  #make(many: Labels, one: Labels): Labels {
    let labels = many;
    if (!this.#matching?.many) {
      labels = this.#matching?.on ? labels.keep(this.#names) : labels.drop(this.#names);
    }
    for (const name of this.#matching?.include ?? []) labels = labels.with(name, one.get(name));
    return this.#dropsName ? labels.drop(new Set([metricName])) : labels;
  }
}
