import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { ApiCluster, ApiLedgerStatus } from '../src/model/index.ts';
import { freePorts } from '../src/platform/index.ts';
import { api, cleanUp, cli, folder, start } from './support/rig.ts';

/** Three members that agree by Raft, as real processes on loopback. */

afterEach(cleanUp);

test('three processes that agree by Raft keep one ledger, also when one of them is killed and comes back', async () => {
  const cwd = folder();
  const hosts = (await freePorts(3)).map((port) => `127.0.0.1:${port}`).join(',');
  const options = ['--protocol', 'raft', '--watchers', '3', '--dir', 'members', '--hosts', hosts, '--json'];
  const made = JSON.parse((await cli(cwd, 'init', ...options)).stdout) as { members: { dir: string }[] };
  const dirs = made.members.map(({ dir }) => join(cwd, dir));
  const launch = (dir: string) => start(cwd, '--data', dir, '--log', 'warning', '--discover', 'none');
  const watchers = dirs.map(launch);
  await Promise.all(watchers.map(({ ready }) => ready));
  const untilEqual = async () => {
    for (const end = Date.now() + 30_000; Date.now() < end; await sleep(250)) {
      const found = await Promise.all(dirs.map((dir) => cli(cwd, 'ledger', 'status', '--data', dir, '--json')));
      const seen = found.map(({ stdout }) => JSON.parse(stdout) as ApiLedgerStatus);
      const [first] = seen;
      if (first && first.entries > 0 && seen.every(({ root }) => root === first.root)) return;
    }
    throw new Error('the ledgers differ');
  };
  await untilEqual();
  await watchers[0]?.kill();
  watchers[0] = launch(dirs[0] ?? '');
  await watchers[0].ready;
  await untilEqual();
  for (const dir of dirs) expect((await cli(cwd, 'ledger', 'verify', '--dir', dir)).stdout).toContain('ok:');
}, 120_000);

test('one that joins follows members that agree by Raft, and votes when it is promoted', async () => {
  const cwd = folder();
  const [own = 0, ...ports] = await freePorts(4);
  const hosts = ports.map((port) => `127.0.0.1:${port}`).join(',');
  const options = ['--protocol', 'raft', '--watchers', '3', '--dir', 'members', '--hosts', hosts, '--json'];
  const made = JSON.parse((await cli(cwd, 'init', ...options)).stdout) as { members: { dir: string }[] };
  const dirs = made.members.map(({ dir }) => join(cwd, dir));
  const launch = (dir: string) => start(cwd, '--data', dir, '--log', 'warning', '--discover', 'none');
  const watchers = dirs.map(launch);
  await Promise.all(watchers.map(({ ready }) => ready));
  const key = ['--operator-key', 'members/operator.key.pem', '--data', dirs[0] ?? ''];
  const joining = ['--genesis', 'members/genesis.json', '--id', 'branch', '--peer-listen', `127.0.0.1:${own}`];
  const { publicKey } = JSON.parse((await cli(cwd, 'join', ...joining, '--data', 'branch', '--json')).stdout) as {
    publicKey: string;
  };
  const member = (...args: string[]) => cli(cwd, 'member', ...args, ...key);
  expect(await member('add', 'branch', '--public-key', publicKey, '--address', `127.0.0.1:${own}`)).toMatchObject({
    code: 0,
  });
  const branch = launch(join(cwd, 'branch'));
  const ready = await branch.ready;
  const until = async (holds: () => Promise<boolean>) => {
    for (const end = Date.now() + 30_000; Date.now() < end; await sleep(250)) if (await holds()) return;
    throw new Error('it does not come true');
  };
  await until(async () => (await member('promote', 'branch')).code === 0);
  await until(async () => (await api(ready).get<ApiCluster>('/cluster')).voting);
  await watchers[1]?.kill();
  expect(await member('remove', 'watcher-2')).toMatchObject({ code: 0 });
  await until(async () => (await api(ready).get<ApiCluster>('/cluster')).quorum === 2);
}, 120_000);
