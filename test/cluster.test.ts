import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { ApiDemonstration, ApiLedgerStatus, ApiStatus } from '../src/model/index.ts';
import { freePorts } from '../src/platform/index.ts';
import { cleanUp, cli, folder, start } from './support/rig.ts';
import type { WatcherProcess } from './support/watcher-process.ts';

/** Four members as four real processes on loopback, started one by one or by one command. */

afterEach(cleanUp);

const patienceMs = 30_000;

function listening(port: number): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.end());
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

const closed = (server: Server) => new Promise<void>((resolve) => server.close(() => resolve()));

/** Accepts connections while it is on. */
class Target {
  readonly port: number;
  #server: Server | undefined;

  constructor(port: number) {
    this.port = port;
  }

  async on(): Promise<void> {
    this.#server = await listening(this.port);
  }

  async off(): Promise<void> {
    if (this.#server) await closed(this.#server);
    this.#server = undefined;
  }
}

function writeConfiguration(cwd: string, port: number): void {
  const settle = { down: '2/2', up: '2/2' };
  const often = { interval: '400ms', timeout: '300ms', 'retry-interval': '200ms', 'start-delay': '0s' };
  const watch = [{ name: 'target', type: 'tcp-conn', host: '127.0.0.1', port, ...often, settle }];
  writeFileSync(join(cwd, 'watch.json'), JSON.stringify({ site: 'here', watch }));
}

async function json<Answer>(cwd: string, ...args: string[]): Promise<Answer> {
  const done = await cli(cwd, ...args, '--json');
  if (done.stdout === '') throw new Error(done.stderr);
  return JSON.parse(done.stdout) as Answer;
}

async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + patienceMs; Date.now() < end; await sleep(250)) if (await condition()) return;
  throw new Error(`${what} (waited ${patienceMs / 1000} s)`);
}

const targetOf = (status: ApiStatus) => status.checks.find(({ name }) => name === 'target');

test('four processes agree; with one killed they go on, with two nothing is decided, and all come back to one ledger', async () => {
  const cwd = folder();
  const [targetPort = 0, ...peers] = await freePorts(5);
  const target = new Target(targetPort);
  await target.on();
  writeConfiguration(cwd, targetPort);
  const hosts = peers.map((port) => `127.0.0.1:${port}`).join(',');
  const options = ['--watchers', '4', '--dir', 'members', '--hosts', hosts, '--config', 'watch.json'];
  const made = await json<{ members: { id: string; dir: string }[] }>(cwd, 'init', ...options);
  const dirs = made.members.map(({ dir }) => join(cwd, dir));
  const launch = async (dir: string): Promise<WatcherProcess> => {
    const watcher = start(cwd, '--data', dir, '--log', 'warning');
    const ready = await watcher.ready;
    expect(ready.watchers.map(({ id }) => id).toSorted()).toEqual(made.members.map(({ id }) => id));
    return watcher;
  };
  const watchers = await Promise.all(dirs.map(launch));
  const all = (verdict: string, some = watchers) =>
    Promise.all(some.map((watcher) => watcher.until({ target: verdict }, patienceMs)));
  const status = (index: number) => json<ApiStatus>(cwd, 'status', '--data', dirs[index] ?? '');
  await all('up');

  await target.off();
  await all('down');
  for (const index of dirs.keys()) {
    const check = targetOf(await status(index));
    expect(check?.verdict).toBe('down');
    const saying = Object.values(check?.opinions ?? {}).filter((state) => state === 'down');
    expect(saying.length).toBeGreaterThanOrEqual(3);
  }

  await watchers[3]?.kill();
  await target.on();
  await all('up', watchers.slice(0, 3));

  await watchers[2]?.kill();
  await target.off();
  await sleep(6000);
  for (const index of [0, 1]) expect(targetOf(await status(index))?.verdict).toBe('up');

  const back = await Promise.all(dirs.slice(2).map(launch));
  await all('down', [...watchers.slice(0, 2), ...back]);
  const roots = async () =>
    (await Promise.all(dirs.map((dir) => json<ApiLedgerStatus>(cwd, 'ledger', 'status', '--data', dir)))).map(
      ({ entries, root }) => `${entries} ${root}`,
    );
  await until(async () => new Set(await roots()).size === 1, 'the ledgers differ');
  await target.on();
  await all('up', [...watchers.slice(0, 2), ...back]);
  writeFileSync(join(cwd, 'next.json'), JSON.stringify({ site: 'here', watch: [] }));
  const apply = ['apply', 'next.json', '--data', dirs[1] ?? ''];
  const key = ['--operator-key', 'members/operator.key.pem'];
  const alone = await cli(cwd, ...apply);
  expect(alone).toMatchObject({ code: 1, stderr: expect.stringContaining('needs the signature of an operator') });
  expect(await cli(cwd, ...apply, ...key)).toMatchObject({ code: 0 });
  await until(async () => (await status(3)).checks.length === 0, 'the configuration is not in force everywhere');
  const moved = await cli(cwd, 'member', 'move', 'watcher-4', '127.0.0.1:1', '--data', dirs[0] ?? '', ...key);
  expect(moved).toMatchObject({ code: 0, stdout: expect.stringContaining('127.0.0.1:1 ') });
  for (const dir of dirs) expect((await cli(cwd, 'ledger', 'verify', '--dir', dir)).stdout).toContain('ok:');
  await target.off();
}, 180_000);

