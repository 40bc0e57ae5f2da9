import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { genesisSchema } from '../model/index.ts';
import { openGenesis, readGenesis } from './genesis-file.ts';

const signer = { name: 'office-1', publicKey: Buffer.alloc(32, 7), sign: () => Buffer.alloc(64) };
const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));
const folder = () => {
  folders.push(mkdtempSync(join(tmpdir(), 'qw-genesis-')));
  return folders.at(-1) ?? '';
};

test('a watcher without a genesis makes one of its own, once', async () => {
  const directory = folder();
  expect(await readGenesis(directory)).toBeUndefined();
  const made = await openGenesis(directory, signer, 1234.5);
  expect(made).toMatchObject({
    cluster: 'office-1',
    createdAt: 1234,
    protocol: 'solo',
    operators: [{ name: 'office-1', publicKey: '07'.repeat(32) }],
    watchers: [{ number: 1, id: 'office-1', role: 'member' }],
  });
  expect(genesisSchema.parse(made)).toEqual(made);
  expect(await openGenesis(directory, signer, 9999)).toEqual(made);
  const other = await openGenesis(folder(), signer, 1234.5);
  expect(other.nonce).not.toBe(made.nonce);
});

test.each([
  ['not JSON', '{'],
  ['no genesis', '{"format":2}'],
])('a file that is %s is named, and left as it is', async (_what, text) => {
  const directory = folder();
  writeFileSync(join(directory, 'genesis.json'), text);
  await expect(openGenesis(directory, signer, 0)).rejects.toMatchObject({
    code: 'DATA_FOREIGN',
    where: `${directory}/genesis.json`,
  });
  expect(readFileSync(join(directory, 'genesis.json'), 'utf8')).toBe(text);
});
