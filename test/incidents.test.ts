import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiCluster, ApiIncident, ApiIncidentPage, ApiIncidentTimeline, ApiSnooze } from '../src/model/index.ts';
import { openIncidentIndex } from '../src/store/index.ts';
import { api, cleanUp, cli, folder, quick, start, webServer } from './support/rig.ts';
import type { Ready, WatcherProcess } from './support/watcher-process.ts';

/** Incidents of a real watcher as people handle them: by the API and the command line, over kills and restarts. */

let cwd: string;
let ready: Ready;
let watcher: WatcherProcess;
const status = { shop: 200, till: 200 };
const heard: string[] = [];
/** The machine may have other work. */
const patience = { timeout: 20_000 };

const find = async (query: string) => api(ready).get<ApiIncidentPage>(`/incidents?state=all&${query}`);
const ids = async (query: string) => (await find(query)).items.map(({ id }) => id);
const put = async (path: string, body: unknown, method = 'PUT') => api(ready).call(method, path, body);

async function restart(): Promise<void> {
  watcher = start(cwd);
  ready = await watcher.ready;
}

beforeAll(async () => {
  cwd = folder();
  const shop = await webServer(() => ({ status: status.shop, body: '' }));
  const till = await webServer(() => ({ status: status.till, body: '' }));
  const hooks = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { message, incident } = JSON.parse(body) as { message: string; incident: { check: string } };
      heard.push(`${message} ${incident.check}`);
      response.end();
    });
  });
  await new Promise<void>((resolve) => hooks.listen(0, '127.0.0.1', resolve));
  const { port } = hooks.address() as AddressInfo;
  const check = (name: string, at: number) =>
    `  - { name: ${name}, type: http-get, host: 127.0.0.1, port: ${at}, labels: { shop: east }, ${quick}, down: [{ notify: ops }] }`;
  const text = `watch:
${check('shop', shop.port)}
${check('till', till.port)}
notify:
  ops: { webhook: { url: "http://127.0.0.1:${port}/" } }
`;
  writeFileSync(join(cwd, 'quorumwatch.yaml'), text);
  await restart();
  await watcher.until({ shop: 'up', till: 'up' });
});
afterAll(cleanUp);

