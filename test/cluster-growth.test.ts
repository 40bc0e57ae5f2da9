import { renameSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { ApiCheckDetail, ApiCluster, ApiLedgerStatus } from '../src/model/index.ts';
import { freePorts } from '../src/platform/index.ts';
import { api, cleanUp, cli, folder, start } from './support/rig.ts';
import type { Ready, WatcherProcess } from './support/watcher-process.ts';

/** A watcher that began alone becomes one of four, in real processes on loopback, while it watches. */

afterEach(cleanUp);

const patienceMs = 40_000;

function listening(port: number): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.end());
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

const closed = (server: Server) => new Promise<void>((resolve) => server.close(() => resolve()));

async function until(condition: () => Promise<boolean>, what: () => string): Promise<void> {
  for (const end = Date.now() + patienceMs; Date.now() < end; await sleep(250)) if (await condition()) return;
  throw new Error(`${what()} (waited ${patienceMs / 1000} s)`);
}

interface Running {
  watcher: WatcherProcess;
  ready: Ready;
}

async function run(cwd: string, ...args: string[]): Promise<Running> {
  const watcher = start(cwd, '--log', 'warning', ...args);
  return { watcher, ready: await watcher.ready };
}

/** Who was started after a transition hears of none, so all are asked. */
async function allSay(verdict: 'up' | 'down', all: readonly Running[]): Promise<void> {
  let said: (string | undefined)[] = [];
  await until(
    async () => {
      const checks = await Promise.all(
        all.map(({ ready }) => api(ready).get<Partial<ApiCheckDetail>>('/checks/target')),
      );
      said = checks.map((check) => check.verdict);
      return said.every((one) => one === verdict);
    },
    () => `target should be ${verdict}, is ${said.join(', ')}`,
  );
}

const clusterOf = ({ ready }: Running) => api(ready).get<ApiCluster>('/cluster');

test('a watcher alone becomes one of four and one of them changes its key, while nothing that is watched goes missing', async () => {
  const cwd = folder();
  const [port = 0, ...peers] = await freePorts(5);
  let target = await listening(port);
  const settle = { down: '2/2', up: '2/2' };
  const often = { interval: '400ms', timeout: '300ms', 'retry-interval': '200ms', 'start-delay': '0s' };
  const watch = [{ name: 'target', type: 'tcp-conn', host: '127.0.0.1', port, ...often, settle }];
  writeFileSync(join(cwd, 'watch.json'), JSON.stringify({ site: 'here', watch }));
  const expected: string[] = [];
  const goes = async (verdict: 'up' | 'down', all: readonly Running[]) => {
    if (verdict === 'up') target = await listening(port);
    else await closed(target);
    expected.push(verdict);
    await allSay(verdict, all);
  };

  const listen = (index: number) => ['--peer-listen', `127.0.0.1:${peers[index]}`];
  const first = await run(cwd, '--data', 'first', '--config', 'watch.json', ...listen(0));
  const founder = first.ready.watchers[0]?.id ?? '';
  await first.watcher.until({ target: 'up' }, patienceMs);
  expected.push('up');
  const key = ['--operator-key', 'first/watcher.key.pem', '--data', 'first'];
  const member = async (...args: string[]) => cli(cwd, 'member', ...args, ...key);

  const names = ['second', 'third', 'fourth'];
  const others: Running[] = [];
  for (const [at, id] of names.entries()) {
    const join = ['join', '--genesis', 'first/genesis.json', '--id', id, '--data', id, ...listen(at + 1), '--json'];
    const { publicKey } = JSON.parse((await cli(cwd, ...join)).stdout) as { publicKey: string };
    const early = await member('promote', id);
    expect(early).toMatchObject({ code: 1 });
    expect(await member('add', id, '--public-key', publicKey, '--address', `127.0.0.1:${peers[at + 1]}`)).toMatchObject(
      {
        code: 0,
      },
    );
    expect(await member('promote', id)).toMatchObject({ code: 1, stderr: expect.stringContaining('is not reached') });
    others.push(await run(cwd, '--data', id));
  }
  await allSay('up', others);
  await goes('down', [first, ...others]);
  let said = '';
  await until(
    async () => {
      const promoted = await member('promote', ...names);
      said = promoted.stderr;
      return promoted.code === 0;
    },
    () => said,
  );
  const four = [first, ...others];
  const allVote = (running: readonly Running[], epoch: number) =>
    until(
      async () => {
        const found = await Promise.all(running.map(clusterOf));
        said = JSON.stringify(found);
        return found.every((one) => one.voting && one.epoch === epoch && one.quorum === 3);
      },
      () => `not all vote: ${said}`,
    );
  await allVote(four, 2);
  await goes('up', four);

  const made = JSON.parse((await cli(cwd, 'member', 'new-key', '--data', 'second', '--json')).stdout) as {
    publicKey: string;
    file: string;
  };
  expect(await member('rotate', 'second', '--public-key', made.publicKey)).toMatchObject({ code: 0 });
  await others[0]?.watcher.stop();
  renameSync(join(cwd, made.file), join(cwd, 'second', 'watcher.key.pem'));
  await goes('down', [first, ...others.slice(1)]);
  others[0] = await run(cwd, '--data', 'second');
  await allVote([first, ...others], 3);

  await first.watcher.kill();
  await goes('up', others);
  const again = await run(cwd, '--data', 'first', ...listen(0));
  const now = [again, ...others];
  await goes('down', now);

  await until(
    async () => {
      const ledgers = await Promise.all(now.map(({ ready }) => api(ready).get<ApiLedgerStatus>('/ledger')));
      const found = ledgers.map(({ entries, root }) => `${entries} ${root}`);
      said = found.join('; ');
      return new Set(found).size === 1;
    },
    () => `the ledgers differ: ${said}`,
  );
  for (const data of ['first', ...names]) {
    expect((await cli(cwd, 'ledger', 'verify', '--dir', data)).stdout).toContain('ok:');
    const events = (await cli(cwd, 'events', '--data', data, '--json')).stdout.trim().split('\n');
    const verdicts = events
      .map((line) => JSON.parse(line) as { kind: string; body: { check: string; to: string } })
      .filter(({ kind, body }) => kind === 'transition' && ['up', 'down'].includes(body.to))
      .map(({ body }) => body.to);
    expect(verdicts.filter((verdict, at) => verdict !== verdicts[at - 1])).toEqual(expected);
  }
  // The first incident ended while four voted, the second when one of them had another key.
  for (const incident of ['1', '2']) {
    const out = ['--data', names[incident === '1' ? 0 : 2] ?? '', '--out', `outage-${incident}.json`];
    expect(await cli(cwd, 'certificate', 'export', '--incident', incident, ...out)).toMatchObject({ code: 0 });
    const verified = await cli(
      cwd,
      'certificate',
      'verify',
      `outage-${incident}.json`,
      '--genesis',
      'first/genesis.json',
    );
    expect(verified).toMatchObject({ code: 0 });
  }
  expect((await clusterOf(again)).members.map(({ id }) => id).toSorted()).toEqual([founder, ...names].toSorted());
}, 240_000);
