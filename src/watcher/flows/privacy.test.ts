import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { pseudonymOf, revealed } from './privacy.ts';

const folder = mkdtempSync(join(tmpdir(), 'qw-reveal-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const keyFile = join(folder, 'key');
writeFileSync(keyFile, `${'15221733'.repeat(8)}\n`, { mode: 0o600 });

test('whoever has the key goes both ways, and nothing else is an address', async () => {
  for (const address of ['192.0.2.1', '2001:db8::1']) {
    const pseudonym = await pseudonymOf(address, keyFile);
    expect(pseudonym).not.toBe(address);
    expect(pseudonym.includes(':')).toBe(address.includes(':'));
    expect(await revealed(pseudonym, keyFile)).toBe(address);
  }
  await expect(revealed('example.org', keyFile)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  await expect(pseudonymOf('192.0.2.1', join(folder, 'missing'))).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' });
});
