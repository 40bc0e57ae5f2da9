import type { Binary } from './ast.ts';
import { newLines, type Evaluation } from './evaluation.ts';
import { isPresent, pairSides } from './sides.ts';
import type { Line, LineBook } from './value.ts';

/** `and`, `or`, `unless`: values stay as they are, with all their labels. */
export async function combineSets(
  evaluation: Evaluation,
  { operator, matching }: Binary,
  left: readonly Line[],
  right: readonly Line[],
): Promise<Line[]> {
  const { steps, pace } = evaluation;
  const book = newLines(evaluation);
  for (const sides of pairSides(matching, left, right)) {
    for (let step = 0; step < steps.count; step++) {
      if (pace.worked(1 + sides.left.length + sides.right.length)) await pace.rest();
      if (operator === 'or') {
        copy(book, sides.left, step);
        if (!isPresent(sides.left, step)) copy(book, sides.right, step);
      } else if (isPresent(sides.right, step) === (operator === 'and')) {
        copy(book, sides.left, step);
      }
    }
  }
  return book.lines();
}

function copy(book: LineBook, lines: readonly Line[], step: number): void {
  for (const line of lines) {
    if (line.present[step] === 1) book.set(book.line(line.labels), step, line.values[step] ?? 0);
  }
}
