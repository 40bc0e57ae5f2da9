import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PrometheusServer, prometheusMissing } from '../support/prometheus.ts';
import { api, cleanUp, folder, quick, start } from '../support/rig.ts';
import type { Ready } from '../support/watcher-process.ts';

/** A real Prometheus reads `/metrics` of a real watcher, and what it then knows is also what `/prometheus` answers. */

const missing = prometheusMissing();
if (missing) console.log(`skipped: ${missing}`);
const strange = 'a "quoted" \\ name ✓';

let ready: Ready;
let token: string;
let server: PrometheusServer | undefined;
beforeAll(async () => {
  if (missing) return;
  const cwd = folder();
  const check = (name: string, port: number) =>
    `  - { name: ${JSON.stringify(name)}, type: tcp-conn, host: 127.0.0.1, port: ${port}, ${quick} }\n`;
  writeFileSync(join(cwd, 'quorumwatch.yaml'), `watch:\n${check('closed', 1)}${check(strange, 1)}`);
  const watcher = start(cwd);
  ready = await watcher.ready;
  token = api(ready).token;
  await watcher.until({ closed: 'down' });
  const target = new URL(ready.url).host;
  const scrape = `[{ job_name: watcher, static_configs: [{ targets: ["${target}"] }] }]`;
  server = await PrometheusServer.start({ scrape });
});
afterAll(async () => {
  await server?.stop();
  await cleanUp();
});

interface Vector {
  data: { result: { metric: Record<string, string>; value: [number, string] }[] };
}

test.skipIf(missing)('promtool has no complaint about what a watcher shows', async () => {
  const text = await (await fetch(`${ready.url}/metrics`)).text();
  expect(text).toContain('quorumwatch_check_up{');
  // It prints what it does not like, and fails.
  expect(execFileSync('/usr/bin/promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' })).toBe('');
});

test.skipIf(missing)('Prometheus scrapes a watcher, and both answer the same', async () => {
  const query = 'quorumwatch_check_up';
  let scraped: Vector['data']['result'] = [];
  for (let attempt = 0; attempt < 60 && scraped.length === 0; attempt++) {
    await pause(500);
    scraped = ((await server?.get('/api/v1/query', { query })) as Vector | undefined)?.data.result ?? [];
  }
  const targets = (await (await fetch(`${server?.url}/api/v1/targets`)).json()) as {
    data: { activeTargets: { health: string; lastError: string }[] };
  };
  expect(targets.data.activeTargets.map(({ health, lastError }) => ({ health, lastError }))).toEqual([
    { health: 'up', lastError: '' },
  ]);
  const checks = (vector: Vector['data']['result']) =>
    vector.map(({ metric, value }) => `${metric['check']} ${value[1]}`).sort();
  expect(checks(scraped)).toEqual([`${strange} 0`, 'closed 0']);

  const asked = await fetch(`${ready.url}/prometheus/api/v1/query`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: new URLSearchParams({ query }),
  });
  expect(checks(((await asked.json()) as Vector).data.result)).toEqual(checks(scraped));
});