test('what people say of an incident stands in its timeline, beside who saw what and what was done', async () => {
  status.shop = 500;
  await watcher.until({ shop: 'down' });
  await expect.poll(() => heard, patience).toContain('firing shop');
  for (const [path, body] of [
    ['assignee', { to: 'maria' }],
    ['cause', { text: 'The database was restarted <b>twice</b>' }],
    ['impact', { impact: 'critical' }],
    ['postmortem', { text: '# Lessons', base: 0 }],
  ] as const) {
    expect(await put(`/incidents/1/${path}`, body), path).toMatchObject({ status: 200 });
  }
  expect(await put('/incidents/1/postmortem', { text: 'late', base: 0 })).toMatchObject({
    status: 409,
    body: { code: 'CONFLICT' },
  });
  expect(await put('/incidents/1/same-cause', { incident: '99' }, 'POST')).toMatchObject({ status: 404 });
  const { items } = await api(ready).get<ApiIncidentTimeline>('/incidents/1/timeline');
  const transition = items.find((item) => item.kind === 'transition');
  expect(transition).toMatchObject({ transition: { check: 'shop', to: 'down', votes: [{ vote: 'for' }] } });
  expect(items.find((item) => item.kind === 'action')).toMatchObject({ action: { what: 'tell ops: shop firing' } });
  const said = items.flatMap((item) => (item.kind === 'update' ? [item.update.kind] : []));
  // When the receipt comes is the receiver's matter.
  expect(said.filter((kind) => kind !== 'told')).toEqual(['opened', 'assigned', 'cause', 'impact', 'postmortem']);
  const file = await fetch(`${ready.url}/api/v1/incidents/1/export?format=markdown`, {
    headers: { authorization: `Bearer ${api(ready).token}` },
  });
  expect(file.headers.get('content-disposition')).toBe('attachment; filename="incident-1.md"');
  expect(await file.text()).toMatch(/# Incident 1: shop is down[\s\S]*database was restarted &lt;b>twice/);
  status.shop = 200;
  await watcher.until({ shop: 'up' });
  await expect.poll(() => heard, patience).toContain('resolved shop');
});

test('the list is filtered and searched by what was said', async () => {
  expect(await ids('search=RESTARTED+lessons')).toEqual(['1']);
  expect(await ids('assignee=maria&impact=critical&check=shop')).toEqual(['1']);
  expect(await ids('search=nothing-of-this')).toEqual([]);
  expect(await ids(`to=${encodeURIComponent(new Date(0).toISOString())}`)).toEqual([]);
  expect(await api(ready).call('GET', '/incidents?cursor=x')).toMatchObject({ status: 400 });
  const listed = await cli(cwd, 'incident', 'list', '--state', 'all', '--assignee', 'maria', '--since', '1h', '--json');
  expect((JSON.parse(listed.stdout) as ApiIncident[]).map(({ id }) => id)).toEqual(['1']);
  const exported = await cli(cwd, 'incident', 'export', '1', '--json');
  expect(JSON.parse(exported.stdout)).toMatchObject({
    id: '1',
    assigned: { to: 'maria' },
    timeline: expect.any(Array),
  });
});

test('what is snoozed opens no incident and tells nobody, until the snooze ends', async () => {
  heard.length = 0;
  const added = await cli(cwd, 'snooze', 'add', '--select', 'shop=east,check=till', '--until', '10m', '--json');
  const snooze = JSON.parse(added.stdout) as ApiSnooze;
  expect(snooze).toMatchObject({ select: 'shop=east,check=till', by: expect.any(String) });
  status.till = 500;
  await watcher.until({ till: 'down' });
  expect((await find('')).items.map(({ check }) => check)).toEqual(['shop']);
  expect(await api(ready).get('/checks/till')).toMatchObject({ snoozedUntil: snooze.until, verdict: 'down' });
  expect(heard).toEqual([]);
  expect(await cli(cwd, 'snooze', 'end', snooze.id)).toMatchObject({ code: 0 });
  await expect.poll(() => heard, patience).toEqual(['firing till']);
  expect((await find('')).items.map(({ check }) => check)).toEqual(['till', 'shop']);
});

/** What the index itself has, without the watcher: recent incidents would be found without it too. */
async function indexed(network: string): Promise<string[]> {
  const index = await openIncidentIndex({ file: indexFile(), network, entries: Infinity });
  const { items } = await index.find({ state: 'all', search: 'lessons', limit: 10 });
  const actions = await index.actions('1');
  await index.close();
  return [...items.map(({ id }) => id), ...actions.map(({ state }) => state)];
}
const indexFile = () => join(cwd, 'quorumwatch-data', 'incidents.db');

test('after a kill, and without or with a broken index, everything is found again', async () => {
  const { network } = await api(ready).get<ApiCluster>('/cluster');
  await watcher.kill();
  await restart();
  await expect.poll(() => ids('search=lessons'), patience).toEqual(['1']);
  await watcher.stop();
  expect(await indexed(network)).toEqual(['1', 'done', 'done']);
  rmSync(indexFile());
  await restart();
  await expect.poll(async () => (await find('')).behind, patience).toBeUndefined();
  await watcher.stop();
  expect(await indexed(network)).toEqual(['1', 'done', 'done']);
  for (const end of ['-wal', '-shm']) rmSync(`${indexFile()}${end}`, { force: true });
  writeFileSync(indexFile(), Buffer.alloc(20_000, 'broken'));
  await restart();
  await expect.poll(() => existsSync(`${indexFile()}.damaged`), patience).toBe(true);
  await expect.poll(async () => (await find('')).behind, patience).toBeUndefined();
  await watcher.stop();
  expect(await indexed(network)).toEqual(['1', 'done', 'done']);
});
