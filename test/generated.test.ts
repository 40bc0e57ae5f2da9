import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { errorTable } from '../src/model/index.ts';
import { generated } from '../tools/reference.ts';

const root = resolve(import.meta.dirname, '..');

test.each(Object.entries(generated()))('%s follows from the sources', (file, text) => {
  expect(readFileSync(join(root, file), 'utf8')).toBe(text);
});

test('every error code is used', () => {
  const sources = ['src'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter(
        (entry) =>
          entry.isFile() &&
          entry.name.endsWith('.ts') &&
          !entry.name.endsWith('.test.ts') &&
          entry.name !== 'errors.ts',
      )
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8')),
  );
  const text = sources.join('\n');
  expect(Object.keys(errorTable).filter((code) => !text.includes(`'${code}'`) && code !== 'INTERNAL')).toEqual([]);
});
