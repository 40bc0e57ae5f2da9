import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { ApiAlertDetail, ApiAlertSummary, ApiBacktest, ApiIncident, ApiProblem } from '../src/model/index.ts';
import { freePorts } from '../src/platform/index.ts';
import { api, cleanUp, cli, folder, start } from './support/rig.ts';
import type { Ready } from './support/watcher-process.ts';

/** Alerting policies in real watchers on loopback. */

afterEach(cleanUp);

const patienceMs = 60_000;

function listening(port: number): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.end());
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
const closed = (server: Server) => new Promise<void>((resolve) => server.close(() => resolve()));

async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + patienceMs; Date.now() < end; await sleep(250)) if (await condition()) return;
  throw new Error(`${what} (waited ${patienceMs / 1000} s)`);
}

/** Fails while more than half of the samples of ten seconds do. */
const failing = (name: string, given: object) => ({
  name,
  interval: '1s',
  conditions: [
    {
      name: 'most samples fail',
      threshold: { metric: 'quorumwatch_probe_success_ratio', 'group-by': ['check'], window: '10s', below: 0.5 },
    },
  ],
  documentation: { subject: '${label.check} fails', content: 'by ${condition}: ${value}' },
  ...given,
});

function writeConfiguration(cwd: string, port: number): void {
  const often = { interval: '400ms', timeout: '300ms', 'start-delay': '0s' };
  const configuration = {
    site: 'here',
    watch: [{ name: 'target', type: 'tcp-conn', host: '127.0.0.1', port, ...often }],
    alerts: [
      failing('seen-by-one', { severity: 'warning', watchers: { rule: 'any' } }),
      failing('seen-by-quorum', { severity: 'critical', watchers: { rule: 'bft' } }),
    ],
  };
  writeFileSync(join(cwd, 'watch.json'), JSON.stringify(configuration));
}

test('policies fire and end in a cluster of four; one that lies fires only what one may fire', async () => {
  const cwd = folder();
  const [port = 0] = await freePorts(1);
  let target = await listening(port);
  writeConfiguration(cwd, port);
  const data = join(cwd, 'data');
  const launcher = start(cwd, '--watchers', '4', '--data', data, '--config', 'watch.json', '--log', 'warning');
  await launcher.ready;
  await launcher.until({ target: 'up' }, patienceMs);
  const watcher = join(data, 'watcher-1');
  const json = async <Answer>(...args: string[]) =>
    JSON.parse((await cli(cwd, ...args, '--data', watcher, '--json')).stdout) as Answer;
  const alert = (name: string) => json<ApiAlertDetail>('alert', 'show', name);
  const states = async () =>
    (await json<ApiAlertSummary[]>('alert', 'list')).map(({ name, state }) => `${name} ${state}`);
  const are =
    (...wanted: string[]) =>
    async () =>
      (await states()).join() === wanted.join();

  await until(are('seen-by-one fine', 'seen-by-quorum fine'), 'the policies are not evaluated');
  await closed(target);
  await until(are('seen-by-one firing', 'seen-by-quorum firing'), 'the policies do not fire');
  const open = await json<ApiIncident[] | { items: ApiIncident[] }>('incident', 'list');
  const incidents = (Array.isArray(open) ? open : open.items).filter(({ severity }) => severity !== undefined);
  expect(incidents.map(({ check, severity, title }) => ({ check, severity, title }))).toEqual(
    expect.arrayContaining([
      { check: 'seen-by-one@check=target', severity: 'warning', title: 'target fails' },
      { check: 'seen-by-quorum@check=target', severity: 'critical', title: 'target fails' },
    ]),
  );
  expect(incidents[0]).toMatchObject({
    resource: { check: 'target' },
    documentation: { content: expect.stringMatching(/^by most samples fail: 0/) },
  });
  const said = Object.values((await alert('seen-by-quorum')).resources[0]?.opinions ?? {});
  expect(said.filter((state) => state === 'down').length).toBeGreaterThanOrEqual(3);

  target = await listening(port);
  await until(are('seen-by-one fine', 'seen-by-quorum fine'), 'the policies do not end');

  const order = async (fault: string) => {
    expect(await cli(cwd, 'demo', fault, 'watcher-4', '--data', data)).toMatchObject({ code: 0 });
  };
  await order('lie');
  const lies = async () => (await alert('seen-by-quorum')).resources[0]?.opinions['watcher-4'] === 'down';
  await until(lies, 'it does not lie');
  await until(are('seen-by-one firing', 'seen-by-quorum fine'), 'one word is not enough, or too much');
  expect((await alert('seen-by-quorum')).incidents).toEqual([]);
  await order('heal');
  await until(are('seen-by-one fine', 'seen-by-quorum fine'), 'what was a lie goes on');
  expect(await launcher.stop()).toBe(0);
  await closed(target);
}, 240_000);

