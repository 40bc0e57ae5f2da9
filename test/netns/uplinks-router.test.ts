import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { selfSigned } from '../../src/act/routeros/router.fixture.ts';
import type { ApiUplinks, UplinkSwitch } from '../../src/model/index.ts';
import { Lab } from '../support/lab.ts';
import { labMissing, root } from '../support/shared.ts';
import { WatcherProcess } from '../support/watcher-process.ts';

/** A watcher that probes through devices of its own machine, and switches on a router: our mock, over HTTPS. */

const pair = selfSigned();
const missing = labMissing() ?? (pair ? undefined : 'this machine has no openssl');
if (missing !== undefined) process.stderr.write(`uplinks on a router: ${missing}\n`);

const anchors = ['1.1.1.1', '8.8.8.8', '8.8.4.4'];
const uplinks = [
  { name: 'isp1', device: 'wan1', gateway: '192.168.76.1', anchors },
  { name: 'isp2', device: 'wan2', gateway: '192.168.75.1', anchors },
];

describe.skipIf(missing !== undefined)('uplinks on a router', () => {
  const lab = new Lab();
  const folder = mkdtempSync(join(tmpdir(), 'qw-uplinks-router-'));
  const [key, cert, password] = ['key', 'cert', 'password'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const running: WatcherProcess[] = [];
  let child: ChildProcess | undefined;
  let url = '';

  const prefix = () => ['nsenter', `--net=/run/netns/${lab.namespace('rtr')}`];
  const inside = (...command: string[]) => {
    const [program = '', ...rest] = [...prefix(), ...command];
    return spawnSync(program, rest, { encoding: 'utf8' }).stdout;
  };
  const distances = () => {
    const answer = inside('curl', '-sk', '-u', 'qw:router-password', `${url}/rest/ip/route`);
    const rows = JSON.parse(answer) as { comment: string; distance: string }[];
    return Object.fromEntries(rows.map(({ comment, distance }) => [comment, Number(distance)]));
  };
  const kernel = () => inside('ip', 'rule') + inside('nft', '--stateless', 'list', 'ruleset');
  const until = async (what: string, condition: () => boolean | Promise<boolean>) => {
    const endMs = Date.now() + 20_000;
    while (!(await condition())) {
      if (Date.now() > endMs) throw new Error(`${what}: not in time\n${running.at(-1)?.stderr}`);
      await sleep(100);
    }
  };
  const start = async (data: string, failover: object) => {
    const file = join(folder, `${data}.json`);
    const quick = { hold: '1s', 'hold-max': '1s', bad: { window: '2s' } };
    writeFileSync(file, JSON.stringify({ uplinks, failover: { ...quick, act: 'local-evidence', ...failover } }));
    const where = ['--data', join(folder, data), '--listen', '127.0.0.1:0', '--discover', 'none'];
    const watcher = new WatcherProcess([...where, '--log', 'warning', '--config', file], {
      cwd: folder,
      prefix: prefix(),
    });
    running.push(watcher);
    await watcher.ready;
    return watcher;
  };
  const router = () => ({
    routeros: { url, user: 'qw', 'password-file': password, 'certificate-sha256': pair?.sha256 },
    routes: { isp1: 'To-ISP1', isp2: 'To-ISP2' },
  });
  const ask = async <Answer>(watcher: WatcherProcess, path: string, body?: object): Promise<Answer> => {
    const ready = await watcher.ready;
    const authority = ['-H', `authorization: Bearer ${ready.page.split('#token=')[1]}`];
    const data = body ? ['--json', JSON.stringify(body)] : [];
    return JSON.parse(inside('curl', '-s', ...authority, ...data, `${ready.url}/api/v1${path}`)) as Answer;
  };
  const up = (watcher: WatcherProcess) => watcher.until({ 'uplink/isp1/ipv4': 'up', 'uplink/isp2/ipv4': 'up' }, 30_000);

  beforeAll(() => {
    lab.up();
    inside('sysctl', '-qw', 'net.ipv4.ping_group_range=0 2147483647');
    writeFileSync(key, pair?.key ?? '', { mode: 0o600 });
    writeFileSync(cert, pair?.cert ?? '');
    writeFileSync(password, 'router-password', { mode: 0o600 });
  }, 60_000);
  beforeEach(async () => {
    const [program, ...rest] = [
      'nsenter',
      `--net=/run/netns/${lab.namespace('rtr')}`,
      process.execPath,
      join(root, 'test/netns/router-child.ts'),
      key,
      cert,
    ];
    const started = spawn(program, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
    child = started;
    for await (const line of createInterface({ input: started.stdout })) {
      url = line;
      break;
    }
  }, 30_000);
  afterEach(async () => {
    lab.clear();
    await Promise.all(running.splice(0).map((watcher) => watcher.stop()));
    child?.kill();
  }, 60_000);
  afterAll(() => {
    lab.down();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  test('a dead uplink is left on the router, recorded with the requests, and nothing stays behind', async () => {
    const before = kernel();
    const watcher = await start('switched', { router: router() });
    await up(watcher);
    expect(kernel()).toBe(before);
    expect((await ask<ApiUplinks>(watcher, '/uplinks')).here).toMatchObject({ acts: true, problems: [] });
    const foreseen = await ask<{ receipts: object[] }>(watcher, '/uplinks/switch', { uplink: 'isp2', dryRun: true });
    expect(foreseen.receipts).toMatchObject([{ dryRun: true, commands: [expect.stringContaining('PATCH')] }]);
    const refused = await ask<object>(watcher, '/uplinks/drill', { uplink: 'isp1', forMs: 5000 });
    expect(JSON.stringify(refused)).toContain('the traffic goes through a router');
    expect(distances()).toEqual({ 'To-ISP1': 1, 'To-ISP2': 2 });

    lab.fault('isp1', 'upstream');
    const switches = () =>
      watcher.events.flatMap(({ kind, body }) => (kind === 'uplink-switch' ? (body as UplinkSwitch) : []));
    await until('the record', () => switches().length > 0);
    expect(distances()).toEqual({ 'To-ISP1': 101, 'To-ISP2': 2 });
    expect(switches()).toMatchObject([{ from: ['isp1', 'isp2'], to: ['isp2'], cause: 'dead', family: 4 }]);
    const { receipt } = switches()[0] ?? {};
    expect(receipt).toMatchObject({ verified: true, dryRun: false, problems: [] });
    expect(receipt?.commands).toMatchObject([expect.stringContaining('distance')]);
    await watcher.stop();
    expect(distances()).toEqual({ 'To-ISP1': 1, 'To-ISP2': 2 });
    expect(existsSync(join(folder, 'switched', 'uplinks-router.json'))).toBe(false);
  }, 90_000);

  test('a router out of reach at the start is shown, then taken up; a crash is mended without it in the configuration', async () => {
    child?.kill('SIGSTOP');
    const watcher = await start('crashed', { router: router() });
    const here = async () => (await ask<ApiUplinks>(watcher, '/uplinks')).here.problems;
    await until('the problem', async () =>
      (await here()).some((text) => text.startsWith('uplinks are not switched yet')),
    );
    await up(watcher);
    child?.kill('SIGCONT');
    await until('the end of it', async () => (await here()).length === 0);
    lab.fault('isp1', 'upstream');
    await until('the switch', () => distances()['To-ISP1'] === 101);
    await watcher.kill();
    lab.clear();
    expect(distances()).toEqual({ 'To-ISP1': 101, 'To-ISP2': 2 });
    await start('crashed', { act: 'off' });
    await until('what was', () => distances()['To-ISP1'] === 1);
  }, 90_000);
});
