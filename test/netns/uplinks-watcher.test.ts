import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type {
  ApiCheckDetail,
  ApiIncident,
  ApiPage,
  ApiSwitchAnswer,
  ApiUplinks,
  ApiUplinkSwitch,
  UplinkSwitch,
} from '../../src/model/index.ts';
import { Lab } from '../support/lab.ts';
import { labMissing, root } from '../support/shared.ts';
import { WatcherProcess } from '../support/watcher-process.ts';

/** Whole watchers on the office router: what they see, agree on, do, record and leave behind. */

const addresses = ['1.1.1.1', '8.8.8.8', '8.8.4.4'];
const uplinks = [
  { name: 'isp1', device: 'wan1', gateway: '192.168.76.1', anchors: addresses },
  { name: 'isp2', device: 'wan2', gateway: '192.168.75.1', anchors: addresses },
];
const quick = { hold: '1s', 'hold-max': '1s', bad: { window: '2s' } };

/** Who may probe through a device and nothing else. */
const nobody = 65_534;
const asNobody = [
  'setpriv',
  `--reuid=${nobody}`,
  `--regid=${nobody}`,
  '--clear-groups',
  '--inh-caps=+net_raw',
  '--ambient-caps=+net_raw',
  '--',
];

const missing = labMissing();
if (missing !== undefined) process.stderr.write(`uplinks of watchers: ${missing}\n`);

