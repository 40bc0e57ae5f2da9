import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { ApiStatus } from '../src/model/index.ts';
import { freePorts } from '../src/platform/index.ts';
import { cleanUp, cli, folder, start } from './support/rig.ts';

/** Four members as real processes, of which one comes back with the data folder that it had some time ago. */

afterEach(cleanUp);

async function until(holds: () => Promise<boolean>, what: string, patienceMs = 30_000): Promise<void> {
  for (const end = Date.now() + patienceMs; Date.now() < end; await sleep(250)) if (await holds()) return;
  throw new Error(`${what} (waited ${patienceMs / 1000} s)`);
}

test('a member whose folder was put back does not vote before nothing depends on what it has forgotten', async () => {
  const cwd = folder();
  const hosts = (await freePorts(4)).map((port) => `127.0.0.1:${port}`).join(',');
  const configure = (site: string) => writeFileSync(join(cwd, 'watch.json'), JSON.stringify({ site, watch: [] }));
  configure('first');
  const options = ['--watchers', '4', '--dir', 'members', '--hosts', hosts, '--config', 'watch.json'];
  expect(await cli(cwd, 'init', ...options)).toMatchObject({ code: 0 });
  const dirs = [1, 2, 3, 4].map((number) => join(cwd, `members/watcher-${number}`));
  const launch = (index: number) => start(cwd, '--data', dirs[index] ?? '', '--log', 'warning');
  const clusterOf = async (index: number): Promise<Partial<ApiStatus['cluster']>> => {
    const { stdout } = await cli(cwd, 'status', '--data', dirs[index] ?? '', '--json');
    return stdout === '' ? {} : (JSON.parse(stdout) as ApiStatus).cluster;
  };
  const apply = async (site: string, by: number) => {
    configure(site);
    const key = ['--operator-key', 'members/operator.key.pem'];
    expect(await cli(cwd, 'apply', 'watch.json', '--data', dirs[by] ?? '', ...key)).toMatchObject({ code: 0 });
  };
  const votes = (index: number, patienceMs?: number) =>
    until(async () => (await clusterOf(index)).voting === true, `watcher-${index + 1} has no vote`, patienceMs);

  const watchers = [0, 1, 2, 3].map(launch);
  await Promise.all(watchers.map(({ ready }) => ready));
  await votes(3);
  await apply('second', 0);

  await watchers[3]?.kill();
  cpSync(dirs[3] ?? '', join(cwd, 'backup'), { recursive: true });
  const second = launch(3);
  await second.ready;
  await votes(3);
  expect((await clusterOf(3)).withoutVote).toBeUndefined();
  await apply('third', 3);
  await apply('fourth', 0);
  await until(async () => (await clusterOf(3)).entries === (await clusterOf(0)).entries, 'the ledgers differ');

  await second.kill();
  rmSync(dirs[3] ?? '', { recursive: true });
  cpSync(join(cwd, 'backup'), dirs[3] ?? '', { recursive: true });
  const third = launch(3);
  await third.ready;
  await until(async () => (await clusterOf(3)).withoutVote === 'forgot', 'nobody told it');
  expect(await clusterOf(3)).toMatchObject({ voting: false });
  const shown = await cli(cwd, 'ledger', 'status', '--data', dirs[3] ?? '');
  expect(shown.stdout).toContain('the others know of more that it said than itself');
  await apply('fifth', 1);

  await votes(3, 120_000);
  expect((await clusterOf(3)).withoutVote).toBeUndefined();
  // Three of four must agree, so from now on nothing goes without its vote.
  await watchers[0]?.kill();
  await apply('sixth', 3);
  for (const dir of dirs) expect((await cli(cwd, 'ledger', 'verify', '--dir', dir)).stdout).toContain('ok:');
}, 360_000);
