import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiOnCall } from '../src/model/index.ts';
import { api, cleanUp, cli, folder, quick, start, webServer } from './support/rig.ts';
import type { Ready, WatcherProcess } from './support/watcher-process.ts';

/** Routes, rotas and overrides of a real watcher, and what a real receiver hears of them. */

interface Heard {
  message: string;
  incident: { check: string };
  others?: { check: string }[];
  rota?: string;
}

let cwd: string;
let ready: Ready;
let watcher: WatcherProcess;
let status = 200;
const heard: Record<string, Heard[]> = {};

async function receiverServer() {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const receiver = request.url?.slice(1) ?? '';
      heard[receiver] = [...(heard[receiver] ?? []), JSON.parse(body) as Heard];
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

async function hears(receiver: string, messages: number): Promise<Heard[]> {
  await expect.poll(() => heard[receiver]?.length ?? 0, { timeout: 15_000 }).toBeGreaterThanOrEqual(messages);
  return heard[receiver] ?? [];
}

beforeAll(async () => {
  cwd = folder();
  const web = await webServer(() => ({ status, body: '' }));
  const hooks = await receiverServer();
  const hook = (name: string) => `  ${name}: { webhook: { url: "http://127.0.0.1:${hooks.port}/${name}" } }`;
  const check = (name: string) =>
    `  - { name: ${name}, type: http-get, host: 127.0.0.1, port: ${web.port}, labels: { shop: east }, ${quick} }`;
  const text = `watch:
${['tills', 'stock', 'doors'].map(check).join('\n')}
notify:
${['anna', 'ben', 'ops'].map(hook).join('\n')}
rotas:
  - { name: night, receivers: [anna], from: "2026-01-01T00:00", every: 1d }
routes:
  - notify: [night]
    continue: true
  - notify: [ops]
    group-by: [shop]
    group-wait: 3s
`;
  writeFileSync(join(cwd, 'quorumwatch.yaml'), text);
  watcher = start(cwd);
  ready = await watcher.ready;
  await watcher.until({ tills: 'up', stock: 'up', doors: 'up' });
  return () => {
    web.close();
    hooks.close();
  };
});
afterAll(cleanUp);

test('who is on call is listed, and an override counts until it is taken back', async () => {
  const { get, call } = api(ready);
  const listed = await get<ApiOnCall>('/on-call');
  expect(listed).toMatchObject({ items: [{ rota: 'night', timeZone: 'UTC', now: { receiver: 'anna' } }] });
  expect([listed.overrides, listed.items[0]?.turns.map(({ receiver }) => receiver)]).toEqual([[], ['anna']]);
  const command = (...rest: string[]) =>
    cli(cwd, 'on-call', ...rest, '--url', ready.url, '--token-file', ready.tokenFile);
  const made = await command('override', 'night', 'ben', '--until', '2h', '--json');
  expect(made).toMatchObject({ code: 0 });
  const { id } = JSON.parse(made.stdout) as { id: string };
  expect((await command('list')).stdout).toMatch(/night +ben \(override \d+\) .* anna/);
  const next = (await get<ApiOnCall>('/on-call')).items[0];
  expect(next).toMatchObject({ now: { receiver: 'ben', override: id }, next: { receiver: 'anna' } });
  expect(await command('end', id)).toMatchObject({ code: 0 });
  expect(await command('end', id)).toMatchObject({ code: 1, stderr: expect.stringContaining('no override') as string });
  const wrong = await call('POST', '/on-call/overrides', {
    rota: 'nigth',
    receiver: 'ben',
    to: '2100-01-01T00:00:00Z',
  });
  expect(wrong).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  expect(await command('override', 'night', 'ben', '--until', 'soon')).toMatchObject({ code: 2 });
});

test('a storm is one message to whoever has it grouped, and so is its end', async () => {
  status = 500;
  const [first] = await hears('ops', 1);
  expect([first, ...(first?.others ?? [])]).toHaveLength(3);
  expect(first).toMatchObject({ message: 'firing' });
  const single = await hears('anna', 3);
  expect(single.map(({ incident }) => incident.check).sort()).toEqual(['doors', 'stock', 'tills']);
  expect(single[0]).toMatchObject({ message: 'firing', rota: 'night' });
  status = 200;
  await hears('anna', 6);
  const [, last] = await hears('ops', 2);
  expect(last).toMatchObject({ message: 'resolved' });
  expect([last?.incident, ...(last?.others ?? [])].map((one) => one?.check ?? '').sort()).toEqual([
    'doors',
    'stock',
    'tills',
  ]);
  expect(heard['ben']).toBeUndefined();
});