test('one watcher tries policies on what it has stored, and says what is wrong with them', async () => {
  const cwd = folder();
  const [port = 0] = await freePorts(1);
  writeConfiguration(cwd, port);
  const watcher = start(cwd, '--data', 'data', '--config', 'watch.json', '--log', 'warning');
  const ready: Ready = await watcher.ready;
  const { call, get } = api(ready);
  await until(
    async () => (await get<ApiAlertDetail>('/alerts/seen-by-one')).incidents.length > 0,
    'the policy does not fire',
  );
  const target = await listening(port);
  await until(async () => (await get<ApiAlertDetail>('/alerts/seen-by-one')).state === 'fine', 'it does not end');
  // When it began to evaluate is not in the store; since then a back-test sees the same.
  const endedAt = (await get<ApiAlertDetail>('/alerts/seen-by-one')).since;
  // What is stored is what was measured up to a few seconds ago.
  await sleep(5000);
  const times = { from: new Date(Date.now() - 600_000).toISOString(), to: new Date().toISOString() };
  const yaml = JSON.stringify(failing('tried', {}));
  const tried = await call('POST', '/alerts/backtest', { yaml, ...times });
  expect(tried.status).toBe(200);
  const found = tried.body as ApiBacktest;
  expect(found).toMatchObject({ complete: true, policies: ['tried'], problems: [], omittedIncidents: 0 });
  expect(found.incidents).toMatchObject([{ check: 'tried@check=target', title: 'target fails' }]);
  expect(found.incidents[0]?.resolvedAt).toBe(endedAt);

  writeFileSync(join(cwd, 'tried.yaml'), yaml);
  const byCommand = await cli(cwd, 'alert', 'backtest', 'tried.yaml', '--from', '10m', '--data', 'data');
  expect(byCommand).toMatchObject({ code: 0, stdout: expect.stringContaining('target fails') });
  const asLines = await fetch(`${ready.url}/api/v1/alerts/backtest`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${api(ready).token}`,
      'content-type': 'application/json',
      accept: 'application/x-ndjson',
    },
    body: JSON.stringify({ yaml: 'conditions: [{}]\nname: tried\n', ...times }),
  });
  const [line = ''] = (await asLines.text()).trim().split('\n').slice(-1);
  expect(JSON.parse(line)).toMatchObject({ event: 'problem', problem: { code: 'CONFIG_INVALID' } });

  const refused = async (given: object) => (await call('POST', '/alerts/backtest', { yaml, ...times, ...given })).body;
  const unknown = (await refused({ yaml: yaml.replace('success_ratio', 'succes_ratio') })) as ApiProblem;
  expect(unknown).toMatchObject({ code: 'CONFIG_INVALID', status: 422 });
  expect(unknown.errors?.[0]?.message).toContain('did you mean quorumwatch_probe_success_ratio?');
  expect(await refused({ yaml: 'alerts: []' })).toMatchObject({ code: 'BAD_INPUT' });
  expect(await refused({ from: times.to, to: times.from })).toMatchObject({ code: 'BAD_INPUT' });
  expect((await call('GET', '/alerts/none')).status).toBe(404);
  expect((await call('GET', '/alerts?state=fine&search=one')).body).toMatchObject({ total: 1 });
  writeFileSync(
    join(cwd, 'bad.yaml'),
    'alerts:\n  - name: bad\n    conditions:\n      - threshold: { metric: none, above: 1 }\n',
  );
  const checked = await cli(cwd, 'check', 'bad.yaml');
  expect(checked.code).toBe(1);
  expect(checked.stdout).toContain('bad.yaml:4:');
  expect(checked.stdout).toContain('there is no metric');
  await closed(target);
}, 120_000);
