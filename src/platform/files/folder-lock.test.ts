import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockFolder } from './folder-lock.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(`${tmpdir()}/quorumwatch-lock-`);
});
afterEach(() => rm(directory, { recursive: true }));

describe('folder lock', () => {
  it('has one owner until it is released', async () => {
    const release = await lockFolder(directory);
    await expect(lockFolder(directory)).rejects.toMatchObject({ code: 'DATA_LOCKED', facts: { pid: process.pid } });
    await release();
    await (
      await lockFolder(directory)
    )();
    expect(await readdir(directory)).toHaveLength(1);
  });

  it('is taken over from a process that is gone, and from another start with the same number', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await new Promise((resolve) => child.on('exit', resolve));
    await writeFile(`${directory}/lock-4`, `pid ${child.pid}\nstarted 1\nboot 0\n`);
    await (
      await lockFolder(directory)
    )();
    await writeFile(`${directory}/lock-9`, `pid ${process.pid}\nstarted 1\nboot of another time\n`);
    await (
      await lockFolder(directory)
    )();
    expect(await readdir(directory)).toEqual(['lock-10']);
  });

  it('gives a dead owner’s folder to exactly one of many', async () => {
    for (let round = 0; round < 20; round++) {
      await writeFile(`${directory}/lock-${round * 10 + 1}`, 'pid 999999999\nstarted 1\nboot 0\n');
      const results = await Promise.allSettled(Array.from({ length: 12 }, () => lockFolder(directory)));
      const owners = results.filter((result) => result.status === 'fulfilled');
      expect(owners).toHaveLength(1);
      await owners[0]?.value();
    }
  });
});
