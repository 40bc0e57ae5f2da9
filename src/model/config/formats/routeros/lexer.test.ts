import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lexExport, maxErrors } from './lexer.ts';
import { writeRow } from './wrap.ts';

const properties = (text: string) =>
  lexExport(text).rows.map((row) => Object.fromEntries(row.properties.map(({ key, value }) => [key, value])));

test('menu and verb stand on one line or on two, with spaces or slashes', () => {
  const rows = lexExport(
    '/tool netwatch\nadd a=1\n/tool/netwatch\nadd a=2\n/tool netwatch add a=3\n/tool/netwatch/add a=4',
  );
  expect(rows.errors).toEqual([]);
  expect(rows.rows.map((row) => [row.menu, row.verb, row.properties[0]?.value])).toEqual(
    ['1', '2', '3', '4'].map((value) => ['/tool netwatch', 'add', value]),
  );
});

test('a line is continued anywhere, inside words and escapes of line ends', () => {
  const text =
    '/m\nadd comment="To-IS\\\n    P1]\\r\\\n    \\nx\\\n    \\_y" ho\\\n    st=9.9.9.9 \\\n    type=simple\n';
  for (const variant of [text, text.replaceAll('\n', '\r\n'), `\uFEFF${text}`]) {
    expect(properties(variant)).toEqual([{ comment: 'To-ISP1]\r\nx y', host: '9.9.9.9', type: 'simple' }]);
  }
});

test('a backslash before an escaped one at the end of a line continues nothing', () => {
  expect(properties('/m\nadd a=x\\\\\nadd a=y')).toEqual([{ a: 'x\\' }, { a: 'y' }]);
});

test('every escape is read, bytes are UTF-8 or else Latin-1', () => {
  const escapes = String.raw`\"\\\$\?\r\n\t\_\41\D0\9E\FF`;
  expect(properties(`/m\nadd a="${escapes}"`)).toEqual([{ a: '"\\$?\r\n\t A\u00d0\u009e\u00ff' }]);
  expect(properties(String.raw`/m` + '\n' + String.raw`add a="\D0\9E"`)).toEqual([{ a: 'О' }]);
});

test('targets, sub-commands, unset keys and empty values', () => {
  const { rows, errors } = lexExport(
    '/m\nset [ find name="a b" ] x=[ /ip x get 1 ] !y z= w=""\nset 3 x=1\nset numbers=4 x=2',
  );
  expect(errors).toEqual([]);
  expect(rows.map((row) => row.target)).toEqual(['[ find name="a b" ]', '3', '4']);
  expect(rows[0]?.properties.map(({ key, value }) => [key, value])).toEqual([
    ['x', '[ /ip x get 1 ]'],
    ['y', ''],
    ['z', ''],
    ['w', ''],
  ]);
});

test('version and date come from the comment', () => {
  expect(lexExport('# jan/02/2024 12:00:00 by RouterOS 7.13.1\r\n#\r\n')).toMatchObject({
    version: '7.13.1',
    date: 'jan/02/2024 12:00:00',
  });
});

test('errors say line, column and what was expected; the rest goes on', () => {
  const { rows, errors } = lexExport('add a=1\n/m\nadd a="open\nadd b=\\\n    "x\\q" c\nadd d=1\n(\nadd e=1 \\');
  expect(errors.map(({ line, column, expected }) => `${line}:${column} ${expected}`)).toEqual([
    '1:1 a menu line such as /tool netwatch before the first command',
    '3:7 a closing "',
    String.raw`5:7 one of \" \\ \$ \? \r \n \t \_ or two capital hex digits after a backslash`,
    '5:11 key=value',
    '7:1 a closing )',
    '7:1 a menu such as /tool netwatch, or a verb such as add or set',
    String.raw`8:9 another line after the \ at the end`,
  ]);
  expect(rows.map((row) => row.properties[0]?.key)).toEqual(['a', 'b', 'd', 'e']);
});

test('errors are bounded', () => {
  const { errors, furtherErrors } = lexExport('(\n'.repeat(2000));
  expect([errors.length, furtherErrors]).toEqual([maxErrors, 4000 - maxErrors]);
});

test('any text is read without throwing', () => {
  const piece = fc.constantFrom(
    '/',
    'add ',
    'set ',
    '"',
    '\\',
    '\n',
    '[',
    ']',
    '{',
    'a=',
    '=',
    '#',
    ' ',
    '\\D0',
    '\r',
    '$',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string({ unit: 'binary', maxLength: 5 }))), (parts) => {
      expect(lexExport(parts.join('')).rows).toBeInstanceOf(Array);
    }),
    { numRuns: 500 },
  );
});

test('what is written wraps at 80 columns and reads back', () => {
  const value = fc.string({ unit: 'grapheme', maxLength: 200 }).map((text) => text.toWellFormed());
  const rows = fc.array(fc.tuple(fc.stringMatching(/^[a-z][a-z-]{0,12}$/), value), { maxLength: 6 });
  fc.assert(
    fc.property(rows, (given) => {
      const text = writeRow('add', given);
      expect(text.split('\n').every((line) => line.length <= 80)).toBe(true);
      const lexed = lexExport(`/m\n${text}\n`);
      expect(lexed.errors).toEqual([]);
      expect(
        lexed.rows[0]?.properties.filter((one) => one.key !== 'numbers').map(({ key, value }) => [key, value]),
      ).toEqual(given.filter(([key]) => key !== 'numbers'));
    }),
    { numRuns: 300 },
  );
});
