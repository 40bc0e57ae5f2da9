import { isComparison, type Binary, type BinaryOperator } from './ast.ts';
import { combineSets } from './combine-sets.ts';
import { combineVectors } from './combine-vectors.ts';
import { mapLines, type Evaluation } from './evaluation.ts';
import { power } from './numbers.ts';
import type { Line, Value } from './value.ts';

/** Of two numbers; a comparison answers 1 or 0. */
const calculations: Partial<Record<BinaryOperator, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
  '^': power,
  atan2: Math.atan2,
  '==': (left, right) => Number(left === right),
  '!=': (left, right) => Number(left !== right),
  '<': (left, right) => Number(left < right),
  '<=': (left, right) => Number(left <= right),
  '>': (left, right) => Number(left > right),
  '>=': (left, right) => Number(left >= right),
};

export async function combine(evaluation: Evaluation, binary: Binary, left: Value, right: Value): Promise<Value> {
  const { operator, bool } = binary;
  const calculate = calculations[operator];
  if (!calculate) {
    const lines = await combineSets(evaluation, binary, linesOf(left), linesOf(right));
    return { type: 'vector', lines };
  }
  if (left.type === 'scalar' && right.type === 'scalar') {
    return { type: 'scalar', values: left.values.map((value, step) => calculate(value, right.values[step] ?? 0)) };
  }
  const filters = isComparison(operator) && !bool;
  if (left.type === 'vector' && right.type === 'vector') {
    const lines = await combineVectors(evaluation, binary, left.lines, right.lines, (one, other) => {
      const answer = calculate(one, other);
      return filters ? (answer === 1 ? one : undefined) : answer;
    });
    return { type: 'vector', lines };
  }
  const scalar = left.type === 'scalar' ? left : right;
  const lines = left.type === 'scalar' ? linesOf(right) : linesOf(left);
  const numbers = scalar.type === 'scalar' ? scalar.values : new Float64Array();
  const changed = await mapLines(
    evaluation,
    lines,
    (labels) => (filters ? labels : labels.withoutName()),
    (value, step) => {
      const number = numbers[step] ?? 0;
      const answer = left.type === 'scalar' ? calculate(number, value) : calculate(value, number);
      // What is left is the vector's value, wherever it stands.
      return filters ? (answer === 1 ? value : undefined) : answer;
    },
  );
  return { type: 'vector', lines: changed };
}

const linesOf = (value: Value): readonly Line[] => (value.type === 'vector' ? value.lines : []);
