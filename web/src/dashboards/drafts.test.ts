import { expect, test } from 'vitest';
import { nameFrom, namePattern, renamed } from './drafts.ts';

test.each([
  ['Office, uplinks', 'office-uplinks'],
  ['Büro – Übersicht', 'buro-ubersicht'],
  ['---', ''],
  ['x'.repeat(200), 'x'.repeat(63)],
])('%s becomes %s', (title, name) => {
  expect(nameFrom(title)).toBe(name);
  expect(namePattern.test(name)).toBe(name !== '');
});

test('a copy keeps everything but its name and title', () => {
  expect(renamed({ name: 'a', title: 'A', charts: [1] }, 'b', 'B')).toEqual({ name: 'b', title: 'B', charts: [1] });
});
