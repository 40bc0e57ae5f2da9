import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { ApiMetric, ApiMetricsAnswer, ApiProblem, ApiSample } from '../src/model/index.ts';
import { api, cleanUp, cli, folder, quick, start, webServer } from './support/rig.ts';
import type { Ready } from './support/watcher-process.ts';

/** Metrics through the API of a real watcher that measures. */

afterEach(cleanUp);

const hostile = '<img src=x onerror=alert(1)>"\\';

async function measuring() {
  const cwd = folder();
  const web = await webServer(() => ({ status: 200, body: 'ok' }));
  writeFileSync(
    join(cwd, 'quorumwatch.yaml'),
    `site: office
watch:
  - { name: web, type: http-get, host: 127.0.0.1, port: ${web.port}, labels: { tier: gold }, ${quick} }
  - { name: ${JSON.stringify(hostile)}, type: tcp-conn, host: 127.0.0.1, port: 9, ${quick} }
`,
  );
  return { cwd, close: () => web.close() };
}

const latency = 'quorumwatch_probe_latency_seconds';

async function query(ready: Ready, queries: object[], more: object = {}) {
  const now = Date.now();
  const range = { from: new Date(now - 600_000).toISOString(), to: new Date(now + 1000).toISOString() };
  const { status, body } = await api(ready).call('POST', '/metrics/query', { ...range, queries, ...more });
  return { status, answer: body as ApiMetricsAnswer, problem: body as ApiProblem };
}

/** Until something is found, which takes the time of a few probes. */
async function untilFound(ready: Ready, asked: object) {
  for (let left = 100; left > 0; left--) {
    const { answer, status } = await query(ready, [asked], { points: 10 });
    expect(status, JSON.stringify(answer)).toBe(200);
    if ((answer.answers[0]?.series.length ?? 0) > 0) return answer.answers[0]!;
    await sleep(200);
  }
  throw new Error(`nothing was found of ${JSON.stringify(asked)}`);
}

test('what is measured can be asked for by name and labels, as values and as a table', async () => {
  const { cwd, close } = await measuring();
  const watcher = start(cwd);
  const ready = await watcher.ready;
  const { get } = api(ready);
  const { items } = await get<{ items: ApiMetric[] }>('/metrics');
  const found = await untilFound(ready, { metric: latency, groupBy: ['check', 'site', 'type', 'label_tier'] });
  expect(found).toMatchObject({ unit: 'seconds', aggregate: 'avg', omitted: 0 });
  expect(found.series[0]).toMatchObject({
    labels: { check: 'web', site: 'office', type: 'http-get', label_tier: 'gold' },
  });
  const value = found.series[0]!.values.find((one) => one !== null)!;
  expect(value).toBeGreaterThan(0.0001);
  expect(value).toBeLessThan(0.5);
  expect(items.find(({ name }) => name === latency)).toMatchObject({ type: 'gauge', unit: 'seconds', histogram: true });

  const outcomes = { metric: 'quorumwatch_samples_total', groupBy: ['check', 'outcome'], aggregate: 'sum' };
  await untilFound(ready, { ...outcomes, where: [{ label: 'check', is: '=', value: hostile }] });
  const { answer } = await query(ready, [
    outcomes,
    { metric: latency, aggregate: 'p95' },
    { metric: latency, aggregate: 'buckets' },
  ]);
  const failed = answer.answers[0]!.series.find(
    ({ labels }) => labels['check'] === hostile && labels['outcome'] === 'fail',
  );
  expect(failed!.values.some((count) => count !== null && count > 0)).toBe(true);
  expect(answer.answers[1]!.series[0]!.values.some((one) => one !== null)).toBe(true);
  expect(answer.answers[2]!.bounds!.length).toBeGreaterThan(0);
  expect(await get(`/metrics/labels?metric=${latency}&label=check`)).toEqual({ values: [hostile, 'web'].sort() });
  await untilFound(ready, { metric: 'quorumwatch_process_resident_memory_bytes' });
  const verdicts = await untilFound(ready, {
    metric: 'quorumwatch_check_verdict',
    groupBy: ['check'],
    aggregate: 'last',
    where: [{ label: 'check', is: '=', value: 'web' }],
  });
  expect(verdicts.series[0]?.labels).toEqual({ check: 'web' });

  const csv = await fetch(`${ready.url}/api/v1/metrics/query`, {
    method: 'POST',
    headers: { authorization: `Bearer ${api(ready).token}`, 'content-type': 'application/json', accept: 'text/csv' },
    body: JSON.stringify({
      from: new Date(Date.now() - 600_000).toISOString(),
      to: new Date(Date.now() + 1000).toISOString(),
      queries: [{ metric: latency, groupBy: ['check'] }],
    }),
  });
  expect(csv.headers.get('content-type')).toContain('text/csv');
  expect(await csv.text()).toMatch(
    /^time,metric,aggregate,check,value\r\n\d{4}-.*,quorumwatch_probe_latency_seconds,avg,web,0\./,
  );
  close();
}, 60_000);

