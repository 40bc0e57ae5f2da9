import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './shared.ts';
import { WatcherProcess, type Ready } from './watcher-process.ts';

/** What tests of the whole program need: folders, watchers, the command line, the API, a web server that obeys. */

const folders: string[] = [];
const watchers: WatcherProcess[] = [];

/** Ends what a test started and removes what it made. */
export async function cleanUp(): Promise<void> {
  for (const watcher of watchers.splice(0)) await watcher.kill();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'qw-up-'));
  folders.push(made);
  return made;
}

/** `quorumwatch up --json` on a free port of loopback. */
export function start(cwd: string, ...args: string[]): WatcherProcess {
  const watcher = new WatcherProcess(['--listen', '127.0.0.1:0', ...args], { cwd });
  watchers.push(watcher);
  return watcher;
}

export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

export function cli(cwd: string, ...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd, maxBuffer: 64 * 1024 * 1024 };
    execFile(process.execPath, [join(root, 'src/cli/main.ts'), ...args], options, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

export function api(ready: Ready) {
  const token = readFileSync(ready.tokenFile, 'utf8').trim();
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${ready.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  };
  return { token, get: async <Answer>(path: string) => (await call('GET', path)).body as Answer, call };
}

export async function webServer(answer: () => { status: number; body: string }) {
  const server = createServer((_, response) => {
    const { status, body } = answer();
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

/** Options of a check that settles fast. */
export const quick = 'interval: 200ms, timeout: 150ms, start-delay: 0s';