interface Launched {
  url: string;
  watchers: { id: string; url: string; pid: number }[];
}

test('one command runs four; they bear a liar, one that stands still, one that is cut off, one that dies', async () => {
  const cwd = folder();
  const [targetPort = 0] = await freePorts(1);
  const target = new Target(targetPort);
  await target.on();
  writeConfiguration(cwd, targetPort);
  const data = join(cwd, 'data');
  const launcher = start(cwd, '--watchers', '4', '--data', data, '--config', 'watch.json', '--log', 'warning');
  const ready = (await launcher.ready) as unknown as Launched;
  const ids = ['watcher-1', 'watcher-2', 'watcher-3', 'watcher-4'];
  expect(ready.watchers.map(({ id }) => id)).toEqual(ids);
  expect(new Set(ready.watchers.map(({ url }) => url)).size).toBe(4);
  expect(ready.url).toBe(ready.watchers[0]?.url);
  await launcher.until({ target: 'up' }, patienceMs);

  const order = async (fault: string, watcher: string) =>
    (await json<ApiDemonstration>(cwd, 'demo', fault, watcher, '--data', data)).faults;
  const status = (id = 'watcher-1') => json<ApiStatus>(cwd, 'status', '--data', join(data, id));
  const opinion = async (of: string) => targetOf(await status())?.opinions[of];

  expect(await order('lie', 'watcher-4')).toEqual([{ watcher: 'watcher-4', fault: 'lie' }]);
  await until(async () => (await opinion('watcher-4')) === 'down', 'it does not lie');
  expect(targetOf(await status())?.verdict).toBe('up');
  await target.off();
  await launcher.until({ target: 'down' }, patienceMs);
  await until(async () => (await opinion('watcher-4')) === 'up', 'it does not lie any more');
  await target.on();
  await launcher.until({ target: 'up' }, patienceMs);
  expect(await order('heal', 'watcher-4')).toEqual([]);
  await until(async () => (await opinion('watcher-4')) === 'up', 'it still lies');

  expect(await order('stop', 'watcher-2')).toEqual([{ watcher: 'watcher-2', fault: 'stop' }]);
  await target.off();
  await launcher.until({ target: 'down' }, patienceMs);
  expect(await order('heal', 'watcher-2')).toEqual([]);
  await until(async () => targetOf(await status('watcher-2'))?.verdict === 'down', 'it does not catch up');

  expect(await order('cut', 'watcher-3')).toEqual([{ watcher: 'watcher-3', fault: 'cut' }]);
  await target.on();
  await launcher.until({ target: 'up' }, patienceMs);
  expect(targetOf(await status('watcher-3'))?.verdict).not.toBe('up');
  expect(await order('heal', 'watcher-3')).toEqual([]);
  await until(async () => targetOf(await status('watcher-3'))?.verdict === 'up', 'it does not come back');

  const nobody = await cli(cwd, 'demo', 'lie', 'watcher-9', '--data', data);
  expect(nobody).toMatchObject({ code: 1, stderr: expect.stringContaining('there is no watcher watcher-9') });
  process.kill(ready.watchers[3]?.pid ?? 0, 'SIGKILL');
  await until(async () => {
    const run = JSON.parse(readFileSync(join(data, 'watcher-4', 'run.json'), 'utf8')) as { pid: number };
    return run.pid !== ready.watchers[3]?.pid;
  }, 'it is not started again');
  expect(await launcher.stop()).toBe(0);
  for (const { pid } of ready.watchers) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  await target.off();
}, 240_000);
