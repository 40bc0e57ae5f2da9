import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ApiStatus } from '../src/model/index.ts';
import { api, cleanUp, cli, folder, quick, start, webServer, type Ended } from './support/rig.ts';

/** Faults of the machine around one watcher: each a clear error, or a watch that goes on and says what is wrong. */

afterEach(cleanUp);

/** A data folder with a short history, copied for each test. */
let sample = '';
let other = '';
beforeAll(async () => {
  [sample, other] = [await history(), await history()];
  return () => {
    for (const made of [sample, other]) rmSync(made, { recursive: true, force: true });
  };
});

async function history(): Promise<string> {
  const cwd = folder();
  const watcher = start(cwd, '--discover', 'local', '--data', join(cwd, 'data'));
  await watcher.ready;
  await watcher.until({ 'this watcher': 'up' });
  expect(await watcher.stop()).toBe(0);
  const kept = `${cwd}-kept`;
  cpSync(join(cwd, 'data'), kept, { recursive: true });
  return kept;
}

function copy(): { cwd: string; data: string } {
  const cwd = folder();
  const data = join(cwd, 'data');
  cpSync(sample, data, { recursive: true });
  return { cwd, data };
}

const up = (cwd: string, data: string, ...args: string[]) =>
  cli(cwd, 'up', '--discover', 'none', '--listen', '127.0.0.1:0', '--data', data, ...args);

/** An error and a hint, each one line, and nothing of the program's inside. */
function expectRefused(ended: Ended, code: number, text: string | RegExp): void {
  expect(ended.stderr).toMatch(text);
  expect(ended.stderr).toMatch(/^error: .+\nhint: .+\n$/m);
  expect(ended.stderr).not.toMatch(/\n\s+at |QW_DEBUG|node:internal/);
  expect(ended.code).toBe(code);
  expect(ended.stdout).toBe('');
}

function contents(directory: string): Record<string, string> {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((file) =>
    statSync(join(directory, file)).isFile(),
  );
  return Object.fromEntries(
    files
      .filter((file) => !/^(lock|claim)-/.test(file))
      .map((file) => [file, readFileSync(join(directory, file), 'hex')]),
  );
}

describe('a data folder that is not as it was left', () => {
  test.each([
    [
      'the key of another watcher',
      (data: string) => copyFileSync(join(other, 'watcher.key.pem'), join(data, 'watcher.key.pem')),
      /another key/,
    ],
    [
      'the name of another watcher',
      (data: string) => writeFileSync(join(data, 'watcher.id'), 'elsewhere-0000\n'),
      /belongs to watcher/,
    ],
    ['its key gone', (data: string) => rmSync(join(data, 'watcher.key.pem')), /watcher\.key\.pem/],
    ['its name gone', (data: string) => rmSync(join(data, 'watcher.id')), /watcher\.id/],
    ['a newer format', (data: string) => writeFileSync(join(data, 'identity.json'), '{"format":99}'), /format 99/],
    ['the journal gone', (data: string) => rmSync(join(data, 'journal'), { recursive: true }), /damaged|missing/],
    ['the ledger gone', (data: string) => rmSync(join(data, 'ledger'), { recursive: true }), /damaged|missing/],
    [
      'a flipped bit in the ledger',
      (data: string) => flip(segmentIn(join(data, 'ledger'))),
      /record \d+ is damaged.*ledger/,
    ],
    [
      'a flipped bit in the journal',
      (data: string) => flip(segmentIn(join(data, 'journal'))),
      /record \d+ is damaged.*journal/,
    ],
    [
      'damaged tokens',
      (data: string) => writeFileSync(join(data, 'tokens.json'), '{'),
      /the file of tokens is damaged/,
    ],
  ])('%s: refused, and nothing is changed', async (_, damage, expected) => {
    const { cwd, data } = copy();
    damage(data);
    const before = contents(data);
    const ended = await up(cwd, data);
    expect(ended.stderr).toMatch(expected);
    expect(ended.stderr).toMatch(/^error: .+\nhint: .+\n$/m);
    expect([1, 2]).toContain(ended.code);
    expect(contents(data)).toEqual(before);
  });

  test('damaged telemetry is put aside, and the watch goes on', async () => {
    const { cwd, data } = copy();
    writeFileSync(join(data, 'telemetry.db'), Buffer.alloc(20_000, 0xa5));
    const watcher = start(cwd, '--data', data);
    const { get } = api(await watcher.ready);
    const since = watcher.events.length;
    expect((await get<ApiStatus>('/status')).watcher.problems.join()).toContain('telemetry');
    expect(existsSync(join(data, 'telemetry.db.damaged'))).toBe(true);
    expect((await get<ApiStatus>('/status')).cluster.ledger.durable).toBe(true);
    expect(watcher.events.slice(since).some((event) => event.event === 'problem')).toBe(false);
    expect(await watcher.stop()).toBe(0);
  });

  test('telemetry that cannot be opened at all: in memory only', async () => {
    const { cwd, data } = copy();
    rmSync(join(data, 'telemetry.db'));
    mkdirSync(join(data, 'telemetry.db'));
    mkdirSync(join(data, 'telemetry.db.damaged'));
    writeFileSync(join(data, 'telemetry.db.damaged', 'x'), '');
    const watcher = start(cwd, '--data', data);
    const { get } = api(await watcher.ready);
    expect((await get<ApiStatus>('/status')).watcher.problems.join()).toContain('telemetry');
    expect(await watcher.stop()).toBe(0);
  });

  test('a file where the folder should be', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'data'), '');
    expectRefused(await up(cwd, join(cwd, 'data')), 1, /error: the data folder cannot be used/);
  });
});

