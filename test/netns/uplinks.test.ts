import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Lab } from '../support/lab.ts';
import { labMissing } from '../support/shared.ts';
import { UplinksProcess, type UplinksEvent } from '../support/uplinks-process.ts';

/** The office router with two ISPs, and every fault that an ISP can have: what is thought of it, and what is done. */

const addresses = ['1.1.1.1', '8.8.8.8', '8.8.4.4', '2606:4700:4700::1111', '2001:4860:4860::8888'];
const page = { http: { address: '203.0.113.80', contains: 'ok ' } };
const resolver = (server: string) => ({
  dns: { server, name: 'blocked.example.test', expect: ['203.0.113.81'] },
});
const uplinks = [
  {
    name: 'isp1',
    device: 'wan1',
    gateway: ['192.168.76.1', '2001:db8:76::1'],
    weight: 3,
    anchors: [...addresses, page, resolver('192.0.2.53')],
  },
  { name: 'isp2', device: 'wan2', gateway: ['192.168.75.1', '2001:db8:75::1'], anchors: addresses },
];
const quick = { hold: '1s', 'hold-max': '1s', bad: { window: '2s' } };

/** Fault, then what isp1 is thought to be in IPv4 and in IPv6; `up` everywhere means that nothing was switched. */
const faults: [fault: string, four: string, six: string, reason: RegExp][] = [
  ['upstream', 'dead', 'dead', /no answer to \d+ probes/],
  ['upstream-unreach', 'dead', 'dead', /no answer to \d+ probes/],
  ['access', 'dead', 'dead', /no answer to \d+ probes/],
  ['link', 'dead', 'dead', /the carrier is lost/],
  ['v6-dead', 'up', 'dead', /no answer to \d+ probes/],
  ['dns-dead', 'bad', 'up', /^dns used to be answered/],
  ['dns-block', 'bad', 'up', /^dns used to be answered/],
  ['captive', 'bad', 'up', /http|dns/],
  ['tcp-dead', 'bad', 'bad', /tcp.* used to be answered/],
  ['mtu 1300', 'bad', 'bad', /^large used to be answered/],
  ['loss 40', 'bad', 'bad', /% of its probes are lost|used to be answered/],
  ['asym in 40', 'bad', 'bad', /% of its probes are lost|used to be answered/],
  ['delay 600 100', 'bad', 'bad', /answers take|answered/],
];

const missing = labMissing();
if (missing !== undefined) process.stderr.write(`uplink tests: ${missing}\n`);

