import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { ApiCheckDetail, ApiIncident, ApiPage, ApiStatus } from '../src/model/index.ts';
import { api, cleanUp, cli, folder, quick, start, webServer } from './support/rig.ts';
import { root } from './support/shared.ts';

afterEach(cleanUp);

test('without a configuration it watches this machine, and says so everywhere', async () => {
  const cwd = folder();
  const watcher = start(cwd, '--discover', 'local');
  const ready = await watcher.ready;
  await watcher.until({ 'this watcher': 'up' }, 15_000);
  expect(readFileSync(join(cwd, 'quorumwatch.yaml'), 'utf8')).toContain('this watcher');

  const { get } = api(ready);
  const status = await get<ApiStatus>('/status');
  expect(status.counts).toMatchObject({ up: 1, down: 0 });
  expect((await cli(cwd, 'status', '--json')).stdout).toContain('"verdict":"up"');
  expect(await cli(cwd, 'status')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('this watcher') as string,
  });
  expect(await cli(cwd, 'ledger', 'verify')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('ok:') as string,
  });
  expect(
    (await cli(cwd, 'events', '--json')).stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => (JSON.parse(line) as { kind: string }).kind),
  ).toEqual(expect.arrayContaining(['genesis', 'request', 'configuration', 'observations', 'transition']) as string[]);
  const metrics = await (await fetch(`${ready.url}/metrics`)).text();
  expect(metrics).toMatch(/quorumwatch_check_up\{check="this watcher",type="http-get"\} 1/);
  expect((await fetch(`${ready.url}/healthz`)).status).toBe(200);
  expect((await fetch(`${ready.url}/readyz`)).status).toBe(200);
  expect(await watcher.stop()).toBe(0);
});

test('an outage: verdict, incident, action, recovery; and all of it is still there after a restart', async () => {
  const cwd = folder();
  let healthy = true;
  const web = await webServer(() => (healthy ? { status: 200, body: 'fine' } : { status: 500, body: 'broken' }));
  const log = join(cwd, 'actions.log');
  writeFileSync(
    join(cwd, 'quorumwatch.yaml'),
    `watch:
  - { name: web, type: http-get, host: 127.0.0.1, port: ${web.port}, ${quick},
      down: [{ run: 'echo "$QW_STATUS $QW_NAME" >> ${log}', shell: true }], up: [{ run: 'echo "$QW_STATUS $QW_NAME" >> ${log}', shell: true }] }
`,
  );
  const first = start(cwd);
  const ready = await first.ready;
  await first.until({ web: 'up' });
  healthy = false;
  await first.until({ web: 'down' });
  const { get, call } = api(ready);
  const open = await get<ApiPage<ApiIncident>>('/incidents');
  expect(open.items).toHaveLength(1);
  expect(open.items[0]).toMatchObject({ check: 'web', status: 'investigating', reason: { code: 'http-status' } });
  expect(await call('POST', `/incidents/${open.items[0]?.id}/acknowledge`)).toMatchObject({ status: 200 });
  await first.when(
    () => first.events.filter((event) => event.kind === 'action-finished').length >= 2,
    10_000,
    () => 'two actions should finish',
  );
  await first.kill();

  healthy = true;
  const second = start(cwd);
  const again = api(await second.ready);
  expect((await again.get<ApiCheckDetail>('/checks/web')).verdict).toBe('down');
  await second.until({ web: 'up' });
  const resolved = await again.get<ApiPage<ApiIncident>>('/incidents?state=all');
  expect(resolved.items).toHaveLength(1);
  expect(resolved.items[0]).toMatchObject({ status: 'resolved', acknowledged: { by: 'page' } });
  await second
    .when(
      () => readFileSync(log, 'utf8').split('\n').length > 3,
      10_000,
      () => 'the last action should run',
    )
    .catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(readFileSync(log, 'utf8')).toBe('up web\ndown web\nup web\n');
  web.close();
  expect(await second.stop()).toBe(0);
  expect(await cli(cwd, 'ledger', 'verify', '--dir', join(cwd, 'quorumwatch-data'))).toMatchObject({ code: 0 });
});

