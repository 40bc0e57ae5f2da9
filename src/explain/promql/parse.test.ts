import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { QwError } from '../../model/index.ts';
import type { Expression } from './ast.ts';
import { parse } from './parse.ts';
import { leftOut, signatures } from './signatures.ts';

/** The expression with brackets around everything that has parts. */
function shown(expression: Expression): string {
  switch (expression.kind) {
    case 'binary':
      return `(${shown(expression.left)} ${expression.operator} ${shown(expression.right)})`;
    case 'negation':
      return `-(${shown(expression.of)})`;
    case 'assertion':
    case 'brackets':
      return shown(expression.of);
    case 'number':
    case 'string':
      return String(expression.value);
    case 'selector':
      return expression.matchers.map(({ value }) => value).join();
    default:
      return expression.kind;
  }
}

it.each([
  ['a + b * c', '(a + (b * c))'],
  ['a - b - c', '((a - b) - c)'],
  ['2 ^ 3 ^ 2', '(2 ^ (3 ^ 2))'],
  ['-2 ^ 2', '-((2 ^ 2))'],
  ['2 ^ -1', '(2 ^ -1)'],
  ['-a * b', '(-(a) * b)'],
  ['a or b and c unless d', '(a or ((b and c) unless d))'],
  ['a == b + c', '(a == (b + c))'],
  ['a OR b # and so on', '(a or b)'],
  ['1 + +Inf', '(1 + Infinity)'],
  ['0x1F + .5e1', '(31 + 5)'],
])('binds as Prometheus does: %s', (text, expected) => {
  expect(shown(parse(text))).toBe(expected);
});

describe('a selector', () => {
  it('reads matchers, window, offset and time', () => {
    expect(parse(`up{job!="a", host=~"b|c",}[1h30m] offset -5m @ 12.5`)).toMatchObject({
      kind: 'selector',
      matchers: [
        { label: '__name__', is: '=', value: 'up' },
        { label: 'job', is: '!=', value: 'a' },
        { label: 'host', is: '=~', value: 'b|c' },
      ],
      windowMs: 5_400_000,
      offsetMs: -300_000,
      at: 12_500,
    });
    expect(parse('up @ end() offset 1w')).toMatchObject({ at: 'end', offsetMs: 604_800_000 });
  });

  it('may have the name of a function or keyword', () => {
    for (const name of ['sum', 'rate', 'offset', 'by', 'start', 'a:b']) {
      expect(parse(`${name}{x="y"}`)).toMatchObject({ matchers: [{ value: name }, { value: 'y' }] });
    }
  });

  it('understands the escapes of Go', () => {
    expect(parse(String.raw`{a="\"\\\n\x41\u00e9\101\U0001F600"}`)).toMatchObject({
      matchers: [{ value: '"\\\nAéA😀' }],
    });
    expect(parse('{a=`\\n"`}')).toMatchObject({ matchers: [{ value: '\\n"' }] });
  });
});

