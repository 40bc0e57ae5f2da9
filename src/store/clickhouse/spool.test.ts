import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nodeDisk, type Disk } from '../../platform/index.ts';
import { Spool } from './spool.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'qw-spool-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const block = (shard: number, text: string, rows = 1) => ({ shard, table: 'points', rows, bytes: Buffer.from(text) });

test('what was put is there after a restart, in its order, until it is done', async () => {
  const spool = await Spool.open(nodeDisk, directory);
  await spool.put([block(0, 'a', 3), block(1, 'b')]);
  await spool.put([block(0, 'c', 4)]);
  const again = await Spool.open(nodeDisk, directory);
  expect(again.bytes).toBe(3);
  expect(again.pending(0)).toEqual({ rows: 7, newest: 3 });
  const first = again.first(0);
  expect(first && String(await again.read(first))).toBe('a');
  if (first) await again.done(first);
  const next = again.first(0);
  expect(next && String(await again.read(next))).toBe('c');
  // A number is never used twice, or a block could replace another.
  await again.put([block(1, 'd')]);
  expect(again.pending(1)).toEqual({ rows: 2, newest: 4 });
});

test('what was being written when the process ended is removed, and foreign files are left alone', async () => {
  writeFileSync(join(directory, '000000000001-0-points-5.native.new'), 'half');
  writeFileSync(join(directory, 'notes.txt'), 'mine');
  const spool = await Spool.open(nodeDisk, directory);
  expect([spool.bytes, readdirSync(directory)]).toEqual([0, ['notes.txt']]);
});

test.each(['open', 'rename', 'syncDirectory'] as const)('after a failure of %s nothing of it stays', async (step) => {
  let left = 1;
  const disk: Disk = {
    ...nodeDisk,
    [step]: (...given: never[]) => {
      if (left-- === 0) return Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' }));
      return (nodeDisk[step] as (...all: never[]) => Promise<unknown>)(...given);
    },
  };
  const spool = await Spool.open(disk, directory);
  left = step === 'syncDirectory' ? 0 : 1;
  await expect(spool.put([block(0, 'a'), block(1, 'b')])).rejects.toThrow('no space');
  expect(readdirSync(directory)).toEqual([]);
  expect(spool.first(0)).toBeUndefined();
  await spool.put([block(0, 'a')]);
  expect(spool.pending(0).rows).toBe(1);
});
