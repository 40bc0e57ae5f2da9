import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { openKeyFile, openReplica, verifyLedger, type LedgerEntry } from '../../src/agree/index.ts';
import { nodeDisk, systemClock } from '../../src/platform/index.ts';
import { twoEntries } from './two-entries.ts';

const writerFile = fileURLToPath(import.meta.resolve('./ledger-writer.ts'));

/** More rounds for a release: `QW_KILL_ROUNDS=200 npx vitest run test/system/ledger-kill.test.ts`. */
const rounds = Number(process.env['QW_KILL_ROUNDS'] ?? 20);
const directory = await mkdtemp(`${tmpdir()}/quorumwatch-kill-`);
afterAll(() => rm(directory, { recursive: true }));

/** Starts the writer and kills it; every fourth time so early that it may still be recovering. */
async function writeAndKill(round: number): Promise<string[]> {
  const writer = spawn(process.execPath, [writerFile, directory, String(round)]);
  let output = '';
  let errors = '';
  let timer: NodeJS.Timeout | undefined;
  const killAfter = (maxMs: number) => {
    timer ??= setTimeout(() => writer.kill('SIGKILL'), Math.random() * maxMs);
  };
  if (round % 4 === 3) killAfter(300);
  writer.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (output.startsWith('ready\n')) killAfter(250);
  });
  writer.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const signal = await new Promise((resolve) => writer.on('close', (_code, how) => resolve(how)));
  clearTimeout(timer);
  expect(signal, errors).toBe('SIGKILL');
  return output
    .split('\n')
    .slice(0, -1)
    .filter((line) => line !== 'ready');
}

it(`loses nothing acknowledged in ${rounds} kills under load`, { timeout: 60_000 + rounds * 5000 }, async () => {
  const acknowledged: string[] = [];
  for (let round = 0; round < rounds; round++) {
    acknowledged.push(...(await writeAndKill(round)));
    const found = await verifyLedger(directory);
    // Killed before the folder was first used, there is nothing to verify.
    if (acknowledged.length > 0) expect(found, `after kill ${round}`).toMatchObject({ ok: true });
  }
  expect(acknowledged.length).toBeGreaterThan(rounds * 50);

  const entries: LedgerEntry[] = [];
  const signer = await openKeyFile(nodeDisk, directory, 'key.pem', 'office');
  const replica = await openReplica({ directory, core: 'solo', application: twoEntries(), clock: systemClock, signer });
  for (let page = await replica.read(0, 5000); page.length > 0; page = await replica.read(entries.length, 5000)) {
    entries.push(...page);
  }
  await replica.close();
  expect(await verifyLedger(directory)).toMatchObject({ ok: true, entries: entries.length });

  const seen = new Map<string, number>();
  for (const { kind, body } of entries) {
    const key = `${kind} ${(body as { name: string }).name}`;
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  expect([...seen].filter(([, times]) => times > 1)).toEqual([]);
  expect(acknowledged.filter((name) => !seen.has(`part ${name}`) || !seen.has(`whole ${name}`))).toEqual([]);
  // Executing again saw the same state: the count each entry carries follows from its place.
  expect(
    entries.filter((entry) => (entry.body as { count: number }).count !== 2 * Math.floor(entry.position / 2)),
  ).toEqual([]);
});
