import { precedence, isComparison, type BinaryOperator, type Expression } from './ast.ts';
import { checkTypes } from './check-types.ts';
import { readMatching } from './parse-matching.ts';
import { readModifiers, readSelector, startsSelector } from './parse-selector.ts';
import { readApplication } from './parse-application.ts';
import { refuse } from './problem.ts';
import { TokenReader } from './token-reader.ts';

const maxExpressionCharacters = 20_000;
/** Calls, brackets and links of a chain such as `a + b + c` within each other. */
const maxDepth = 200;

/**
 * Reads an expression as Prometheus does, types included. It is read here and not by Prometheus's grammar for editors,
 * whose trees bind a sign tighter than `^`, and `@` looser than `/`. Errors: BAD_INPUT with line and column.
 */
export function parse(text: string): Expression {
  if (text.length > maxExpressionCharacters) {
    refuse(`the expression has ${text.length} characters, at most ${maxExpressionCharacters} are read`, '', 0);
  }
  const tokens = new TokenReader(text);
  if (tokens.atEnd()) refuse('no expression found in input', text, 0);
  const found = readExpression(tokens, 0);
  if (!tokens.atEnd()) tokens.unexpected('an operator or the end');
  checkTypes(found, text);
  return found;
}

function readExpression(tokens: TokenReader, depth: number): Expression {
  return readOperators(tokens, 1, depth);
}

/** Climbs precedences; `depth` bounds recursion here and wherever the tree is walked afterwards. */
function readOperators(tokens: TokenReader, loosest: number, depth: number): Expression {
  let left = readUnary(tokens, depth);
  for (let links = depth + 1; ; links++) {
    const operator = operatorOf(tokens);
    if (!operator || precedence[operator] < loosest) return left;
    const { from } = tokens.take();
    if (links > maxDepth) tokens.refuse(`more than ${maxDepth} expressions within each other`);
    const bool = tokens.takeWord('bool');
    if (bool && !isComparison(operator)) {
      refuse('bool modifier can only be used on comparison operators', tokens.text, from);
    }
    const matching = readMatching(tokens, operator);
    const right = readOperators(tokens, operator === '^' ? precedence['^'] : precedence[operator] + 1, links);
    left = { kind: 'binary', operator, left, right, bool, ...(matching && { matching }), from };
  }
}

function operatorOf(tokens: TokenReader): BinaryOperator | undefined {
  const { type, text } = tokens.next;
  const name = type === 'word' ? text.toLowerCase() : text;
  if (type !== 'word' && type !== 'sign') return undefined;
  return Object.hasOwn(precedence, name) ? (name as BinaryOperator) : undefined;
}

/** A sign binds as `*` does: looser than `^`. */
function readUnary(tokens: TokenReader, depth: number): Expression {
  if (depth > maxDepth) tokens.refuse(`more than ${maxDepth} expressions within each other`);
  const { from } = tokens.next;
  const minus = tokens.takeSign('-');
  if (!minus && !tokens.takeSign('+')) return readModifiers(tokens, readPrimary(tokens, depth));
  const of = readOperators(tokens, precedence['^'], depth + 1);
  if (of.kind === 'number') return minus ? { ...of, value: -of.value, from } : of;
  return { kind: minus ? 'negation' : 'assertion', of, from };
}

function readPrimary(tokens: TokenReader, depth: number): Expression {
  const { type, text, from } = tokens.next;
  if (type === 'string') return { kind: 'string', value: tokens.take().text, from };
  if (type === 'number') return { kind: 'number', value: Number(tokens.take().text), from };
  if (tokens.takeSign('(')) {
    const of = readExpression(tokens, depth + 1);
    tokens.expectSign(')');
    return { kind: 'brackets', of, from };
  }
  if (type === 'word') {
    const named = /^(inf|nan)$/i.exec(text)?.[0]?.toLowerCase();
    if (named !== undefined) {
      tokens.take();
      return { kind: 'number', value: named === 'inf' ? Infinity : Number.NaN, from };
    }
    const applied = readApplication(tokens, depth, readExpression);
    if (applied) return applied;
  }
  if (startsSelector(tokens)) return readSelector(tokens);
  return tokens.unexpected('an expression');
}
