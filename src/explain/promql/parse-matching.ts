import { isSetOperator, type BinaryOperator, type Matching } from './ast.ts';
import { refuse } from './problem.ts';
import type { TokenReader } from './token-reader.ts';

/** `on (a, b) group_left (c)` behind an operator. */
export function readMatching(tokens: TokenReader, operator: BinaryOperator): Matching | undefined {
  const { from } = tokens.next;
  const on = tokens.takeWord('on');
  if (!on && !tokens.takeWord('ignoring')) return undefined;
  const labels = readLabels(tokens);
  const left = tokens.takeWord('group_left');
  const many = left ? 'left' : tokens.takeWord('group_right') ? 'right' : undefined;
  if (!many) return { on, labels, include: [] };
  if (isSetOperator(operator)) refuse(`no grouping allowed for "${operator}" operation`, tokens.text, from);
  // A bracket behind `group_left` may also begin the other side: as in Prometheus it is read as labels.
  const include = tokens.is('(') ? readLabels(tokens) : [];
  const both = on ? include.find((label) => labels.includes(label)) : undefined;
  if (both !== undefined) refuse(`label "${both}" must not occur in ON and GROUP clause at once`, tokens.text, from);
  return { on, labels, many, include };
}

/** `(a, b,)` */
export function readLabels(tokens: TokenReader): string[] {
  const labels: string[] = [];
  tokens.expectSign('(');
  while (!tokens.takeSign(')')) {
    if (tokens.next.text.includes(':')) tokens.unexpected('the name of a label');
    labels.push(tokens.expect('word', 'the name of a label').text);
    if (!tokens.is(')') && !tokens.takeSign(',')) tokens.unexpected('"," or ")"');
  }
  return labels;
}
