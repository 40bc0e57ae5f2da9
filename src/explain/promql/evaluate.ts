import { assert } from '../../model/index.ts';
import { aggregate } from './aggregate.ts';
import type { Expression } from './ast.ts';
import { call } from './call.ts';
import { combine } from './combine.ts';
import { mapLines, release, type Evaluation } from './evaluation.ts';
import { selectInstants } from './select.ts';
import type { Line, Value } from './value.ts';

/**
 * Evaluates an expression at all steps at once: each part yields its lines over all of them, and is forgotten when what
 * is around it has been answered. A selector with a window is asked for by the function around it.
 */
export async function evaluate(evaluation: Evaluation, expression: Expression): Promise<Value> {
  const { steps } = evaluation;
  switch (expression.kind) {
    case 'number':
      return { type: 'scalar', values: new Float64Array(steps.count).fill(expression.value) };
    case 'string':
      return { type: 'string', text: expression.value };
    case 'brackets':
    case 'assertion':
      return evaluate(evaluation, expression.of);
    case 'negation':
      return negate(evaluation, await evaluate(evaluation, expression.of));
    case 'selector':
      return { type: 'vector', lines: await selectInstants(evaluation, expression) };
    case 'binary': {
      const left = await evaluate(evaluation, expression.left);
      const right = await evaluate(evaluation, expression.right);
      const value = await combine(evaluation, expression, left, right);
      release(evaluation, left);
      release(evaluation, right);
      return value;
    }
    case 'aggregation': {
      const { parameter } = expression;
      const given = parameter && (await evaluate(evaluation, parameter));
      const of = await evaluate(evaluation, expression.of);
      const lines = await aggregate(evaluation, expression, linesOf(of), parameterOf(given));
      release(evaluation, of);
      return { type: 'vector', lines };
    }
    case 'call':
      break;
  }
  return call(evaluation, expression, evaluate);
}

async function negate(evaluation: Evaluation, of: Value): Promise<Value> {
  if (of.type === 'scalar') return { type: 'scalar', values: of.values.map((value) => -value) };
  const lines = await mapLines(
    evaluation,
    linesOf(of),
    (labels) => labels.withoutName(),
    (value) => -value,
  );
  release(evaluation, of);
  return { type: 'vector', lines };
}

function linesOf(value: Value): readonly Line[] {
  assert(value.type === 'vector', 'types were checked before');
  return value.lines;
}

function parameterOf(value: Value | undefined): Float64Array | string {
  if (value?.type === 'scalar') return value.values;
  return value?.type === 'string' ? value.text : new Float64Array();
}
