import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { ManualClock } from '../platform/index.ts';
import { TokenBook } from './tokens.ts';

const folder = mkdtempSync(join(tmpdir(), 'qw-tokens-'));
const file = join(folder, 'tokens.json');
afterEach(() => rmSync(file, { force: true }));

test('changes that come together are all kept, and only hashes are stored', async () => {
  const book = await TokenBook.open(file, new ManualClock());
  const names = Array.from({ length: 20 }, (_, i) => `t${i}`);
  const tokens = await Promise.all(names.map((name) => book.create(name, 'viewer')));
  await Promise.all([book.remove('t3'), book.create('last', 'admin')]);
  const again = await TokenBook.open(file, new ManualClock());
  expect(again.list().map((one) => one.name)).toEqual([...names.filter((name) => name !== 't3'), 'last']);
  expect(again.find(tokens[0] ?? '')).toEqual({ name: 't0', role: 'viewer' });
  expect(again.find(tokens[3] ?? '')).toBeUndefined();
  expect(readFileSync(file, 'utf8')).not.toContain(tokens[0]);
  expect(statSync(file).mode & 0o077).toBe(0);
});

test('a name is given once, and a passing token ends with its book', async () => {
  const book = await TokenBook.open(file, new ManualClock());
  const both = await Promise.allSettled([book.create('same', 'viewer'), book.create('same', 'viewer')]);
  expect(both.map((one) => one.status)).toEqual(['fulfilled', 'rejected']);
  const passing = book.createPassing('page', 'admin');
  expect(book.find(passing)).toEqual({ name: 'page', role: 'admin' });
  expect((await TokenBook.open(file, new ManualClock())).find(passing)).toBeUndefined();
});