test('/metrics and the catalogue use the same names', async () => {
  const { cwd, close } = await measuring();
  const watcher = start(cwd);
  const ready = await watcher.ready;
  const { items } = await api(ready).get<{ items: ApiMetric[] }>('/metrics');
  const names = new Set(items.map(({ name }) => name));
  await watcher.until({ web: 'up' });
  const text = await (await fetch(`${ready.url}/metrics`)).text();
  const served = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
  expect(served.length).toBeGreaterThan(10);
  for (const [, name = '', type] of served) {
    if (name === 'quorumwatch_build_info') continue;
    expect(names, name).toContain(name);
    expect(type).toBe(items.find((one) => one.name === name)?.type);
  }
  expect(text).toMatch(/quorumwatch_probe_latency_seconds\{check="web",type="http-get"\} 0\.\d+/);
  close();
}, 60_000);

test('what cannot be asked is refused with what was expected', async () => {
  const { cwd, close } = await measuring();
  const ready = await start(cwd).ready;
  expect((await query(ready, [{ metric: 'quorumwatch_probe_latency' }])).problem).toMatchObject({
    status: 404,
    code: 'NOT_FOUND',
  });
  const refused = async (one: object, more: object = {}) => (await query(ready, [one], more)).problem;
  expect(await refused({ metric: latency, where: [{ label: 'check', is: '=~', value: '(' }] })).toMatchObject({
    status: 400,
  });
  expect(await refused({ metric: latency, aggregate: 'rate' })).toMatchObject({ code: 'BAD_INPUT' });
  expect(await refused({ metric: latency }, { points: 5000 })).toMatchObject({ code: 'BAD_INPUT' });
  expect(await refused({ metric: latency, colour: 'red' })).toMatchObject({ code: 'BAD_INPUT' });
  expect(await refused({ metric: latency }, { to: '2020-01-01T00:00:00.000Z' })).toMatchObject({ code: 'BAD_INPUT' });
  const { status } = await fetch(`${ready.url}/api/v1/metrics`);
  expect(status).toBe(401);
  const { call } = api(ready);
  const { token } = (await call('POST', '/tokens', { name: 'guest', role: 'viewer' })).body as { token: string };
  const asViewer = await fetch(`${ready.url}/api/v1/metrics/query`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      from: '2026-01-01T00:00:00.000Z',
      to: '2026-01-01T01:00:00.000Z',
      queries: [{ metric: latency }],
    }),
  });
  expect(asViewer.status).toBe(200);
  close();
}, 60_000);

test('the command line lists metrics and prints values for people, programs and spreadsheets', async () => {
  const { cwd, close } = await measuring();
  const ready = await start(cwd).ready;
  await untilFound(ready, { metric: latency, groupBy: ['check'] });
  const list = await cli(cwd, 'metrics', 'list');
  expect(list.stdout).toContain(latency);
  const asked = ['metrics', 'query', latency, '--group-by', 'check', '--where', 'check=~w.*', '--from', '10m'];
  const people = await cli(cwd, ...asked);
  expect(people.stdout).toMatch(/^.*time \(UTC\).*seconds/);
  expect(people.stdout).toMatch(/\d\d:\d\d:\d\d {2}check=web {2}0\.\d+/);
  const json = JSON.parse((await cli(cwd, ...asked, '--json')).stdout) as ApiMetricsAnswer & { series: unknown[] };
  expect(json).toMatchObject({ metric: latency, unit: 'seconds', series: [{ labels: { check: 'web' } }] });
  expect((await cli(cwd, ...asked, '--csv')).stdout).toMatch(/^time,metric,aggregate,check,value\r\n/);
  const wrong = await cli(cwd, 'metrics', 'query', 'quorumwatch_latency');
  expect(wrong).toMatchObject({ code: 1, stdout: '' });
  expect(wrong.stderr).toContain('there is no metric');
  expect((await cli(cwd, ...asked, '--where', 'nonsense')).code).toBe(2);
  close();
}, 60_000);

