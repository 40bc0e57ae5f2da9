import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { ManualClock } from '../../platform/index.ts';
import { TokenBook } from './tokens.ts';

const folder = mkdtempSync(join(tmpdir(), 'qw-tokens-'));
let file = '';
let number = 0;
// The time of last use is written behind one's back: each test has a file of its own.
beforeEach(() => {
  file = join(folder, `tokens-${number++}.json`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('changes that come together are all kept, and only hashes are stored', async () => {
  const book = await TokenBook.open(file, new ManualClock());
  const names = Array.from({ length: 20 }, (_, i) => `t${i}`);
  const tokens = await Promise.all(names.map((name) => book.create({ name, role: 'viewer' })));
  await Promise.all([book.remove('t3'), book.create({ name: 'last', role: 'admin' })]);
  const again = await TokenBook.open(file, new ManualClock());
  expect(again.list().map((one) => one.name)).toEqual([...names.filter((name) => name !== 't3'), 'last']);
  expect(again.find(tokens[0] ?? '')).toEqual({ name: 't0', role: 'viewer', identity: 'token' });
  expect(again.find(tokens[3] ?? '')).toBeUndefined();
  expect(readFileSync(file, 'utf8')).not.toContain(tokens[0]);
  expect(statSync(file).mode & 0o077).toBe(0);
});

test('a name is given once, and a passing token ends with its book', async () => {
  const book = await TokenBook.open(file, new ManualClock());
  const both = await Promise.allSettled([
    book.create({ name: 'same', role: 'viewer' }),
    book.create({ name: 'same', role: 'viewer' }),
  ]);
  expect(both.map((one) => one.status)).toEqual(['fulfilled', 'rejected']);
  const passing = book.createPassing('page', 'admin');
  expect(book.find(passing)).toEqual({ name: 'page', role: 'admin', identity: 'token' });
  expect((await TokenBook.open(file, new ManualClock())).find(passing)).toBeUndefined();
});

test('a token ends at its time, and remembers to the hour when it was used', async () => {
  const clock = new ManualClock();
  const book = await TokenBook.open(file, clock);
  await expect(book.create({ name: 'old', role: 'viewer', expiresAt: clock.now() })).rejects.toThrow(/time to come/);
  const token = await book.create({ name: 'short', role: 'viewer', expiresAt: clock.now() + 7_200_000 });
  expect(book.list()[0]?.usedAt).toBeUndefined();
  clock.advance(1000);
  expect(book.find(token)?.name).toBe('short');
  const used = clock.now();
  clock.advance(60_000);
  expect(book.find(token)?.name).toBe('short');
  await book.create({ name: 'next', role: 'viewer' });
  expect(book.list()[0]?.usedAt).toBe(used);
  expect((await TokenBook.open(file, clock)).list()[0]?.usedAt).toBe(used);
  clock.advance(7_200_000);
  expect(book.find(token)).toBeUndefined();
});

test('a user’s token may no more than the user, and nothing once the user is gone', async () => {
  let role: 'viewer' | 'operator' | undefined = 'operator';
  const book = await TokenBook.open(file, new ManualClock(), () => role);
  const token = await book.create({ name: 'laptop', role: 'admin', owner: 'maria' });
  expect(book.find(token)).toEqual({ name: 'maria/laptop', role: 'operator', identity: 'token' });
  role = 'viewer';
  expect(book.find(token)?.role).toBe('viewer');
  role = undefined;
  expect(book.find(token)).toBeUndefined();
  await expect(book.remove('laptop')).rejects.toThrow(/no token/);
  await book.removeOf('maria');
  expect(book.list()).toEqual([]);
});