it.each([
  ['', '1:1', 'no expression found'],
  ['up{', '1:4', 'unexpected end of input'],
  ['sum(up', '1:7', 'unexpected end of input'],
  ['up up', '1:4', 'expected an operator or the end'],
  ['a\n  + %', '2:5', 'unexpected "%"'],
  ['up{a="b}', '1:6', 'unterminated quoted string'],
  ['up{a="\\q"}', '1:7', 'unknown escape sequence'],
  ['{a=~".*"}', '1:1', 'at least one non-empty matcher'],
  ['{}', '1:1', 'at least one non-empty matcher'],
  ['up{a=~"("}', '1:1', 'invalid regular expression'],
  ['up{__name__="x"}', '1:4', 'metric name must not be set twice'],
  ['{"up"}', '1:2', 'in quotes are not supported'],
  ['rate(up)', '1:6', 'expected type range vector in call to function "rate", got instant vector'],
  ['rate(up[5m], 1)', '1:1', 'expected at most 1 argument(s)'],
  ['nothing(up)', '1:1', 'unknown function with name "nothing"'],
  ['rate(up[1h:5m])', '1:8', 'subqueries such as expression[1h:5m] are not supported'],
  ['sum(up)[5m]', '1:8', 'ranges only allowed for vector selectors'],
  ['(up)[5m]', '1:5', 'ranges only allowed for vector selectors'],
  ['up offset 5m[5m]', '1:13', 'no offset modifiers allowed before range'],
  ['sum(up) offset 5m', '1:9', 'offset modifier must be preceded by'],
  ['up[0s]', '1:4', 'duration must be greater than 0'],
  ['up[5m5h]', '1:4', 'not a valid duration string'],
  ['1 > 2', '1:3', 'comparisons between scalars must use BOOL modifier'],
  ['a + bool b', '1:3', 'bool modifier can only be used on comparison operators'],
  ['1 and up', '1:3', 'not allowed in binary scalar expression'],
  ['a and on(x) group_left() b', '1:7', 'no grouping allowed for "and" operation'],
  ['a + on(x) group_left(x) b', '1:5', 'must not occur in ON and GROUP clause at once'],
  ['1 + on(x) up', '1:3', 'vector matching only allowed between instant vectors'],
  ['topk(up)', '1:1', 'wrong number of arguments'],
  ['sum()', '1:1', 'no arguments for aggregate expression'],
  ['"a" + 1', '1:5', 'must contain only scalar and instant vector types'],
  ['-"a"', '1:1', 'unary expression only allowed'],
])('refuses %j at %s', (text, place, why) => {
  expect(() => parse(text)).toThrow(QwError);
  expect(() => parse(text)).toThrow(why);
  expect(() => parse(text)).toThrow(`${place}: parse error`);
});

it('refuses by name what Prometheus has and this does not', () => {
  for (const name of leftOut) expect(() => parse(`${name}(up)`)).toThrow(`${name}() is not supported`);
  expect(leftOut.filter((name) => Object.hasOwn(signatures, name))).toEqual([]);
});

it('bounds length and depth', () => {
  expect(() => parse(`${'('.repeat(5000)}1${')'.repeat(5000)}`)).toThrow('within each other');
  expect(() => parse('-'.repeat(5000) + '1')).toThrow('within each other');
  expect(() => parse(Array.from({ length: 5000 }, () => 'a').join('+'))).toThrow('within each other');
  expect(() => parse(Array.from({ length: 5000 }, () => '2').join('^'))).toThrow('within each other');
  expect(() => parse(`{a="${'x'.repeat(20_000)}"}`)).toThrow('at most 20000 are read');
});

/** Pieces that come near to an expression reach further than letters do. */
const pieces = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'sum',
        'by',
        'rate',
        'up',
        'offset',
        '@',
        'on',
        'group_left',
        'bool',
        'and',
        '[5m]',
        '[5m:1m]',
        '{',
        '}',
        '(',
        ')',
        ',',
        '"a"',
        '=~',
        '=',
        '!=',
        '+',
        '-',
        '^',
        '5m',
        '1',
        '.5',
        '0x',
        'Inf',
        'topk',
        '\n',
        '#',
        ':',
        '`',
        "'",
        '\\',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(' '));

it('never fails but with a reason, whatever it is given', () => {
  fc.assert(
    fc.property(fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 300 })), (text) => {
      try {
        parse(text);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(QwError);
        expect((thrown as QwError).code).toBe('BAD_INPUT');
      }
    }),
    { numRuns: 3000 },
  );
});

it('does not get lost in long texts that repeat themselves', () => {
  const texts = [
    '1'.repeat(19_000),
    `${'1h'.repeat(9_000)}x`,
    '"'.padEnd(19_000, '\\'),
    '#'.repeat(19_000),
    '1.'.repeat(9_000),
  ];
  let refused = 0;
  for (const text of texts) {
    try {
      parse(text);
    } catch {
      refused++;
    }
  }
  expect(refused).toBe(4);
});