test('each watcher of a cluster knows what the others see, and how long the way to them is', async () => {
  const { cwd, close } = await measuring();
  const ready = await start(cwd, '--watchers', '4').ready;
  const names = ready.watchers.map(({ id }) => id).sort();
  const seenBy = async (metric: string, label: string) => {
    for (let left = 60; left > 0; left--) {
      const { answer } = await query(ready, [{ metric, groupBy: [label] }], { points: 10 });
      const found = answer.answers[0]!.series.map(({ labels }) => labels[label] ?? '').sort();
      if (found.length === names.length) return found;
      await sleep(1000);
    }
    throw new Error(`${metric} lacks some of ${names.join(', ')}`);
  };
  expect(await seenBy('quorumwatch_location_success_ratio', 'watcher')).toEqual(names);
  expect(await seenBy('quorumwatch_path_rtt_seconds', 'from')).toEqual(names);
  await untilFound(ready, { metric: 'quorumwatch_cluster_link_round_trip_seconds', groupBy: ['peer'] });
  close();
}, 150_000);

test('a watcher that was killed answers the same past after its restart', async () => {
  const { cwd, close } = await measuring();
  const first = start(cwd);
  const before = await first.ready;
  const asked = { metric: latency, groupBy: ['check'], where: [{ label: 'check', is: '=', value: 'web' }] };
  await untilFound(before, asked);
  await sleep(10_000);
  const { answer } = await query(before, [asked], { points: 600 });
  // What waits for the disk waits for five seconds at most; the last of it may be lost.
  const acknowledged = Date.now() - 6500;
  await first.kill();

  const after = await start(cwd).ready;
  const { answer: later } = await query(after, [asked], {
    from: new Date(answer.at[0]!).toISOString(),
    to: new Date(answer.at.at(-1)! + answer.stepMs).toISOString(),
    points: answer.at.length,
  });
  const past = (found: ApiMetricsAnswer) => {
    const values = found.answers[0]!.series[0]?.values ?? [];
    return found.at.flatMap((at, step) =>
      at + found.stepMs <= acknowledged && typeof values[step] === 'number' ? [[at, values[step]]] : [],
    );
  };
  expect(past(answer).length).toBeGreaterThan(1);
  expect(past(later)).toEqual(past(answer));
  expect(later.stepMs).toBe(answer.stepMs);
  close();
}, 90_000);

/** The process that answers questions for this one. */
function queryProcessOf(watcher: number): number | undefined {
  const children = readFileSync(`/proc/${watcher}/task/${watcher}/children`, 'utf8').split(' ').filter(Boolean);
  return children.map(Number).find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('duckdb/child'));
}

const linux = process.platform === 'linux' ? test : test.skip;

linux(
  'a query process that is killed costs a question, and no probe',
  async () => {
    const { cwd, close } = await measuring();
    const watcher = start(cwd);
    const ready = await watcher.ready;
    const asked = { metric: latency, groupBy: ['check'], where: [{ label: 'check', is: '=', value: 'web' }] };
    await untilFound(ready, asked);
    const killed = new Set<number>();
    const startedAt = Date.now();
    for (let round = 0; round < 5; round++) {
      const pid = queryProcessOf(watcher.pid);
      if (pid !== undefined) {
        process.kill(pid, 'SIGKILL');
        killed.add(pid);
      }
      const { status, problem } = await query(ready, [asked]);
      if (status !== 200) expect(problem).toMatchObject({ code: expect.stringMatching(/^TELEMETRY_/) });
      await untilAnswered(ready, asked);
    }
    expect(killed.size).toBeGreaterThanOrEqual(3);
    await sleep(Math.max(0, startedAt + 3000 - Date.now()));
    const seconds = (Date.now() - startedAt) / 1000;
    const { items } = await api(ready).get<{ items: ApiSample[] }>('/checks/web/samples?limit=100');
    const during = items.filter(({ startedAt: at }) => Date.parse(at) >= startedAt);
    // Every 200 ms, of which a busy machine may miss some.
    expect(during.length).toBeGreaterThan(Math.min(100, seconds * 5) * 0.7);
    expect(during.every(({ outcome }) => outcome === 'pass')).toBe(true);
    close();
  },
  90_000,
);

async function untilAnswered(ready: Ready, asked: object): Promise<void> {
  for (let left = 100; left > 0; left--) {
    if ((await query(ready, [asked])).status === 200) return;
    await sleep(100);
  }
  throw new Error('no question is answered any more');
}
