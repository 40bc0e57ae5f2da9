import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { ApiDashboard, ApiProblem } from '../src/model/index.ts';
import { freePorts } from '../src/platform/index.ts';
import { api, cleanUp, cli, folder, start } from './support/rig.ts';
import type { Ready } from './support/watcher-process.ts';

/** Dashboards through the API of real watchers. */

afterEach(cleanUp);

const yaml = (name: string, title: string) => `version: 1
name: ${name}
title: ${title}
charts:
  - title: Latency
    type: line
    queries:
      - metric: quorumwatch_probe_latency_seconds
        group-by: [check]
`;

/** Speaks as people with a token do. */
function asking(ready: Ready, token = readFileSync(ready.tokenFile, 'utf8').trim()) {
  return async (method: string, name: string, body?: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${ready.url}/api/v1/dashboards${name && '/'}${name}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...headers },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    return { status: response.status, etag: response.headers.get('etag'), text, json: () => JSON.parse(text) as never };
  };
}

function nothingToWatch(): string {
  const cwd = folder();
  writeFileSync(join(cwd, 'quorumwatch.yaml'), 'site: here\n');
  return cwd;
}

test('a dashboard is saved, found after a restart, exported as it was written, and removed', async () => {
  const cwd = nothingToWatch();
  const first = start(cwd);
  const saved = await asking(await first.ready)('PUT', 'office', yaml('office', 'The office'));
  expect(saved.status).toBe(200);
  await first.kill();

  const watcher = start(cwd);
  const ready = await watcher.ready;
  const ask = asking(ready);
  const { items } = (await ask('GET', '')).json() as { items: ApiDashboard[] };
  expect(items.filter(({ source }) => source === 'built-in').map(({ name }) => name)).toEqual([
    'checks',
    'cluster',
    'sites',
    'traffic',
    'uplinks',
    'watchers',
  ]);
  expect(items.at(-1)).toEqual(saved.json());
  expect(items.at(-1)).toMatchObject({ name: 'office', title: 'The office', source: 'ledger' });
  expect((await ask('GET', 'office', undefined, { accept: 'application/yaml' })).text.split('\n')[1]).toBe(
    'name: office',
  );
  const { items: events } = await api(ready).get<{ items: { kind: string; text: string }[] }>('/events?since=0');
  expect(events.find(({ kind }) => kind === 'dashboard')?.text).toMatch(/^dashboard office saved by /);
  expect((await ask('DELETE', 'office')).status).toBe(200);
  expect((await ask('GET', 'office')).status).toBe(404);
  expect((await ask('DELETE', 'office')).status).toBe(404);
});

test('two people who edit the same do not undo each other’s work', async () => {
  const ask = asking(await start(nothingToWatch()).ready);
  const made = await ask('PUT', 'office', yaml('office', 'First'), { 'if-none-match': '*' });
  expect((await ask('PUT', 'office', yaml('office', 'Another'), { 'if-none-match': '*' })).status).toBe(409);
  const base = { 'if-match': made.etag ?? '' };
  expect((await ask('PUT', 'office', yaml('office', 'Second'), base)).status).toBe(200);
  expect((await ask('PUT', 'office', yaml('office', 'Lost'), base)).status).toBe(409);
  expect((await ask('DELETE', 'office', undefined, base)).status).toBe(409);
  expect((await ask('PUT', 'office', yaml('office', 'x'), { 'if-match': 'W/"x"' })).status).toBe(400);
  expect((await ask('GET', 'office')).json()).toMatchObject({ title: 'Second' });
});

test('what is wrong with a document is said with its line, in YAML as in JSON', async () => {
  const ask = asking(await start(nothingToWatch()).ready);
  const refused = async (name: string, text: string) => {
    const { status, json } = await ask('PUT', name, text);
    return { ...(json() as ApiProblem), status };
  };
  expect(await refused('a', yaml('a', 'A').replace('type: line', 'type: lines'))).toMatchObject({
    status: 422,
    code: 'DASHBOARD_INVALID',
    errors: [{ path: 'charts[0].type', line: 6, message: expect.stringContaining('line, stacked-area') as string }],
  });
  expect(await refused('a', '{\n "name": "a",\n "titel": "A", "charts": []\n}')).toMatchObject({
    errors: expect.arrayContaining([
      expect.objectContaining({ line: 3, message: expect.stringContaining('did you mean title') as string }),
    ]) as object[],
  });
  const newer = await refused('a', yaml('a', 'A').replace('version: 1', 'version: 2').replace('charts', 'panels'));
  expect(newer).toMatchObject({ code: 'DASHBOARD_INVALID', errors: [{ path: 'version', line: 1 }] });
  expect(newer.hint).toContain('newer watcher');
  expect(await refused('a', 'a: &a [*a]')).toMatchObject({ status: 422 });
  expect(await refused('b', yaml('a', 'A'))).toMatchObject({ code: 'BAD_INPUT' });
  expect(await refused('checks', yaml('checks', 'Mine'))).toMatchObject({ code: 'CONFLICT' });
  expect(await refused('a', `${yaml('a', 'A')}# ${'x'.repeat(300_000)}`)).toMatchObject({ code: 'REQUEST_TOO_LARGE' });
});

