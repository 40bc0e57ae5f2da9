import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './support/shared.ts';

/** The page about complaints names demonstrations: each of them is a test that there is. */

const page = readFileSync(join(root, 'docs/guide/complaints.md'), 'utf8');
const demonstrations = [...page.matchAll(/^\| (\d+) \|.*\| `([^`]+)`: (.+) \|$/gm)];

test('there are ten', () => {
  expect(demonstrations.map(([, number]) => Number(number))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test.each(demonstrations.map(([, number = '', file = '', title = '']) => ({ number, file, title })))(
  'complaint $number is demonstrated by a test',
  ({ file, title }) => {
    const titles = [...readFileSync(join(root, file), 'utf8').matchAll(/\btest\(\s*(['"`])(.+?)\1/gs)].map(
      ([, , text]) => text,
    );
    expect(titles).toContain(title);
  },
);
