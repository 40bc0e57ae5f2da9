import { aggregationOperators, withParameter, type AggregationOperator, type Expression } from './ast.ts';
import { readLabels } from './parse-matching.ts';
import { refuse } from './problem.ts';
import { leftOut, signatures } from './signatures.ts';
import type { TokenReader } from './token-reader.ts';

/** Handed in by the parser, because what it reads lies within what is read here, and the other way round. */
export type ReadExpression = (tokens: TokenReader, depth: number) => Expression;

/** A function or an aggregation, when the next word begins one: any name of those may also be the name of a metric. */
export function readApplication(tokens: TokenReader, depth: number, read: ReadExpression): Expression | undefined {
  const { text: name, from } = tokens.next;
  const { type, text: behind } = tokens.afterNext;
  const opens = type === 'sign' && behind === '(';
  const operator = aggregationOperators.find((one) => one === name.toLowerCase());
  if (operator && (opens || (type === 'word' && /^(by|without)$/i.test(behind)))) {
    tokens.take();
    return readAggregation(tokens, operator, from, depth, read);
  }
  if (!opens || /^(and|or|unless|offset|by|without)$/i.test(name)) return undefined;
  if (!Object.hasOwn(signatures, name)) {
    tokens.refuse(
      leftOut.includes(name)
        ? `${name}() is not supported`
        : `unknown function with name ${JSON.stringify(name.slice(0, 100))}`,
    );
  }
  tokens.take();
  return { kind: 'call', name, given: readGiven(tokens, depth, read), from };
}

function readGiven(tokens: TokenReader, depth: number, read: ReadExpression): Expression[] {
  const given: Expression[] = [];
  tokens.expectSign('(');
  while (!tokens.takeSign(')')) {
    given.push(read(tokens, depth + 1));
    if (tokens.takeSign(')')) break;
    if (!tokens.takeSign(',')) tokens.unexpected('"," or ")"');
    if (tokens.is(')')) tokens.refuse('trailing commas not allowed in function call args');
  }
  return given;
}

function readAggregation(
  tokens: TokenReader,
  operator: AggregationOperator,
  from: number,
  depth: number,
  read: ReadExpression,
): Expression {
  let grouping = readGrouping(tokens);
  const given = readGiven(tokens, depth, read);
  grouping ??= readGrouping(tokens);
  const wanted = withParameter.includes(operator) ? 2 : 1;
  if (given.length === 0) refuse('no arguments for aggregate expression provided', tokens.text, from);
  const of = given.at(-1);
  if (given.length !== wanted || !of) {
    refuse(
      `wrong number of arguments for aggregate expression provided, expected ${wanted}, got ${given.length}`,
      tokens.text,
      from,
    );
  }
  const parameter = wanted === 2 ? given[0] : undefined;
  const { labels, without } = grouping ?? { labels: [], without: false };
  return { kind: 'aggregation', operator, ...(parameter && { parameter }), of, labels, without, from };
}

function readGrouping(tokens: TokenReader): { labels: string[]; without: boolean } | undefined {
  const without = tokens.takeWord('without');
  if (!without && !tokens.takeWord('by')) return undefined;
  return { labels: readLabels(tokens), without };
}
