import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makePrivacyKey, readPrivacyKey } from './privacy-key.ts';

const folder = mkdtempSync(join(tmpdir(), 'qw-privacy-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a key is made once, for its owner only, and read back', async () => {
  const path = join(folder, 'key');
  await makePrivacyKey(path);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const key = await readPrivacyKey(path);
  expect(key).toHaveLength(32);
  expect(Buffer.from(key).toString('hex')).toBe(readFileSync(path, 'utf8').trim());
  await expect(makePrivacyKey(path)).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(await readPrivacyKey(path)).toEqual(key);
  await makePrivacyKey(join(folder, 'other'));
  expect(await readPrivacyKey(join(folder, 'other'))).not.toEqual(key);
});

test('a key that others can read is used, and told of', async () => {
  const path = join(folder, 'open');
  await makePrivacyKey(path);
  chmodSync(path, 0o644);
  const told: string[] = [];
  await readPrivacyKey(path, (message) => told.push(message));
  expect(told).toEqual([expect.stringContaining('every user of this machine can read it')]);
});

test('what is no key is refused without saying what it is', async () => {
  const path = join(folder, 'short');
  writeFileSync(path, 'secret-but-no-key');
  const refused = readPrivacyKey(path);
  await expect(refused).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' });
  await expect(refused).rejects.not.toThrow(/secret-but/);
  await expect(readPrivacyKey(join(folder, 'missing'))).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' });
  await expect(makePrivacyKey(join(folder, 'no-folder', 'key'))).rejects.toMatchObject({ code: 'DATA_UNUSABLE' });
});
