import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { LedgerBodies } from '../src/model/index.ts';
import { root } from './support/shared.ts';
import { WatcherProcess } from './support/watcher-process.ts';

/**
 * The whole watcher is killed at random instants while targets come and go and programs run. Afterwards the ledger
 * verifies, everything it had told the outside is still in it, no program that finished ran again, and every one that
 * a kill cut off is accounted for.
 */

const rounds = Number(process.env['QW_KILLS'] ?? 12);
const targets = 24;

interface Entry {
  position: number;
  kind: string;
  body: unknown;
}

test(`nothing told is lost over ${rounds} kills`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'qw-crash-'));
  const data = join(folder, 'data');
  const log = join(folder, 'actions.log');
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  // Each target is alive or refused by its own rhythm: ports below are closed, the server's is open.
  const watch = Array.from({ length: targets }, (_, i) => ({
    name: `target ${i}`,
    type: 'http-get',
    host: '127.0.0.1',
    port,
    path: `/${i}`,
    interval: '100ms',
    timeout: '90ms',
    'retry-interval': '50ms',
    'start-delay': '0s',
    settle: { down: '1/1', up: '1/1' },
    down: [
      { run: `echo "$QW_ACTION_ID start" >> ${log}; sleep 0.05; echo "$QW_ACTION_ID end" >> ${log}`, shell: true },
    ],
    up: [
      {
        run: `echo "$QW_ACTION_ID start" >> ${log}; echo "$QW_ACTION_ID end" >> ${log}`,
        shell: true,
        'after-crash': 'leave',
      },
    ],
  }));
  server.close();
  const web = flappingServer(port);
  writeFileSync(join(folder, 'quorumwatch.yaml'), JSON.stringify({ watch }));

  const told = new Map<number, string>();
  try {
    for (let round = 0; round < rounds; round++) {
      const watcher = new WatcherProcess(['--data', data, '--listen', '127.0.0.1:0', '--log', 'error'], {
        cwd: folder,
      });
      await watcher.ready;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 1200));
      await watcher.kill();
      for (const event of watcher.events) {
        if (event.position === undefined) continue;
        const text = JSON.stringify(event.body);
        expect(told.get(event.position) ?? text, `entry ${event.position} was told differently before`).toBe(text);
        told.set(event.position, text);
      }
    }
    const last = new WatcherProcess(['--data', data, '--listen', '127.0.0.1:0', '--log', 'error'], { cwd: folder });
    await last.ready;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(await last.stop()).toBe(0);
  } finally {
    web.close();
  }

  const verify = cli(['ledger', 'verify', '--dir', data, '--json']);
  expect(JSON.parse(verify)).toMatchObject({ ok: true });
  const entries = new Map((await entriesOf(folder, data)).map((entry) => [entry.position, entry]));
  expect(told.size).toBeGreaterThan(rounds);
  for (const [position, text] of told) expect(JSON.stringify(entries.get(position)?.body)).toBe(text);

  const lines = existsSync(log) ? readFileSync(log, 'utf8').split('\n').filter(Boolean) : [];
  const count = (line: string) => lines.filter((one) => one === line).length;
  const finished = new Map<string, LedgerBodies['action-finished']>();
  let intended = 0;
  for (const { kind, body } of entries.values()) {
    if (kind === 'action-intended') intended++;
    if (kind !== 'action-finished') continue;
    const receipt = body as LedgerBodies['action-finished'];
    expect(finished.has(receipt.id), `two receipts for ${receipt.id}`).toBe(false);
    finished.set(receipt.id, receipt);
  }
  expect(finished.size).toBeGreaterThan(rounds);
  for (const [id, { receipt }] of finished) {
    if (receipt.outcome === 'done') expect([count(`${id} start`), count(`${id} end`)], id).toEqual([1, 1]);
    else expect(count(`${id} start`), `${id} ${receipt.text}`).toBeLessThanOrEqual(1);
  }
  // What is left open is what the last stop cut off: at most as many as run at a time.
  expect(intended - finished.size).toBeLessThan(targets * 2);
  rmSync(folder, { recursive: true, force: true });
}, 3_600_000);

function cli(args: string[]): string {
  return spawnSync(process.execPath, [join(root, 'src/cli/main.ts'), ...args], { encoding: 'utf8', maxBuffer: 1 << 30 })
    .stdout;
}

async function entriesOf(folder: string, data: string): Promise<Entry[]> {
  writeFileSync(join(folder, 'empty.yaml'), 'watch: []\n');
  const reader = new WatcherProcess(
    ['--data', data, '--listen', '127.0.0.1:0', '--log', 'error', '--config', join(folder, 'empty.yaml')],
    { cwd: folder },
  );
  await reader.ready;
  const text = cli(['events', '--data', data, '--json']);
  await reader.stop();
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Entry);
}

/** Answers well or badly, changing every path every few hundred milliseconds. */
function flappingServer(port: number): { close(): void } {
  const script = `require('node:http').createServer((q, r) => { const i = Number(q.url.slice(1));
    r.writeHead(Math.floor((Date.now() + i * 97) / 300) % 2 ? 200 : 500).end('x'); }).listen(${port}, '127.0.0.1')`;
  const child = spawn(process.execPath, ['-e', script], { stdio: 'ignore' });
  return { close: () => child.kill() };
}
