import type { Expression, Selector } from './ast.ts';
import { readDuration, readSeconds } from './duration.ts';
import { refuse } from './problem.ts';
import { compileMatchers } from './matching.ts';
import type { Matcher } from './source.ts';
import type { TokenReader } from './token-reader.ts';

const maxMatchers = 50;
const reserved = /^(bool|on|ignoring|group_left|group_right)$/i;

export function startsSelector(tokens: TokenReader): boolean {
  return tokens.is('{') || (tokens.next.type === 'word' && !reserved.test(tokens.next.text));
}

export function readSelector(tokens: TokenReader): Selector {
  const { from } = tokens.next;
  const matchers: Matcher[] = [];
  if (tokens.next.type === 'word') matchers.push({ label: '__name__', is: '=', value: tokens.take().text });
  const named = matchers.length > 0;
  if (tokens.takeSign('{')) {
    while (!tokens.takeSign('}')) {
      const { type, text, from: at } = tokens.next;
      if (type === 'string') tokens.refuse('names of metrics and labels in quotes are not supported');
      if (type !== 'word' || text.includes(':')) tokens.unexpected('the name of a label or "}"');
      tokens.take();
      if (named && text === '__name__') refuse('metric name must not be set twice', tokens.text, at);
      matchers.push({ label: text, is: readOperator(tokens), value: tokens.expect('string', 'a string').text });
      if (matchers.length > maxMatchers) tokens.refuse(`more than ${maxMatchers} matchers`);
      if (!tokens.is('}') && !tokens.takeSign(',')) tokens.unexpected('"," or "}"');
    }
  }
  checkMatchers(matchers, tokens.text, from);
  return { kind: 'selector', matchers, from };
}

/** Refuses what is no pattern, and what every series would fit. */
function checkMatchers(matchers: readonly Matcher[], text: string, from: number): void {
  let narrow = false;
  for (const matcher of matchers) {
    try {
      if (!compileMatchers([matcher])({})) narrow = true;
    } catch (thrown) {
      refuse(thrown instanceof Error ? thrown.message : String(thrown), text, from);
    }
  }
  if (!narrow) {
    refuse('vector selector must contain at least one non-empty matcher: name a metric or a label', text, from);
  }
}

function readOperator(tokens: TokenReader): Matcher['is'] {
  for (const is of ['=', '!=', '=~', '!~'] as const) if (tokens.takeSign(is)) return is;
  return tokens.unexpected('one of = != =~ !~');
}

/** `[5m]`, `offset 1h` and `@ 1609746000`, behind what they belong to. */
export function readModifiers(tokens: TokenReader, given: Expression): Expression {
  let found = given;
  for (;;) {
    if (tokens.is('[')) found = readWindow(tokens, found);
    else if (tokens.isWord('offset')) found = readOffset(tokens, found);
    else if (tokens.is('@')) found = readAt(tokens, found);
    else return found;
  }
}

function readWindow(tokens: TokenReader, found: Expression): Expression {
  const { from } = tokens.take();
  const windowMs = readPositiveDuration(tokens);
  if (tokens.is(':')) {
    refuse(
      'subqueries such as expression[1h:5m] are not supported: ask for the inner expression over a range',
      tokens.text,
      from,
    );
  }
  tokens.expectSign(']');
  if (found.kind !== 'selector' || found.windowMs !== undefined) {
    refuse('ranges only allowed for vector selectors', tokens.text, from);
  }
  if (found.offsetMs !== undefined) refuse('no offset modifiers allowed before range', tokens.text, from);
  if (found.at !== undefined) refuse('no @ modifiers allowed before range', tokens.text, from);
  return { ...found, windowMs };
}

function readPositiveDuration(tokens: TokenReader): number {
  const { type, text, from } = tokens.next;
  if (type !== 'duration' && type !== 'number') tokens.unexpected('a duration');
  tokens.take();
  const durationMs = type === 'duration' ? readDuration(text) : readSeconds(text);
  if (durationMs === undefined) refuse(`not a valid duration string: ${JSON.stringify(text)}`, tokens.text, from);
  if (durationMs <= 0) refuse('duration must be greater than 0', tokens.text, from);
  return durationMs;
}

function readOffset(tokens: TokenReader, found: Expression): Expression {
  const { from } = tokens.take();
  if (found.kind !== 'selector') {
    refuse(
      'offset modifier must be preceded by an instant vector selector or range vector selector',
      tokens.text,
      from,
    );
  }
  if (found.offsetMs !== undefined) refuse('offset may not be set multiple times', tokens.text, from);
  const minus = tokens.takeSign('-');
  if (!minus) tokens.takeSign('+');
  const offsetMs = readPositiveDuration(tokens);
  return { ...found, offsetMs: minus ? -offsetMs : offsetMs };
}

function readAt(tokens: TokenReader, found: Expression): Expression {
  const { from } = tokens.take();
  if (found.kind !== 'selector') {
    refuse('@ modifier must be preceded by an instant vector selector or range vector selector', tokens.text, from);
  }
  if (found.at !== undefined) refuse('@ <timestamp> may not be set multiple times', tokens.text, from);
  for (const end of ['start', 'end'] as const) {
    if (!tokens.takeWord(end)) continue;
    tokens.expectSign('(');
    tokens.expectSign(')');
    return { ...found, at: end };
  }
  const minus = tokens.takeSign('-');
  if (!minus) tokens.takeSign('+');
  const at = Math.round(Number(tokens.expect('number', 'a time in seconds, start() or end()').text) * 1000);
  if (!Number.isSafeInteger(at)) refuse('timestamp out of bounds for @ modifier', tokens.text, from);
  return { ...found, at: minus ? -at : at };
}