describe.skipIf(missing !== undefined)('uplinks in the lab', () => {
  const lab = new Lab();
  const folder = mkdtempSync(join(tmpdir(), 'qw-uplinks-'));
  let before = '';
  let running: UplinksProcess | undefined;

  const router = (...command: string[]) => {
    const run = spawnSync('nsenter', [`--net=/run/netns/${lab.namespace('rtr')}`, ...command], { encoding: 'utf8' });
    return `${run.stdout}${run.stderr}`;
  };
  const settings = ['wan1', 'wan2'].flatMap((device) =>
    ['ipv4', 'ipv6'].map((family) => `net.${family}.conf.${device}.ignore_routes_with_linkdown`),
  );
  /** All that a watch may touch on the router. */
  const state = () =>
    [
      router('ip', 'rule'),
      router('ip', '-6', 'rule'),
      router('ip', 'route', 'show', 'table', 'all', 'type', 'unicast'),
      router('ip', '-6', 'route', 'show', 'table', 'all', 'type', 'unicast'),
      router('nft', '--stateless', 'list', 'ruleset'),
      router('sysctl', 'net.ipv4.fib_multipath_hash_policy', ...settings),
    ]
      .join('\n')
      // Those of the kernel come and go with its own addresses.
      .replaceAll(/^fe80::.*\n/gm, '');

  const start = async (failover: object = {}) => {
    const file = join(folder, 'office.yaml');
    writeFileSync(file, JSON.stringify({ uplinks, failover: { act: 'local-evidence', ...quick, ...failover } }));
    running = new UplinksProcess(lab.namespace('rtr'), file, join(folder, 'data'));
    await running.until((event) => event.event === 'ready');
    return running;
  };
  const opinion = (uplink: string, family: 4 | 6, state: string) => (event: UplinksEvent) =>
    event.event === 'opinion' && event['uplink'] === uplink && event['family'] === family && event['state'] === state;
  const allUp = async (watch: UplinksProcess) => {
    for (const uplink of ['isp1', 'isp2']) {
      for (const family of [4, 6] as const) {
        if (watch.state(uplink, family) !== 'up')
          await watch.until(opinion(uplink, family, 'up'), watch.events.length, 30_000);
      }
    }
  };
  const pause = (forMs: number) => new Promise((resolve) => setTimeout(resolve, forMs));
  const wayOf = (family: 4 | 6) =>
    /dev (\S+)/.exec(
      router('ip', `-${family}`, 'route', 'get', family === 4 ? '9.9.9.9' : '2001:4860:4860::8844'),
    )?.[1];

  beforeAll(() => {
    lab.up();
    // The lab pins probes by rules of its own; these tests must do without.
    for (const family of ['-4', '-6']) {
      for (const priority of ['100', '100', '101', '101', '102', '102']) {
        router('ip', family, 'rule', 'del', 'priority', priority);
      }
    }
    before = state();
  });

  afterEach(async () => {
    await running?.stop();
    running = undefined;
    lab.clear();
    for (const [family, gateway] of [
      ['-4', '192.168.76.1'],
      ['-6', '2001:db8:76::1'],
    ] as const) {
      router('ip', family, 'route', 'replace', 'default', 'via', gateway, 'dev', 'wan1', 'metric', '1');
    }
    expect(state()).toBe(before);
  });

  afterAll(() => {
    lab.down();
    rmSync(folder, { recursive: true, force: true });
  });

  test('every fault is judged as what it is, switched where it must be, and healed', async () => {
    const watch = await start();
    await allUp(watch);
    await pause(2500);
    for (const [fault, four, six, reason] of faults) {
      const from = watch.events.length;
      lab.fault('isp1', ...fault.split(' '));
      for (const [family, expected] of [
        [4, four],
        [6, six],
      ] as const) {
        if (expected === 'up') continue;
        const seen = await watch.until(opinion('isp1', family, expected), from);
        expect(seen['reason'], `${fault} IPv${family}`).toMatch(reason);
      }
      await pause(1000);
      for (const [family, expected] of [
        [4, four],
        [6, six],
      ] as const) {
        if (expected === 'up') expect(watch.opinions('isp1', family, from), fault).toEqual([]);
        expect(wayOf(family), `${fault} IPv${family}`).toBe(expected === 'up' ? 'wan1' : 'wan2');
        for (const receipt of watch.receipts(family, from)) {
          expect(receipt, `${fault} IPv${family}`).toMatchObject({ verified: true, problems: [] });
        }
        expect(watch.opinions('isp2', family, from), `${fault} IPv${family}`).toEqual([]);
      }
      lab.clear();
      await allUp(watch);
      expect([wayOf(4), wayOf(6)], fault).toEqual(['wan1', 'wan1']);
    }
  }, 240_000);

  test.each(['icmp-dead', 'loss 5'])('%s is no reason to switch', async (fault) => {
    const watch = await start();
    await allUp(watch);
    await pause(2500);
    const from = watch.events.length;
    lab.fault('isp1', ...fault.split(' '));
    await pause(6000);
    expect(watch.events.slice(from).filter((event) => event.event !== 'log')).toEqual([]);
    expect(wayOf(4)).toBe('wan1');
  });

  /** A download from the Internet by a computer in the office: how it ended, and when. */
  const download = (chunks: number) => {
    const script = `let bytes = 0; let over = false;
      const end = (how) => { if (over) return; over = true; console.log(JSON.stringify({ how, bytes, at: Date.now() })); process.exit(0); };
      require('node:http').get('http://203.0.113.80/slow/${chunks}/10', (reply) => {
        reply.on('data', (chunk) => { bytes += chunk.length; });
        reply.on('end', () => end('complete'));
        reply.on('error', (error) => end(error.code));
      }).on('error', (error) => end(error.code));
      setTimeout(() => end('hangs'), 15000);`;
    const words = [`--net=/run/netns/${lab.namespace('pc')}`, process.execPath, '-e', script];
    return new Promise<{ how: string; bytes: number; at: number }>((resolve, reject) => {
      execFile('nsenter', words, (error, output) => (error ? reject(error) : resolve(JSON.parse(output))));
    });
  };

  test('a short outage costs no download, though everything else was moved', async () => {
    // Healing the lab takes several commands, which on a busy machine last longer than the usual grace.
    const watch = await start({ grace: '6s' });
    await allUp(watch);
    const from = watch.events.length;
    const ended = download(300);
    await pause(1000);
    lab.fault('isp1', 'upstream');
    await watch.until((event) => event.event === 'receipt' && event['family'] === 4, from);
    await pause(300);
    lab.clear();
    expect(await ended).toMatchObject({ how: 'complete', bytes: 300 * 1024 });
    expect(watch.receipts(4, from)[0]?.serving).toEqual(['isp2']);
  }, 40_000);

  test('a download over an uplink that stays dead is told so after the grace', async () => {
    const watch = await start();
    await allUp(watch);
    const from = watch.events.length;
    const ended = download(2000);
    await pause(1000);
    lab.fault('isp1', 'upstream');
    const switched = await watch.until((event) => event.event === 'receipt' && event['family'] === 4, from);
    const { how, at } = await ended;
    expect(how).toBe('ECONNRESET');
    expect(at - switched.at).toBeGreaterThan(1400);
    expect(at - switched.at).toBeLessThan(5000);
    await watch.until((event) => JSON.stringify(event).includes('cut 1 connections of uplink isp1'), from);
  }, 40_000);

  test('an ISP that comes and goes is left once', async () => {
    const watch = await start({ hold: '4s', 'hold-max': '60s' });
    await allUp(watch);
    const from = watch.events.length;
    lab.fault('isp1', 'flap', '2');
    await pause(15_000);
    expect(watch.receipts(4, from).map((receipt) => receipt.serving)).toEqual([['isp2']]);
  }, 40_000);

  test('kill -9 leaves the traffic where it is, and the next start nothing of the last', async () => {
    const watch = await start();
    await allUp(watch);
    lab.fault('isp1', 'upstream');
    await watch.until((event) => event.event === 'receipt' && event['family'] === 4);
    await watch.kill();
    expect(wayOf(4)).toBe('wan2');
    expect(state()).not.toBe(before);
    lab.clear();
    const next = await start();
    await allUp(next);
    expect(wayOf(4)).toBe('wan1');
  });

  test('somebody else’s change under our hands is noticed and repaired; what is not ours stays', async () => {
    const watch = await start();
    await allUp(watch);
    const from = watch.events.length;
    router('ip', 'route', 'del', 'default', 'table', '7700', 'metric', '10');
    const noticed = await watch.until((event) => JSON.stringify(event).includes('changed by somebody else'), from);
    expect(JSON.stringify(noticed)).toContain('route add default via 192.168.76.1 dev wan1 table 7700');
    expect(wayOf(4)).toBe('wan1');
    router('ip', 'rule', 'add', 'priority', '7700', 'fwmark', '99', 'lookup', '99');
    await watch.stop();
    expect(router('ip', 'rule')).toContain('fwmark 0x63 lookup 99');
    router('ip', 'rule', 'del', 'priority', '7700');
  });

  test('a dry run says what it would do and does nothing', async () => {
    const watch = await start({ 'dry-run': true });
    expect(state()).toBe(before);
    const lines = JSON.stringify(watch.events.find((event) => event.event === 'ready'));
    expect(lines).toContain('ip -4 route add default via 192.168.76.1 dev wan1 table 7700 proto 113 metric 10 onlink');
    expect(lines).toContain('table inet quorumwatch');
    lab.fault('isp1', 'access');
    const receipt = await watch.until((event) => event.event === 'receipt');
    expect(receipt).toMatchObject({ dryRun: true, verified: false, serving: ['isp2'] });
    expect(state()).toBe(before);
  });

  test('tables that somebody else uses are refused, and named', async () => {
    router('ip', 'route', 'add', 'default', 'via', '192.168.76.1', 'dev', 'wan1', 'table', '7701');
    const file = join(folder, 'office.yaml');
    writeFileSync(file, JSON.stringify({ uplinks, failover: { act: 'local-evidence' } }));
    const refused = new UplinksProcess(lab.namespace('rtr'), file, join(folder, 'data'));
    const event = await refused.until(({ event }) => event === 'refused');
    expect(event['message']).toContain('the routing table 7701 holds a route to default already');
    router('ip', 'route', 'del', 'default', 'table', '7701');
    await refused.stop();
  });

  test('balance spreads connections by weight, and leaves what is dead', async () => {
    const watch = await start({ mode: 'balance' });
    await allUp(watch);
    const ways = () => {
      const found = { wan1: 0, wan2: 0 };
      for (let port = 1; port <= 200; port++) {
        const question = ['8.8.4.4', 'ipproto', 'udp', 'sport', String(20_000 + 7 * port), 'dport', '53'];
        const way = /dev (wan[12])/.exec(router('ip', 'route', 'get', ...question))?.[1];
        if (way === 'wan1' || way === 'wan2') found[way]++;
      }
      return found;
    };
    const both = ways();
    expect(both.wan1 + both.wan2).toBe(200);
    expect(both.wan1 / both.wan2).toBeGreaterThan(1.8);
    expect(both.wan1 / both.wan2).toBeLessThan(5.5);
    const from = watch.events.length;
    lab.fault('isp1', 'access');
    await watch.until((event) => event.event === 'receipt' && event['family'] === 4, from);
    expect(ways()).toEqual({ wan1: 0, wan2: 200 });
  });
});
