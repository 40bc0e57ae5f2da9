import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { ManualClock } from '../../platform/index.ts';
import { Passwords } from './passwords.ts';
import { UserBook } from './users.ts';

const folder = mkdtempSync(join(tmpdir(), 'qw-users-'));
const file = join(folder, 'users.json');
afterEach(() => rmSync(file, { force: true }));

const password = 'correct horse battery';
const light = { ln: 4, r: 1, p: 1 };
const clock = new ManualClock();
const open = (parameters = light) => UserBook.open(file, clock, new Passwords(parameters));

test('a user signs in after a restart; the file has no password and is the owner’s alone', async () => {
  await (await open()).add({ name: 'maria', displayName: 'Maria R.', role: 'operator', password });
  const book = await open();
  expect(await book.checkPassword('maria', password)).toBe(true);
  expect(await book.checkPassword('maria', 'wrong')).toBe(false);
  expect(await book.checkPassword('nobody', password)).toBe(false);
  expect(book.principal('maria')?.principal).toEqual({
    name: 'maria',
    displayName: 'Maria R.',
    role: 'operator',
    identity: 'user',
  });
  expect(JSON.stringify(book.list())).not.toContain('scrypt');
  expect(readFileSync(file, 'utf8')).not.toContain(password);
  expect(statSync(file).mode & 0o077).toBe(0);
});

test('names are unique whatever their capitals, and safe everywhere', async () => {
  const book = await open();
  await book.add({ name: 'maria', role: 'viewer', password });
  await expect(book.add({ name: 'Maria', role: 'admin', password })).rejects.toMatchObject({ code: 'CONFLICT' });
  for (const name of ['', '../x', 'a b', 'a@b', '.hidden', 'x'.repeat(61), '<img>'])
    await expect(book.add({ name, role: 'viewer', password })).rejects.toMatchObject({ code: 'BAD_INPUT' });
});

test('sessions have to end after a new password, and when the user is disabled or another of this name', async () => {
  const book = await open();
  const generation = () => book.principal('maria')?.generation;
  await book.add({ name: 'maria', role: 'viewer', password });
  const first = generation();
  await book.change('maria', { role: 'admin', displayName: 'M' });
  expect(generation()).toBe(first);
  await book.setPassword('maria', 'another horse battery');
  const second = generation();
  expect(second).not.toBe(first);
  await book.change('maria', { disabled: true });
  expect(generation()).toBeUndefined();
  expect(await book.checkPassword('maria', 'another horse battery')).toBe(false);
  await book.change('maria', { disabled: false });
  expect([first, second]).not.toContain(generation());
  await book.remove('maria');
  clock.advance(1000);
  await book.add({ name: 'maria', role: 'viewer', password });
  expect([first, second]).not.toContain(generation());
});

test('a password is hashed again with what counts now when it is at hand', async () => {
  await (await open()).add({ name: 'maria', role: 'viewer', password });
  const book = await open({ ...light, ln: 6 });
  expect(await book.checkPassword('maria', 'wrong')).toBe(false);
  expect(readFileSync(file, 'utf8')).toContain('ln=4');
  expect(await book.checkPassword('maria', password)).toBe(true);
  expect(readFileSync(file, 'utf8')).toContain('ln=6');
  expect(await (await open()).checkPassword('maria', password)).toBe(true);
});

test('a password that was set while somebody signed in with the old one stays', async () => {
  const book = await open();
  await book.add({ name: 'maria', role: 'viewer', password });
  const outdated = await open({ ...light, ln: 6 });
  await Promise.all([
    outdated.checkPassword('maria', password),
    outdated.setPassword('maria', 'another horse battery'),
  ]);
  expect(await outdated.checkPassword('maria', 'another horse battery')).toBe(true);
  expect(await outdated.checkPassword('maria', password)).toBe(false);
});

test('a damaged file is named and not written over', async () => {
  writeFileSync(file, '[{"name":5}]');
  await expect(open()).rejects.toMatchObject({ code: 'BAD_INPUT', where: file });
  expect(readFileSync(file, 'utf8')).toBe('[{"name":5}]');
});
