import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { cleanUp, cli, folder } from './support/rig.ts';

/** The command line in other languages, as a process: what people read changes, what programs read does not. */

afterAll(cleanUp);

test('errors are framed in the language, and JSON is the same to the byte', async () => {
  const cwd = folder();
  writeFileSync(join(cwd, 'bad.yaml'), 'watch:\n  - { name: a, host: 192.0.2.1, intervall: 5s }\n');
  const [english, korean, indonesian] = await Promise.all(
    ['en', 'ko', 'id'].map((language) => cli(cwd, 'check', 'bad.yaml', '--json', '--language', language)),
  );
  expect(english?.stdout).toContain('"ok":false');
  expect(korean?.stdout).toBe(english?.stdout);
  expect(indonesian?.stdout).toBe(english?.stdout);
  expect([english, korean, indonesian].map((one) => one?.code)).toEqual([1, 1, 1]);
  const missing = await cli(cwd, 'check', 'missing.yaml', '--language=ja');
  expect(missing.stderr).toMatch(/^エラー: 構成ファイルを読み取れません。 .+\nヒント: .+\n$/);
});

test('the option stands anywhere, and one that there is not is refused with those that there are', async () => {
  const cwd = folder();
  const before = await cli(cwd, '--language', 'id', 'status', '--help');
  const behind = await cli(cwd, 'status', '--help', '--language', 'id');
  expect(before.stdout).toContain('Pemakaian: quorumwatch status');
  expect(behind.stdout).toBe(before.stdout);
  const unknown = await cli(cwd, 'status', '--language', 'de');
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain('Allowed choices are en, ko, ja, id.');
});