describe.skipIf(missing !== undefined)('watchers on the router', () => {
  const lab = new Lab();
  const folder = mkdtempSync(join(tmpdir(), 'qw-uplinks-watcher-'));
  const running: WatcherProcess[] = [];
  let before = '';

  const prefix = () => ['nsenter', `--net=/run/netns/${lab.namespace('rtr')}`];
  const router = (...command: string[]) => {
    const [program = '', ...rest] = [...prefix(), ...command];
    const run = spawnSync(program, rest, { encoding: 'utf8' });
    return `${run.stdout}${run.stderr}`;
  };
  /** All that a watch may touch on the router. */
  const state = () =>
    [
      router('ip', 'rule'),
      router('ip', 'route', 'show', 'table', 'all', 'type', 'unicast'),
      router('nft', '--stateless', 'list', 'ruleset'),
      router('sysctl', 'net.ipv4.conf.wan1.ignore_routes_with_linkdown'),
    ]
      .join('\n')
      // Those of the kernel come and go with its own addresses.
      .replaceAll(/^fe80::.*\n/gm, '');
  const way = () => /dev (\S+)/.exec(router('ip', 'route', 'get', '203.0.113.80'))?.[1];

  const write = (name: string, failover: object, watched: readonly object[] = uplinks) => {
    const file = join(folder, name);
    writeFileSync(file, JSON.stringify({ uplinks: watched, failover: { ...quick, ...failover } }));
    return file;
  };
  const startBehind = async (before: readonly string[], data: string, ...args: string[]) => {
    const all = ['--data', data, '--listen', '127.0.0.1:0', '--discover', 'none', '--log', 'warning', ...args];
    const watcher = new WatcherProcess(all, { cwd: folder, prefix: [...prefix(), ...before] });
    running.push(watcher);
    await watcher.ready;
    return watcher;
  };
  const start = (data: string, ...args: string[]) => startBehind([], data, ...args);
  const cli = (...args: string[]) => {
    const [program = '', ...rest] = [...prefix(), process.execPath, join(root, 'src/cli/main.ts'), ...args];
    return spawnSync(program, rest, { encoding: 'utf8' });
  };
  /** By curl, for the API listens inside the namespace. */
  const ask = async <Answer>(watcher: WatcherProcess, path: string, body?: object): Promise<Answer> => {
    const { url, page } = await watcher.ready;
    const token = page.split('#token=')[1] ?? '';
    const data = body ? ['--json', JSON.stringify(body)] : [];
    const authority = ['-H', `authorization: Bearer ${token}`];
    return JSON.parse(router('curl', '-s', ...authority, ...data, `${url}/api/v1${path}`)) as Answer;
  };
  const until = async (what: string, condition: () => boolean | Promise<boolean>, timeoutMs = 20_000) => {
    const endMs = Date.now() + timeoutMs;
    while (!(await condition())) {
      if (Date.now() > endMs) throw new Error(`${what}: not within ${timeoutMs} ms\n${running.at(-1)?.stderr}`);
      await sleep(100);
    }
  };
  const switches = (watcher: WatcherProcess) =>
    watcher.events.flatMap(({ kind, body }) => (kind === 'uplink-switch' ? (body as UplinkSwitch) : []));
  const switched = (watcher: WatcherProcess, count: number, timeoutMs = 30_000) =>
    watcher.when(
      () => switches(watcher).length >= count,
      timeoutMs,
      () => `${count} switches expected, seen ${JSON.stringify(switches(watcher))}`,
    );
  const up = (watcher: WatcherProcess) => watcher.until({ 'uplink/isp1/ipv4': 'up', 'uplink/isp2/ipv4': 'up' }, 30_000);

  beforeAll(() => {
    lab.up();
    router('sysctl', '-qw', 'net.ipv4.ping_group_range=0 2147483647');
    before = state();
  }, 60_000);
  afterEach(async () => {
    lab.clear();
    await Promise.all(running.splice(0).map((watcher) => watcher.stop()));
    expect(state()).toBe(before);
  }, 60_000);
  afterAll(() => {
    lab.down();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  test('a dead uplink: switched, agreed, recorded, shown, and back; nothing stays behind', async () => {
    const file = write('alone.json', { act: 'local-evidence' });
    const watcher = await start(join(folder, 'alone'), '--config', file);
    await up(watcher);
    await until('the way out', () => way() === 'wan1');
    const shown = await ask<ApiUplinks>(watcher, '/uplinks');
    expect(shown.here).toMatchObject({ judges: true, acts: true, problems: [], waitingRecords: 0 });
    expect(shown.serving).toEqual([{ family: 4, uplinks: ['isp1', 'isp2'] }]);
    expect(shown.uplinks[0]).toMatchObject({ name: 'isp1', drillOverdue: true, chosen: false });
    expect(shown.uplinks[0]?.families[0]).toMatchObject({ state: 'up', serving: true, verdict: { state: 'up' } });

    const row = await ask<ApiCheckDetail>(watcher, '/checks/uplink%2Fisp1%2Fipv4');
    expect(row).toMatchObject({
      type: 'uplink',
      host: '192.168.76.1',
      verdict: 'up',
      opinions: { [shown.here.watcher]: 'up' },
    });

    lab.fault('isp1', 'upstream');
    await switched(watcher, 1);
    expect(way()).toBe('wan2');
    const [first] = switches(watcher);
    expect(first).toMatchObject({ from: ['isp1', 'isp2'], to: ['isp2'], cause: 'dead', family: 4 });
    expect(first?.receipt).toMatchObject({ dryRun: false, verified: true, problems: [] });
    expect(first?.timings.lastAnswerBeforeMs).toBeLessThan(1000);
    expect(first?.timings.switchedAfterMs).toBeLessThan(100);
    expect(first?.plainNetwatch).toMatchObject({ notices: 'surely', outage: { expectedMs: 3500, mostMs: 6000 } });
    await watcher.until({ 'uplink/isp1/ipv4': 'down' });

    lab.clear();
    await switched(watcher, 2);
    expect(switches(watcher)[1]).toMatchObject({ from: ['isp2'], to: ['isp1', 'isp2'], cause: 'failback' });
    expect(way()).toBe('wan1');
    await up(watcher);
    const page = await ask<ApiPage<ApiUplinkSwitch>>(watcher, '/uplinks/switches?limit=1');
    expect(page).toMatchObject({ total: 2, items: [{ cause: 'failback' }] });
    const rest = await ask<ApiPage<ApiUplinkSwitch>>(watcher, `/uplinks/switches?limit=5&cursor=${page.next}`);
    expect(rest.items).toMatchObject([{ cause: 'dead', id: first?.id }]);
    expect(rest).not.toHaveProperty('next');

    const problems = async () => (await ask<ApiUplinks>(watcher, '/uplinks')).here.problems;
    lab.fault('isp1', 'upstream');
    lab.fault('isp2', 'upstream');
    await until('both dead', async () => (await problems()).includes('all uplinks are dead for IPv4'));
    lab.clear();
    await until('one answers', async () => (await problems()).length === 0);
  }, 120_000);

  test('an operator chooses, first in words; after kill -9 the next start clears up, and the choice stands', async () => {
    const file = write('choose.json', { act: 'local-evidence' });
    const data = join(folder, 'choose');
    const killed = await start(data, '--config', file);
    await up(killed);
    const foreseen = await ask<ApiSwitchAnswer>(killed, '/uplinks/switch', { uplink: 'isp2', dryRun: true });
    expect(foreseen.receipts).toMatchObject([{ serving: ['isp2'], dryRun: true }]);
    expect(foreseen.receipts[0]?.commands).not.toEqual([]);
    expect(way()).toBe('wan1');
    const done = await ask<ApiSwitchAnswer>(killed, '/uplinks/switch', { uplink: 'isp2' });
    expect(done.receipts).toMatchObject([{ serving: ['isp2'], verified: true }]);
    expect(way()).toBe('wan2');
    await switched(killed, 1);
    expect(switches(killed)).toMatchObject([{ cause: 'operator', by: 'operator page' }]);
    expect(await ask(killed, '/uplinks/switch', { uplink: 'isp9' })).toMatchObject({ code: 'NOT_FOUND' });
    await killed.kill();
    running.splice(0);
    expect(state()).not.toBe(before);
    const again = await start(data);
    const shown = () => ask<ApiUplinks>(again, '/uplinks');
    await until('it switches', async () => (await shown()).here.acts);
    expect([way(), (await shown()).choice?.uplink]).toEqual(['wan2', 'isp2']);
  }, 120_000);

  test('a drill fails one uplink, is measured and recorded, and the kernel ends it even after kill -9', async () => {
    const file = write('drill.json', { act: 'local-evidence' });
    const data = join(folder, 'drill');
    const watcher = await start(data, '--config', file);
    await up(watcher);
    expect(await ask(watcher, '/uplinks/drill', { uplink: 'isp1', forMs: 2000 })).toMatchObject({ uplink: 'isp1' });
    expect(await ask(watcher, '/uplinks/drill', { uplink: 'isp1', forMs: 2000 })).toMatchObject({ code: 'CONFLICT' });
    await switched(watcher, 2);
    expect(switches(watcher).map(({ cause, to }) => [cause, to[0]])).toEqual([
      ['drill', 'isp2'],
      ['failback', 'isp1'],
    ]);
    const { uplinks: shown } = await ask<ApiUplinks>(watcher, '/uplinks');
    expect(shown[0]).toMatchObject({
      drillOverdue: false,
      lastDrill: { outcome: 'passed', families: [{ to: 'isp2' }] },
    });
    expect(shown[1]).toMatchObject({ drillOverdue: true });
    await up(watcher);
    const { items: incidents } = await ask<ApiPage<ApiIncident>>(watcher, '/incidents?state=all');
    const title = 'uplink/isp1/ipv4 is failed on purpose: a drill by operator page';
    expect(incidents).toMatchObject([{ title, impact: 'minor', status: 'resolved' }]);
    lab.fault('isp2', 'upstream');
    await watcher.until({ 'uplink/isp2/ipv4': 'down' });
    expect(await ask(watcher, '/uplinks/drill', { uplink: 'isp1' })).toMatchObject({ code: 'CONFLICT' });
    lab.clear();
    await up(watcher);

    await ask(watcher, '/uplinks/drill', { uplink: 'isp1', forMs: 3000 });
    await until('the drill', () => way() === 'wan2');
    await watcher.kill();
    running.splice(0);
    const answers = () => router('ping', '-c1', '-W1', '-I', 'wan1', '1.1.1.1').includes(' 0% packet loss');
    expect(answers()).toBe(false);
    await until('the end of the drill', answers, 6000);
    const again = await start(data);
    await until('the record', async () => {
      const { uplinks: found } = await ask<ApiUplinks>(again, '/uplinks');
      return found[0]?.lastDrill?.outcome === 'interrupted';
    });
  }, 120_000);

  test('another configuration is followed, and one without uplinks leaves nothing', async () => {
    const data = join(folder, 'changed');
    const watcher = await start(data, '--config', write('changed.json', { act: 'off' }));
    await up(watcher);
    expect(state()).toBe(before);
    expect(await ask(watcher, '/uplinks/drill', { uplink: 'isp1' })).toMatchObject({ code: 'CONFLICT' });
    const put = (document: object) => {
      const path = join(folder, 'next.json');
      writeFileSync(path, JSON.stringify(document));
      return cli('apply', path, '--data', data);
    };
    expect(put({ uplinks, failover: { ...quick, act: 'local-evidence' } }).stderr).toBe('');
    await until('its routes', () => state() !== before);
    expect(put({}).stderr).toBe('');
    await until('nothing', () => state() === before);
  }, 120_000);

  test('without the rights to switch it judges, and says what is missing', async () => {
    const file = write('rights.json', { act: 'local-evidence' });
    const data = join(folder, 'rights');
    mkdirSync(data);
    chmodSync(folder, 0o755);
    spawnSync('chown', [`${nobody}:${nobody}`, data]);
    const watcher = await startBehind(asNobody, data, '--config', file);
    await up(watcher);
    const { here, serving, policy } = await ask<ApiUplinks>(watcher, '/uplinks');
    expect(here).toMatchObject({ judges: true, acts: false });
    expect(here.problems).toMatchObject([
      expect.stringMatching(/^uplinks are not switched yet: nft: .*tried again in \d+ s$/s),
    ]);
    expect([serving, policy.act]).toEqual([[], 'local-evidence']);
    expect(state()).toBe(before);
    lab.fault('isp1', 'upstream');
    await watcher.until({ 'uplink/isp1/ipv4': 'down' });
    expect(switches(watcher)).toEqual([]);
  }, 60_000);

  /** Folders of a new cluster of four. */
  const members = (name: string, failover: object) => {
    const anchors = addresses.map((address) => ({ address, types: ['icmp'] }));
    const watched = uplinks.map((uplink) => ({ ...uplink, anchors }));
    const file = write(`${name}.json`, { actor: 'watcher-1', ...failover }, watched);
    const made = cli('init', '--watchers', '4', '--dir', join(folder, name), '--config', file, '--json');
    return (JSON.parse(made.stdout) as { members: { dir: string }[] }).members.map(({ dir }) => dir);
  };

  describe('four watchers', () => {
    test('three must agree before one switches; without a quorum nothing is switched', async () => {
      const all = await Promise.all(members('quorum', { act: 'quorum' }).map((dir) => start(dir)));
      const [actor, second, third] = all;
      if (!actor || !second || !third) throw new Error('four watchers were started');
      await up(actor);
      expect((await ask<ApiUplinks>(second, '/uplinks')).here).toMatchObject({ judges: true, acts: false });
      expect(await ask(second, '/uplinks/switch', { uplink: 'isp2' })).toMatchObject({
        code: 'CONFLICT',
        detail: 'watcher-1 switches uplinks',
      });

      lab.fault('isp1', 'upstream');
      await switched(actor, 1);
      expect(way()).toBe('wan2');
      const [left] = switches(actor);
      expect(left).toMatchObject({ cause: 'verdict', by: 'cluster', watcher: 'watcher-1' });
      const transition = actor.events.find(({ position }) => position === left?.transitions?.[0]);
      expect(transition?.body).toMatchObject({ check: 'uplink/isp1/ipv4', to: 'down', rule: { of: 4, need: 3 } });
      const { timings } = left ?? {};
      expect((timings?.lastAnswerBeforeMs ?? Infinity) + (timings?.switchedAfterMs ?? 0)).toBeLessThan(2000);
      const { items: incidents } = await ask<ApiPage<ApiIncident>>(actor, '/incidents');
      expect(incidents).toMatchObject([{ check: 'uplink/isp1/ipv4', impact: 'major' }]);
      lab.clear();
      await switched(actor, 2);
      expect(way()).toBe('wan1');
      // Everywhere the same record, whoever is asked.
      await switched(third, 2);
      expect(switches(third)).toEqual(switches(actor));

      await up(actor);
      // An outage of an uplink is certified like any other.
      const folderOf = (member: string) => join(folder, 'quorum', member);
      const out = join(folder, 'isp1.outage.json');
      await until('a certificate', () => {
        const made = cli('certificate', 'export', '--incident', '1', '--data', folderOf('watcher-2'), '--out', out);
        return made.status === 0;
      });
      const genesis = join(folder, 'quorum', 'genesis.json');
      expect(JSON.parse(cli('certificate', 'verify', out, '--genesis', genesis, '--json').stdout)).toMatchObject({
        ok: true,
        outage: { check: 'uplink/isp1/ipv4' },
      });

      await Promise.all([second.stop(), third.stop()]);
      running.splice(running.indexOf(second), 1);
      running.splice(running.indexOf(third), 1);
      lab.fault('isp1', 'upstream');
      await until('the actor sees it', async () => {
        const { uplinks: shown } = await ask<ApiUplinks>(actor, '/uplinks');
        return shown[0]?.families[0]?.state === 'dead';
      });
      await sleep(2000);
      expect(way()).toBe('wan1');
      expect(switches(actor)).toHaveLength(2);
    }, 120_000);

    test('one that alone sees no answers acts at once, and believes the three others after a while', async () => {
      const [first = '', ...others] = members('contradicted', { act: 'local-evidence', watchers: { select: 'site' } });
      for (const open of [folder, join(folder, 'contradicted')]) chmodSync(open, 0o755);
      for (const dir of others) spawnSync('chown', ['-R', `${nobody}:${nobody}`, dir]);
      const [actor] = await Promise.all([start(first), ...others.map((dir) => startBehind(asNobody, dir))]);
      if (!actor) throw new Error('four watchers were started');
      await up(actor);
      // Three others make a verdict before it has seen anything itself.
      await until('its own view', async () => {
        const { uplinks: shown } = await ask<ApiUplinks>(actor, '/uplinks');
        return shown.every(({ families }) => families[0]?.state === 'up');
      });
      // Answers reach those who asked as nobody, and not the one that asked as root.
      const rules = `table inet blindness {
        set asked {
          typeof icmp id
          flags dynamic,timeout
          timeout 1m
        }
        chain asking {
          type filter hook output priority filter
          icmp type echo-request meta skuid ${nobody} update @asked { icmp id }
        }
        chain answering {
          type filter hook input priority filter
          iifname "wan1" icmp type echo-reply icmp id != @asked drop
        }
      }`;
      writeFileSync(join(folder, 'blindness.nft'), rules);
      expect(router('nft', '-f', join(folder, 'blindness.nft'))).toBe('');
      try {
        await switched(actor, 1);
        expect(way()).toBe('wan2');
        await switched(actor, 2);
        expect(way()).toBe('wan1');
        expect(switches(actor).map(({ cause, by }) => [cause, by])).toEqual([
          ['dead', 'watcher-1'],
          ['reversal', 'cluster'],
        ]);
        expect(actor.verdicts.get('uplink/isp1/ipv4')).toBe('up');
      } finally {
        router('nft', 'delete', 'table', 'inet', 'blindness');
      }
      await until('it sees again', async () => {
        const { uplinks: shown } = await ask<ApiUplinks>(actor, '/uplinks');
        return shown[0]?.families[0]?.state === 'up';
      });
      expect(switches(actor)).toHaveLength(2);
      expect(way()).toBe('wan1');
    }, 120_000);
  });
});
