import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSecret, redact, Secret } from './secrets.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qw-secret-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('reads a file without its last line end, and warns when everybody can read it', async () => {
  const file = join(folder, 'token');
  await writeFile(file, 'top secret\n\n', { mode: 0o600 });
  const warnings: string[] = [];
  const warn = (message: string) => warnings.push(message);
  expect((await readSecret({ file }, { warn })).reveal()).toBe('top secret\n');
  expect(warnings).toEqual([]);
  await chmod(file, 0o644);
  await readSecret({ file }, { warn });
  expect(warnings).toEqual([`${file} holds a secret and every user of this machine can read it`]);
});

test('names the file or the variable that is missing', async () => {
  const file = join(folder, 'none');
  await expect(readSecret({ file })).rejects.toMatchObject({ code: 'SECRET_UNREADABLE', where: file });
  await expect(readSecret({ file: folder })).rejects.toThrow('it is not a file');
  await expect(readSecret({ text: 'a${QW_NONE}' }, { environment: {} })).rejects.toThrow(
    'the variable QW_NONE is not set',
  );
  await writeFile(file, 'x'.repeat(70_000));
  await expect(readSecret({ file })).rejects.toThrow('at most 65536');
  await writeFile(file, '\n');
  await expect(readSecret({ file })).rejects.toThrow('it is empty');
});

test('expands variables once', async () => {
  const environment = { A: 'x${B}', B: 'y' };
  expect((await readSecret({ text: 'Bearer ${A}$$' }, { environment })).reveal()).toBe('Bearer x${B}$$');
});

test('never prints', () => {
  const secret = new Secret('hunter22');
  expect(`${secret.toString()} ${JSON.stringify({ secret })} ${inspect({ secret })} ${inspect(secret)}`).not.toContain(
    'hunter22',
  );
  expect(redact('535 hunter22 is wrong', [secret])).toBe('535 [secret] is wrong');
});