function segmentIn(directory: string): string {
  const file = readdirSync(directory).find((name) => name.endsWith('.log')) ?? '';
  return join(directory, file);
}

function flip(file: string): void {
  const bytes = readFileSync(file);
  const at = bytes.length >> 1;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

const mounts =
  process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0 ? undefined : 'mounting needs root';

describe.skipIf(mounts)(`a disk that fails${mounts ? ` (skipped: ${mounts})` : ''}`, () => {
  function tmpfs(options: string): { cwd: string; disk: string; unmount: () => void } {
    const cwd = folder();
    const disk = join(cwd, 'disk');
    mkdirSync(disk);
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', disk]).status).toBe(0);
    return { cwd, disk, unmount: () => spawnSync('umount', ['-l', disk]) };
  }

  test('full: probes on, says so everywhere; room and a restart make it well', { timeout: 60_000 }, async () => {
    const { cwd, disk, unmount } = tmpfs('size=4m');
    const data = join(disk, 'data');
    let healthy = true;
    const web = await webServer(() => ({ status: healthy ? 200 : 500, body: '' }));
    try {
      writeFileSync(
        join(cwd, 'quorumwatch.yaml'),
        `watch:\n  - { name: web, type: http-get, host: 127.0.0.1, port: ${web.port}, ${quick}, settle: { down: 1/1, up: 1/1 } }\n`,
      );
      const watcher = start(cwd, '--data', data);
      const ready = await watcher.ready;
      await watcher.until({ web: 'up' });
      spawnSync('dd', ['if=/dev/zero', `of=${join(disk, 'fill')}`, 'bs=64k']);
      const { get, call } = api(ready);
      const status = () => get<ApiStatus>('/status');
      // Transitions go on until the last page of the disk is used up.
      while ((await status()).cluster.ledger.durable) {
        healthy = !healthy;
        await delay(300);
      }
      healthy = false;
      expect((await status()).watcher.problems.join()).toContain('ENOSPC');
      const readyz = await fetch(`${ready.url}/readyz`);
      expect(readyz.status).toBe(503);
      expect(await readyz.json()).toEqual({ status: 'not durable' });
      const metrics = async () => (await fetch(`${ready.url}/metrics`)).text();
      expect(await metrics()).toContain('quorumwatch_ledger_durable 0');
      const failed = async () => Number(/outcome="fail"\} (\d+)/.exec(await metrics())?.[1] ?? 0);
      const before = await failed();
      await delay(1500);
      expect(await failed()).toBeGreaterThan(before);
      expect(await cli(cwd, 'status', '--data', data)).toMatchObject({
        code: 1,
        stdout: expect.stringContaining('NOT DURABLE') as string,
      });
      const { verdict } = (await status()).checks[0]!;
      expect(await call('POST', '/tokens', { name: 'x', role: 'viewer' })).toMatchObject({ status: 503 });
      expect(watcher.stderr.match(/could not be agreed/g)).toHaveLength(1);
      expect(await watcher.stop()).toBe(0);

      expectRefused(await up(cwd, data), 1, /ENOSPC/);
      rmSync(join(disk, 'fill'));
      healthy = verdict === 'down';
      const again = start(cwd, '--data', data);
      await again.ready;
      await again.until({ web: healthy ? 'up' : 'down' });
      expect(await again.stop()).toBe(0);
      expect(await cli(cwd, 'ledger', 'verify', '--dir', data)).toMatchObject({ code: 0 });
    } finally {
      web.close();
      unmount();
    }
  });

  test('read-only: refused with what to do', async () => {
    const { cwd, disk, unmount } = tmpfs('size=4m,ro');
    try {
      expectRefused(await up(cwd, join(disk, 'data')), 1, /error: the data folder cannot be used/);
      expectRefused(await up(cwd, disk), 1, /error: the data folder cannot be used: EROFS/);
    } finally {
      unmount();
    }
  });
});

