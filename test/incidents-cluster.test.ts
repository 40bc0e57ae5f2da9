import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { ApiIncident, ApiSnooze } from '../src/model/index.ts';
import { freePorts } from '../src/platform/index.ts';
import { cleanUp, cli, folder, start } from './support/rig.ts';

/** What people say through one member of four counts for all of them. */

afterEach(cleanUp);

const patienceMs = 60_000;

async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + patienceMs; Date.now() < end; await sleep(250)) if (await condition()) return;
  throw new Error(`${what} (waited ${patienceMs / 1000} s)`);
}

function listening(port: number): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.end());
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

test('one member’s snooze keeps all quiet until it ends by itself; each finds what was said through another', async () => {
  const cwd = folder();
  const [port = 0] = await freePorts(1);
  const target = await listening(port);
  const often = { interval: '400ms', timeout: '300ms', 'start-delay': '0s' };
  const watch = [{ name: 'target', type: 'tcp-conn', host: '127.0.0.1', port, ...often }];
  writeFileSync(join(cwd, 'watch.json'), JSON.stringify({ site: 'here', watch }));
  const data = join(cwd, 'data');
  const launcher = start(cwd, '--watchers', '4', '--data', data, '--config', 'watch.json', '--log', 'warning');
  await launcher.ready;
  await launcher.until({ target: 'up' }, patienceMs);
  const through = (member: number, ...args: string[]) =>
    cli(cwd, ...args, '--data', join(data, `watcher-${member}`), '--json');
  const json = async <Answer>(member: number, ...args: string[]) =>
    JSON.parse((await through(member, ...args)).stdout) as Answer;

  const lasts = '20s';
  const snooze = await json<ApiSnooze>(1, 'snooze', 'add', '--check', 'target', '--until', lasts);
  await until(async () => (await json<ApiSnooze[]>(3, 'snooze', 'list')).length === 1, 'the snooze is not everywhere');
  await new Promise<void>((resolve) => target.close(() => resolve()));
  await launcher.until({ target: 'down' }, patienceMs);
  if (Date.now() < Date.parse(snooze.until) - 2000) {
    expect(await json<ApiIncident[]>(2, 'incident', 'list')).toEqual([]);
  }
  const opened = async () => (await json<ApiIncident[]>(2, 'incident', 'list')).length === 1;
  await until(opened, 'nothing opens after the snooze');
  const [incident] = await json<ApiIncident[]>(4, 'incident', 'list');
  expect(Date.parse(incident?.openedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(snooze.until));
  expect(await json<ApiSnooze[]>(3, 'snooze', 'list')).toEqual([]);

  await json(2, 'incident', 'assign', '1', 'maria');
  writeFileSync(join(cwd, 'learned.md'), '# Learned\n');
  await json(2, 'incident', 'postmortem', '1', 'learned.md', '--base', '0');
  const search = ['incident', 'list', '--search', 'assigned MARIA', '--assignee', 'maria'];
  await until(async () => (await json<ApiIncident[]>(4, ...search)).length === 1, 'another member does not find it');
  writeFileSync(join(cwd, 'late.md'), '# Late\n');
  expect(await through(3, 'incident', 'postmortem', '1', 'late.md', '--base', '0')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('has saved revision 1'),
  });
  expect(await launcher.stop()).toBe(0);
}, 240_000);