test('plan, apply, export: configuration as code', async () => {
  const cwd = folder();
  writeFileSync(
    join(cwd, 'quorumwatch.yaml'),
    `watch:\n  - { name: a, type: tcp-conn, host: 127.0.0.1, port: 9, ${quick} }\n`,
  );
  const watcher = start(cwd);
  await watcher.ready;
  writeFileSync(
    join(cwd, 'next.yaml'),
    `watch:\n  - { name: a, type: tcp-conn, host: 127.0.0.1, port: 10, ${quick} }\n  - { name: b, host: 127.0.0.1 }\n`,
  );
  const plan = await cli(cwd, 'plan', 'next.yaml');
  expect(plan.stdout).toContain('~ watch a\n    port: 9 -> 10');
  expect(plan.stdout).toContain('+ watch b');
  expect(await cli(cwd, 'apply', 'next.yaml')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('in force at ledger position') as string,
  });
  expect((await cli(cwd, 'plan', 'next.yaml')).stdout).toBe('nothing to change\n');
  const exported = await cli(cwd, 'export');
  writeFileSync(join(cwd, 'exported.yaml'), exported.stdout);
  expect((await cli(cwd, 'plan', 'exported.yaml')).stdout).toBe('nothing to change\n');
  // The file that it was started with has not changed, so it does not undo what was applied.
  await watcher.stop();
  const again = start(cwd);
  await again.ready;
  expect((await cli(cwd, 'export')).stdout).toBe(exported.stdout);
  expect(await cli(cwd, 'apply', 'quorumwatch.yaml')).toMatchObject({ code: 0 });
});

describe('what is wrong is said at once', () => {
  test('a broken configuration: exit 2, every error with its place', async () => {
    const cwd = folder();
    writeFileSync(
      join(cwd, 'bad.yaml'),
      'watch:\n  - name: a\n    host: 127.0.0.1\n    intervall: 5s\n    timeout: soon\n',
    );
    const result = await cli(cwd, 'up', '--config', 'bad.yaml', '--listen', '127.0.0.1:0');
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('bad.yaml:4:5: watch[0]: unknown key intervall, did you mean interval?');
    expect(result.stderr).toContain('bad.yaml:5:14: watch[0].timeout: expected a duration');
    expect(result.stderr).toMatch(/^error: the configuration has 2 errors \(bad.yaml\)\nhint: /m);
    const check = await cli(cwd, 'check', 'bad.yaml', '--json');
    expect(check.code).toBe(1);
    expect(JSON.parse(check.stdout)).toMatchObject({
      ok: false,
      errors: [
        { line: 4, column: 5 },
        { line: 5, column: 14, path: 'watch[0].timeout' },
      ],
    });
  });

  test('a data folder in use', async () => {
    const cwd = folder();
    const watcher = start(cwd, '--discover', 'none');
    await watcher.ready;
    const second = await cli(cwd, 'up', '--discover', 'none', '--listen', '127.0.0.1:0');
    expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining('error: ') as string });
    expect(second.stderr).toContain('hint: stop that watcher or give this one its own folder');
    expect(await cli(cwd, 'status')).toMatchObject({ code: 0 });
  });

  test('a port in use', async () => {
    const cwd = folder();
    const web = await webServer(() => ({ status: 200, body: '' }));
    const result = await cli(cwd, 'up', '--discover', 'none', '--listen', `127.0.0.1:${web.port}`);
    expect(result).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`error: the port is in use (127.0.0.1:${web.port})`) as string,
    });
    web.close();
  });

  test('off loopback without TLS', async () => {
    expect(await cli(folder(), 'up', '--discover', 'none', '--listen', '0.0.0.0:0')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('refusing to serve without TLS') as string,
    });
  });

  test('an unreadable secret', async () => {
    const cwd = folder();
    writeFileSync(
      join(cwd, 'quorumwatch.yaml'),
      'notify: { ops: { telegram: { chat: "1", token-file: /does/not/exist } } }\n',
    );
    expect(await cli(cwd, 'check', 'quorumwatch.yaml')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('/does/not/exist') as string,
    });
  });

  test.each([[['unknown']], [['up', '--discover', 'sideways']], [['probe', 'icmp']], [['events', '--since', 'x']]])(
    'wrong usage %j: exit 2',
    async (args) => {
      const result = await cli(folder(), ...args);
      expect(result).toMatchObject({ code: 2 });
      expect(result.stderr).toMatch(/^error: /);
      expect(result.stderr).not.toContain('    at ');
    },
  );

  test('no watcher to talk to', async () => {
    expect(await cli(folder(), 'status')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('error: no watcher runs') as string,
    });
  });
});

test('npm start works straight from a checkout and stops on a signal', async () => {
  const cwd = folder();
  const child = spawn(
    process.execPath,
    [
      join(root, 'tools/run.mjs'),
      'start',
      '--discover',
      'none',
      '--listen',
      '127.0.0.1:0',
      '--data',
      join(cwd, 'data'),
      '--config',
      join(cwd, 'empty.yaml'),
      '--json',
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  writeFileSync(join(cwd, 'empty.yaml'), 'watch: []\n');
  const line = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) resolve(text);
    });
    child.on('exit', (code) => reject(new Error(`ended with ${code}`)));
  });
  expect(JSON.parse(line.split('\n')[0] ?? '')).toMatchObject({ event: 'ready' });
  const exited = new Promise((resolve) => child.on('exit', resolve));
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
});