describe('addresses and files that cannot be used', () => {
  test.each([['127.0.0.1:99999'], ['127.0.0.1'], ['127.0.0.1:x'], [':8470'], ['::1:0']])(
    '--listen %s',
    async (listen) => {
      const cwd = folder();
      expectRefused(await cli(cwd, 'up', '--discover', 'none', '--listen', listen), 2, /expected HOST:PORT/);
      expect(existsSync(join(cwd, 'quorumwatch-data'))).toBe(false);
    },
  );

  test('a configuration that is a folder, or no text', async () => {
    const cwd = folder();
    mkdirSync(join(cwd, 'conf.yaml'));
    expectRefused(await up(cwd, 'data', '--config', 'conf.yaml'), 2, /cannot read the file.*conf\.yaml/);
    writeFileSync(join(cwd, 'bytes.yaml'), Buffer.from([0xff, 0xfe, 0, 1, 2]));
    expect((await up(cwd, 'data', '--config', 'bytes.yaml')).code).toBe(2);
    writeFileSync(join(cwd, 'deep.yaml'), '['.repeat(10_000_000));
    expect(await up(cwd, 'data', '--config', 'deep.yaml')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('deep.yaml:1:65') as string,
    });
  });

  test('a secret that is missing at the start refuses, one that vanishes later fails the message only', async () => {
    const cwd = folder();
    const secret = join(cwd, 'url-secret');
    let healthy = true;
    const web = await webServer(() => ({ status: healthy ? 200 : 500, body: '' }));
    writeFileSync(
      join(cwd, 'quorumwatch.yaml'),
      `watch:
  - { name: web, type: http-get, host: 127.0.0.1, port: ${web.port}, ${quick}, down: [{ notify: ops }] }
notify: { ops: { webhook: { url: "http://127.0.0.1:${web.port}/", secret-file: ${secret} } } }
`,
    );
    expect(await up(cwd, 'data', '--config', 'quorumwatch.yaml')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(secret) as string,
    });
    writeFileSync(secret, 'hush\n', { mode: 0o600 });
    const watcher = start(cwd);
    await watcher.ready;
    await watcher.until({ web: 'up' });
    rmSync(secret);
    healthy = false;
    await watcher.until({ web: 'down' });
    healthy = true;
    await watcher.until({ web: 'up' });
    expect(await watcher.stop()).toBe(0);
    web.close();
  });
});

describe('signals', () => {
  test('SIGTERM at any instant of the start leaves a folder that starts again', { timeout: 60_000 }, async () => {
    const cwd = folder();
    for (const afterMs of [50, 200, 350, 450, 550, 700]) {
      const watcher = start(cwd, '--discover', 'local');
      await delay(afterMs);
      // Before the program has begun, the signal ends the runtime itself.
      expect([0, null]).toContain(await watcher.stop());
    }
    const last = start(cwd, '--discover', 'local');
    await last.ready;
    expect(await last.stop()).toBe(0);
  });

  test('SIGTERM while a program runs: it is accounted for, and not started twice', { timeout: 60_000 }, async () => {
    const cwd = folder();
    const log = join(cwd, 'runs');
    let healthy = true;
    const web = await webServer(() => ({ status: healthy ? 200 : 500, body: '' }));
    writeFileSync(
      join(cwd, 'quorumwatch.yaml'),
      `watch:\n  - { name: web, type: http-get, host: 127.0.0.1, port: ${web.port}, ${quick}, down: [{ run: 'echo x >> ${log}; sleep 20', shell: true }] }\n`,
    );
    const watcher = start(cwd);
    await watcher.ready;
    await watcher.until({ web: 'up' });
    healthy = false;
    await watcher.when(
      () => existsSync(log) || watcher.events.some((event) => event.kind === 'action-started'),
      10_000,
      () => 'it should start',
    );
    await delay(300);
    const asked = performance.now();
    expect(await watcher.stop()).toBe(0);
    expect(performance.now() - asked).toBeLessThan(15_000);
    const again = start(cwd);
    const { get } = api(await again.ready);
    await delay(1000);
    const { items } = await get<{ items: { state: string; attempts: number }[] }>('/checks/web/actions');
    expect(items).toHaveLength(1);
    expect(['unknown', 'failed']).toContain(items[0]?.state);
    expect(readFileSync(log, 'utf8')).toBe('x\n');
    web.close();
  });

  test('a process that stood still for a while holds nothing for down', { timeout: 30_000 }, async () => {
    const cwd = folder();
    const web = await webServer(() => ({ status: 200, body: '' }));
    writeFileSync(
      join(cwd, 'quorumwatch.yaml'),
      `watch:
  - { name: web, type: http-get, host: 127.0.0.1, port: ${web.port}, ${quick} }
  - { name: port, type: tcp-conn, host: 127.0.0.1, port: ${web.port}, ${quick} }
  - { name: echo, type: icmp, host: 127.0.0.1, packet-count: 3, packet-interval: 20ms, ${quick} }
`,
    );
    const watcher = start(cwd);
    await watcher.ready;
    await watcher.until({ web: 'up', port: 'up' });
    for (let i = 0; i < 2; i++) {
      process.kill(watcher.pid, 'SIGSTOP');
      await delay(5000);
      process.kill(watcher.pid, 'SIGCONT');
      await delay(1500);
    }
    const verdicts = watcher.events
      .filter((event) => event.kind === 'transition')
      .map((event) => (event.body as { to: string }).to);
    expect(verdicts).not.toContain('down');
    await watcher.until({ web: 'up', port: 'up' });
    web.close();
  });
});
