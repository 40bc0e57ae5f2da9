import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nodeDisk, silentLog, type Disk, type Log } from '../../platform/index.ts';
import { Choice } from './choice.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'qw-choice-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const opened = async (disk: Disk = nodeDisk, log: Log = silentLog) => {
  const choice = new Choice({ disk, directory, log });
  await choice.open();
  return choice;
};
const chosen = { uplink: 'isp2', by: 'operator ann', at: 1_700_000_000_000 };

test('a choice stands over restarts, until it is ended', async () => {
  await (await opened()).set(chosen);
  const again = await opened();
  expect(again.standing).toEqual(chosen);
  await again.set(undefined);
  expect((await opened()).standing).toBeUndefined();
  expect(readdirSync(directory)).toEqual([]);
  // Ending what does not stand is no mistake.
  await again.set(undefined);
  expect(again.problem).toBeUndefined();
});

test('a choice that cannot be written down is in force, and says that it would not survive', async () => {
  const full = { ...nodeDisk, makeDirectory: () => Promise.reject(new Error('no space left')) };
  const choice = await opened(full);
  await choice.set(chosen);
  expect(choice.standing).toEqual(chosen);
  expect(choice.problem).toBe('the choice of an uplink would not survive a restart: no space left');
});

test('a file that cannot be read is told, and chooses nothing', async () => {
  writeFileSync(join(directory, 'uplinks-chosen.json'), '{"uplink":');
  const told: string[] = [];
  const choice = await opened(nodeDisk, { ...silentLog, error: (text: string) => void told.push(text) });
  expect(choice.standing).toBeUndefined();
  expect(told).toHaveLength(1);
});
