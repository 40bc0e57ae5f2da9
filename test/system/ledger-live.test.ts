import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { openKeyFile, openReplica, verifyLedger } from '../../src/agree/index.ts';
import { nodeDisk, systemClock } from '../../src/platform/index.ts';
import { twoEntries } from './two-entries.ts';

const writerFile = fileURLToPath(import.meta.resolve('./ledger-writer.ts'));

const verifications = 25;

it('verifies again and again beside a process that writes, which keeps its folder to itself', async () => {
  const directory = await mkdtemp(`${tmpdir()}/quorumwatch-live-`);
  const writer = spawn(process.execPath, [writerFile, directory]);
  const ended = new Promise((resolve) => writer.on('close', resolve));
  try {
    await new Promise((resolve) => writer.stdout.once('data', resolve));
    writer.stdout.resume();
    let entries = 0;
    for (let count = 0; count < verifications; count++) {
      const found = await verifyLedger(directory);
      expect(found).toMatchObject({ ok: true });
      expect(found.entries).toBeGreaterThanOrEqual(entries);
      ({ entries } = found);
    }
    expect(entries).toBeGreaterThan(0);
    const signer = await openKeyFile(nodeDisk, directory, 'key.pem', 'office');
    const second = openReplica({ directory, core: 'solo', application: twoEntries(), clock: systemClock, signer });
    await expect(second).rejects.toMatchObject({ code: 'DATA_LOCKED', facts: { pid: writer.pid } });
  } finally {
    writer.kill('SIGKILL');
    await ended;
    await rm(directory, { recursive: true });
  }
});