test('the command line shows, applies and deletes dashboards', async () => {
  const cwd = nothingToWatch();
  await start(cwd).ready;
  const shown = await cli(cwd, 'dashboard', 'show', 'checks');
  writeFileSync(join(cwd, 'mine.yaml'), shown.stdout.replace('name: checks', 'name: mine'));
  const applied = await cli(cwd, 'dashboard', 'apply', 'mine.yaml', '--json');
  const { position } = JSON.parse(applied.stdout) as { position: number };
  expect(position).toBeGreaterThan(0);
  expect((await cli(cwd, 'dashboard', 'list')).stdout).toMatch(/mine +ledger +Checks/);
  writeFileSync(join(cwd, 'mine.yaml'), yaml('mine', 'Again'));
  expect((await cli(cwd, 'dashboard', 'apply', 'mine.yaml', '--base', String(position - 1))).code).toBe(1);
  expect((await cli(cwd, 'dashboard', 'apply', 'mine.yaml', '--base', String(position))).code).toBe(0);
  writeFileSync(join(cwd, 'mine.yaml'), yaml('mine', 'Again').replace('title: Latency', 'titel: Latency'));
  const wrong = await cli(cwd, 'dashboard', 'apply', 'mine.yaml');
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain('mine.yaml:5:5: charts[0]: unknown key titel, did you mean title?');
  expect((await cli(cwd, 'dashboard', 'delete', 'mine')).code).toBe(0);
  expect((await cli(cwd, 'dashboard', 'show', 'mine')).code).toBe(1);
}, 60_000);

test('who may only look cannot save', async () => {
  const ready = await start(nothingToWatch()).ready;
  const { call } = api(ready);
  const { token } = (await call('POST', '/tokens', { name: 'guest', role: 'viewer' })).body as { token: string };
  const ask = asking(ready, token);
  expect((await ask('GET', 'checks')).status).toBe(200);
  expect((await ask('PUT', 'office', yaml('office', 'Mine'))).status).toBe(403);
  expect((await ask('DELETE', 'office')).status).toBe(403);
});

/** All of them answer with the same bytes. */
async function untilAllShow(asks: readonly ReturnType<typeof asking>[], text: string): Promise<void> {
  for (const ask of asks) {
    let shown = await ask('GET', 'office');
    for (let left = 200; shown.text !== text && left > 0; left--) {
      await sleep(50);
      shown = await ask('GET', 'office');
    }
    expect(shown.text).toBe(text);
  }
}

for (const [protocol, members] of [
  ['pbft', 4],
  ['raft', 3],
] as const) {
  test(`${members} watchers that agree by ${protocol} show the same dashboards, also one that was killed meanwhile`, async () => {
    const cwd = nothingToWatch();
    const hosts = (await freePorts(members)).map((port) => `127.0.0.1:${port}`).join(',');
    const options = [
      '--protocol',
      protocol,
      '--watchers',
      `${members}`,
      '--dir',
      'members',
      '--hosts',
      hosts,
      '--json',
    ];
    const made = JSON.parse((await cli(cwd, 'init', ...options)).stdout) as { members: { dir: string }[] };
    const launch = (dir: string) => start(cwd, '--data', join(cwd, dir), '--log', 'warning', '--discover', 'none');
    const watchers = made.members.map(({ dir }) => launch(dir));
    const asks = (await Promise.all(watchers.map((one) => one.ready))).map((ready) => asking(ready));
    await watchers.at(-1)!.kill();
    asks.pop();
    const untilSaved = async (at: number, title: string, headers: Record<string, string>) => {
      let saved = await asks[at]!('PUT', 'office', yaml('office', title), headers);
      for (let left = 100; saved.status === 503 && left > 0; left--) {
        await sleep(200);
        saved = await asks[at]!('PUT', 'office', yaml('office', title), headers);
      }
      expect(saved.status, saved.text).toBe(200);
      return saved;
    };
    const first = await untilSaved(0, 'The office', {});
    await untilAllShow(asks, first.text);
    const second = await untilSaved(1, 'Changed', { 'if-match': first.etag ?? '' });
    const back = asking(await launch(made.members.at(-1)!.dir).ready);
    await untilAllShow([...asks, back], second.text);
  }, 60_000);
}
