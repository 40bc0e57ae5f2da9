import { isComparison, isSetOperator, type Binary, type Expression, type ValueType } from './ast.ts';
import { refuse } from './problem.ts';
import { signatures } from './signatures.ts';

/** What an expression yields; refuses what does not fit together, in the words of Prometheus. */
export function checkTypes(expression: Expression, text: string): ValueType {
  const wanted = (of: Expression, type: ValueType, where: string) => {
    const found = checkTypes(of, text);
    if (found !== type) refuse(`expected type ${type} in ${where}, got ${found}`, text, of.from);
  };
  switch (expression.kind) {
    case 'number':
      return 'scalar';
    case 'string':
      return 'string';
    case 'selector':
      return expression.windowMs === undefined ? 'instant vector' : 'range vector';
    case 'brackets':
      return checkTypes(expression.of, text);
    case 'negation':
    case 'assertion': {
      const type = checkTypes(expression.of, text);
      if (type === 'scalar' || type === 'instant vector') return type;
      return refuse(
        `unary expression only allowed on expressions of type scalar or instant vector, got "${type}"`,
        text,
        expression.from,
      );
    }
    case 'aggregation': {
      const { operator, parameter, of } = expression;
      wanted(of, 'instant vector', 'aggregation expression');
      if (parameter) wanted(parameter, operator === 'count_values' ? 'string' : 'scalar', 'aggregation parameter');
      return 'instant vector';
    }
    case 'binary':
      return checkBinary(expression, text);
    case 'call':
      break;
  }
  return checkCall(expression, text, wanted);
}

function checkCall(
  { name, given, from }: Extract<Expression, { kind: 'call' }>,
  text: string,
  wanted: (of: Expression, type: ValueType, where: string) => void,
): ValueType {
  const signature = signatures[name];
  if (!signature) return refuse(`unknown function with name "${name}"`, text, from);
  const { takes, optional, repeated, gives } = signature;
  const least = takes.length - optional;
  if (given.length < least) {
    refuse(`expected at least ${least} argument(s) in call to "${name}", got ${given.length}`, text, from);
  }
  if (!repeated && given.length > takes.length) {
    refuse(`expected at most ${takes.length} argument(s) in call to "${name}", got ${given.length}`, text, from);
  }
  for (const [index, one] of given.entries()) {
    const type = takes[index] ?? takes.at(-1);
    if (type) wanted(one, type, `call to function "${name}"`);
  }
  return gives;
}

function checkBinary({ operator, left, right, bool, matching, from }: Binary, text: string): ValueType {
  const types = [checkTypes(left, text), checkTypes(right, text)];
  const strange = types.find((type) => type !== 'scalar' && type !== 'instant vector');
  if (strange)
    refuse(`binary expression must contain only scalar and instant vector types, got ${strange}`, text, from);
  const scalars = types.filter((type) => type === 'scalar').length;
  // Of nothing it may be said, and means nothing.
  if (scalars > 0 && matching && matching.labels.length > 0) {
    refuse('vector matching only allowed between instant vectors', text, from);
  }
  if (scalars > 0 && isSetOperator(operator)) {
    refuse(`set operator "${operator}" not allowed in binary scalar expression`, text, from);
  }
  if (scalars === 2 && isComparison(operator) && !bool) {
    refuse('comparisons between scalars must use BOOL modifier', text, from);
  }
  return scalars === 2 ? 'scalar' : 'instant vector';
}
