import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../support/shared.ts';

/** The page that names a test for each place where formats lead astray names tests that there are. */

const rows = readFileSync(join(root, 'docs/guide/flow-formats.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| \d/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));

test('no place is without a test', () => {
  expect(rows.map(([, number]) => Number(number))).toEqual(Array.from({ length: 22 }, (_, index) => index + 1));
});

test.each(rows.map(([, number, place = '', , proof = '']) => ({ number, place, proof })))(
  '$number: $place',
  ({ proof }) => {
    const files = proof.split(';').map((part) => ({
      file: /`([^`]+)`/.exec(part)?.[1] ?? '',
      tests: [...part.matchAll(/“([^”]+)”/g)].map(([, name = '']) => name),
    }));
    for (const { file, tests } of files) {
      const source = readFileSync(join(root, file), 'utf8');
      expect(tests, file).not.toEqual([]);
      expect(tests.filter((name) => !source.includes(`'${name}'`))).toEqual([]);
    }
  },
);
