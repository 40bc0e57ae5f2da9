import fc from 'fast-check';
import { expect, test } from 'vitest';
import { displayWidth, wrapped } from './display-width.ts';

test.each([
  ['status', 6],
  ['점검', 4],
  ['チェック', 8],
  ['ｱ', 1],
  ['\u001b[31mdown\u001b[39m', 4],
  ['e\u0301', 1],
  ['', 0],
])('%j takes %d columns', (text, columns) => {
  expect(displayWidth(text)).toBe(columns);
});

test('lines break at spaces, in Japanese anywhere but before a full stop', () => {
  expect(wrapped('four words of help', 10)).toBe('four words\nof help');
  expect(wrapped('감시자를 실행합니다', 9)).toBe('감시자를\n실행합니다');
  expect(wrapped('監視します。次です。', 10)).toBe('監視しま\nす。次で\nす。');
  expect(wrapped('one\n  two', 20)).toBe('one\n  two');
});

test('nothing gets lost, and a line is longer only where a single word is', () => {
  const text = fc
    .array(fc.constantFrom('점검', 'チェック', 'word', ' ', '。', 'very-long-word-without-end'))
    .map((all) => all.join(''));
  fc.assert(
    fc.property(text, fc.integer({ min: 8, max: 40 }), (given, columns) => {
      const lines = wrapped(given, columns).split('\n');
      expect(lines.join('').replaceAll(' ', '')).toBe(given.replaceAll(' ', ''));
      for (const line of lines) if (displayWidth(line) > columns) expect(line.trim()).not.toContain(' ');
    }),
  );
});
