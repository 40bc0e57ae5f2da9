import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { ApiFlowView } from '../src/model/index.ts';
import { api, cleanUp, cli, folder, start } from './support/rig.ts';
import type { Ready } from './support/watcher-process.ts';

/** Views of traffic through the API and the command line of real watchers. */

afterEach(cleanUp);

const yaml = (name: string, filter: string) => `name: ${name}
title: The web server
view: client-server
filter: ${filter}
range: 6h
`;

function nothingToWatch(): string {
  const cwd = folder();
  writeFileSync(join(cwd, 'quorumwatch.yaml'), 'site: here\n');
  return cwd;
}

function asking(ready: Ready, token = readFileSync(ready.tokenFile, 'utf8').trim()) {
  return async (method: string, path: string, body?: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${ready.url}/api/v1/flows/views${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...headers },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    return { status: response.status, etag: response.headers.get('etag'), text, json: () => JSON.parse(text) as never };
  };
}

test('a view is saved, found after a restart with who and when, renamed, exported and removed', async () => {
  const cwd = nothingToWatch();
  const first = start(cwd);
  const saved = await asking(await first.ready)('PUT', '/web', yaml('web', 'server host 10.0.0.80'));
  expect(saved.status).toBe(200);
  await first.kill();

  const ready = await start(cwd).ready;
  const ask = asking(ready);
  const { items } = (await ask('GET', '')).json() as { items: ApiFlowView[] };
  const readyMade = items.filter(({ source }) => source === 'built-in').map(({ name }) => name);
  expect(readyMade).toEqual(expect.arrayContaining(['monitoring', 'forensics', 'security', 'cost', 'capacity']));
  expect(items.every(({ problem }) => problem === undefined)).toBe(true);
  expect(items.at(-1)).toMatchObject({ name: 'web', title: 'The web server', source: 'ledger' });
  expect(items.at(-1)?.by).not.toBe('');
  expect(Date.parse(items.at(-1)?.at ?? '')).toBeGreaterThan(0);

  const base = { 'if-match': saved.etag ?? '' };
  expect((await ask('PUT', '/www?was=web', yaml('www', 'server host 10.0.0.80'), base)).status).toBe(200);
  expect((await ask('GET', '/web')).status).toBe(404);
  expect((await ask('GET', '/www', undefined, { accept: 'application/yaml' })).text.split('\n')[0]).toBe('name: www');
  expect((await ask('DELETE', '/www', undefined, base)).status).toBe(409);
  expect((await ask('DELETE', '/www')).status).toBe(200);
  const { items: events } = await api(ready).get<{ items: { kind: string; text: string }[] }>('/events?since=0');
  expect(events.filter(({ kind }) => kind === 'flow-view').map(({ text }) => text.replace(/ by .*/, ''))).toEqual([
    'view of traffic web saved',
    'view of traffic web renamed to www',
    'view of traffic www removed',
  ]);
});

test('what cannot be shown is refused with its line, and ready-made ones stay', async () => {
  const ask = asking(await start(nothingToWatch()).ready);
  const bad = await ask('PUT', '/web', yaml('web', 'server hots 10.0.0.80'));
  expect(bad.status).toBe(422);
  expect(bad.json()).toMatchObject({ code: 'FLOW_VIEW_INVALID', errors: [{ path: 'filter', line: 4 }] });
  expect(bad.text).toContain('column 8');
  expect((await ask('PUT', '/web', `${yaml('web', 'proto tcp')}from: 2026-01-01T00:00:00Z\n`)).status).toBe(422);
  expect((await ask('PUT', '/Web', yaml('Web', 'proto tcp'))).status).toBe(422);
  expect((await ask('PUT', '/other', yaml('web', 'proto tcp'))).status).toBe(400);
  expect((await ask('PUT', '/cost', yaml('cost', 'proto tcp'))).status).toBe(409);
  expect((await ask('PUT', '/mine?was=cost', yaml('mine', 'proto tcp'))).status).toBe(409);
  expect((await ask('DELETE', '/cost')).status).toBe(409);
});

test('files go out and in by the command line', async () => {
  const cwd = nothingToWatch();
  await start(cwd).ready;
  const run = (...given: string[]) => cli(cwd, 'flows', 'views', ...given);
  writeFileSync(join(cwd, 'web.yaml'), yaml('web', 'proto tcp'));
  expect((await run('apply', 'web.yaml')).code).toBe(0);
  expect((await run('export', 'web')).stdout).toBe(yaml('web', 'proto tcp'));
  writeFileSync(join(cwd, 'web.yaml'), yaml('www', 'proto tcp'));
  expect((await run('apply', 'web.yaml', '--was', 'web')).code).toBe(0);
  const { stdout } = await run('list', '--json');
  expect((JSON.parse(stdout) as ApiFlowView[]).at(-1)).toMatchObject({ name: 'www', source: 'ledger' });
  writeFileSync(join(cwd, 'web.yaml'), yaml('web', 'prot tcp'));
  const refused = await run('apply', 'web.yaml');
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('web.yaml:4:9: filter: column 1: expected');
  expect((await run('delete', 'www')).code).toBe(0);
}, 60_000);

test('who may not see who talks to whom sees no views, and who may only look saves none', async () => {
  const cwd = nothingToWatch();
  const ready = await start(cwd).ready;
  const { token } = (await api(ready).call('POST', '/tokens', { name: 'guest', role: 'viewer' })).body as {
    token: string;
  };
  const ask = asking(ready, token);
  expect((await ask('GET', '')).status).toBe(403);
  expect((await ask('PUT', '/web', yaml('web', 'proto tcp'))).status).toBe(403);
  expect((await ask('DELETE', '/web')).status).toBe(403);
});
