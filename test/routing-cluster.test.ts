import { writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { freePorts } from '../src/platform/index.ts';
import { cleanUp, cli, folder, start } from './support/rig.ts';

/** Four members, of which the one that tells people is killed while it does. */

afterAll(cleanUp);

const patienceMs = 60_000;

interface Heard {
  id: string;
  message: string;
  checks: string[];
}

/** Pages that are probed, and a receiver that leaves its first message without an answer. */
async function world() {
  let isDead = false;
  const heard: Heard[] = [];
  const hanging: ServerResponse[] = [];
  const server = createServer((request, response) => {
    if (request.method !== 'POST') {
      response.writeHead(isDead ? 500 : 200).end();
      return;
    }
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const body = JSON.parse(text) as { message: string; incident: { check: string }; others?: { check: string }[] };
      const checks = [body.incident, ...(body.others ?? [])].map(({ check }) => check);
      heard.push({ id: String(request.headers['x-quorumwatch-id']), message: body.message, checks: checks.toSorted() });
      if (heard.length === 1) hanging.push(response);
      else response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    heard,
    setDead: (dead: boolean) => (isDead = dead),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

test('a shared message whose sender is killed is sent by another, known by its number; the end is told once', async () => {
  const cwd = folder();
  const { port, heard, setDead, close } = await world();
  const checked = { interval: '500ms', timeout: '400ms', 'retry-interval': '200ms', 'start-delay': '0s' };
  const names = ['tills', 'stock'];
  const configuration = {
    watch: names.map((name) => ({ name, type: 'http-get', host: '127.0.0.1', port, ...checked })),
    notify: { ops: { webhook: { url: `http://127.0.0.1:${port}/told` } } },
    routes: [{ notify: ['ops'], 'group-by': [], 'group-wait': '6s' }],
  };
  writeFileSync(join(cwd, 'watch.json'), JSON.stringify(configuration));
  const hosts = (await freePorts(4)).map((peer) => `127.0.0.1:${peer}`).join(',');
  const made = await cli(
    cwd,
    'init',
    '--watchers',
    '4',
    '--hosts',
    hosts,
    '--config',
    'watch.json',
    '--dir',
    'members',
    '--json',
  );
  const { members } = JSON.parse(made.stdout) as { members: { dir: string }[] };
  const watchers = members.map(({ dir }) => start(cwd, '--data', join(cwd, dir), '--log', 'warning'));
  const all = (verdict: string, some = watchers) =>
    Promise.all(
      some.map((watcher) => watcher.until(Object.fromEntries(names.map((name) => [name, verdict])), patienceMs)),
    );
  await all('up');

  setDead(true);
  await expect.poll(() => heard.length, { timeout: patienceMs }).toBe(1);
  // The first of the members carries it: it waits for an answer that never comes.
  await watchers[0]?.kill();
  await expect.poll(() => heard.length, { timeout: patienceMs }).toBe(2);
  const [first, again] = heard;
  expect(first).toMatchObject({ message: 'firing', checks: names.toSorted() });
  expect(again).toEqual(first);

  setDead(false);
  await all('up', watchers.slice(1));
  await expect.poll(() => heard.length, { timeout: patienceMs }).toBe(3);
  expect(heard[2]).toMatchObject({ message: 'resolved', checks: names.toSorted() });
  close();
}, 180_000);
