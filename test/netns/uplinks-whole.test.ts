import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ApiUplinks } from '../../src/model/index.ts';
import { RouterOffice } from '../support/router-office.ts';
import { labMissing } from '../support/shared.ts';
import type { WatcherProcess } from '../support/watcher-process.ts';

/** Whole watchers where the parts are tried by others: IPv6, balancing, Raft, and uplinks that are not independent. */

const missing = labMissing();
if (missing !== undefined) process.stderr.write(`whole watchers and uplinks: ${missing}\n`);

const six = ['2606:4700:4700::1111', '2001:4860:4860::8888'];
const sixOnly = [
  { name: 'isp1', device: 'wan1', gateway: '2001:db8:76::1', anchors: six },
  { name: 'isp2', device: 'wan2', gateway: '2001:db8:75::1', anchors: six },
];

describe.skipIf(missing !== undefined)('whole watchers on the router', () => {
  const office = new RouterOffice();
  const shown = (watcher: WatcherProcess) => office.ask<ApiUplinks>(watcher, '/uplinks');
  const startWith = (name: string, failover: object, uplinks?: readonly object[]) =>
    office.start(join(office.folder, name), '--config', office.write(`${name}.json`, failover, uplinks));

  beforeAll(() => {
    office.up();
    // The lab pins probes by rules of its own; watchers must do without.
    for (const family of ['-4', '-6']) {
      for (const priority of ['100', '100', '101', '101', '102', '102'])
        office.router('ip', family, 'rule', 'del', 'priority', priority);
    }
    office.mark();
  }, 60_000);
  afterEach(async () => {
    const { after, before } = await office.end();
    expect(after).toBe(before);
  }, 60_000);
  afterAll(() => office.down(), 60_000);

  test('an office that has IPv6 alone: switched, recorded, and back', async () => {
    const watcher = await startWith('six', { act: 'local-evidence' }, sixOnly);
    await office.upIn(watcher, 6);
    const elsewhere = '2001:4860:4860::8844';
    await office.until('the way out', () => office.way(elsewhere) === 'wan1');
    office.lab.fault('isp1', 'v6-dead');
    await office.switched(watcher, 1);
    expect(office.way(elsewhere)).toBe('wan2');
    expect(office.way()).toBe('wan1');
    await watcher.until({ 'uplink/isp1/ipv6': 'down' });
    office.lab.clear();
    await office.switched(watcher, 2);
    expect(office.way(elsewhere)).toBe('wan1');
    expect(office.switches(watcher).map(({ family, cause, receipt }) => [family, cause, receipt.verified])).toEqual([
      [6, 'dead', true],
      [6, 'failback', true],
    ]);
  }, 90_000);

  test('a route that somebody takes away is put back, and the ledger says so', async () => {
    const watcher = await startWith('repair', { act: 'local-evidence' });
    await office.upIn(watcher, 4);
    await office.until('it switches', async () => (await shown(watcher)).here.acts);
    office.router('ip', 'route', 'flush', 'table', '7700');
    await office.switched(watcher, 1);
    const [put] = office.switches(watcher);
    expect(put).toMatchObject({ cause: 'repair', from: ['isp1', 'isp2'], to: ['isp1', 'isp2'], family: 4 });
    expect(put?.receipt).toMatchObject({ verified: true, problems: [expect.stringContaining('by somebody else')] });
    expect(office.way()).toBe('wan1');
    expect(office.router('ip', 'route', 'show', 'table', '7700')).toContain('via 192.168.76.1 dev wan1');
  }, 60_000);

  /** Of 100 new connections, those that leave by each device. */
  const ways = () => {
    const found = { wan1: 0, wan2: 0 };
    for (let port = 1; port <= 100; port++) {
      const question = ['ipproto', 'udp', 'sport', String(20_000 + 7 * port), 'dport', '53'];
      const way = office.way('8.8.4.4', ...question);
      if (way === 'wan1' || way === 'wan2') found[way]++;
    }
    return found;
  };

  test('balancing: both carry, one that dies is left by all, and shares again when it is back', async () => {
    const watcher = await startWith('balance', { act: 'local-evidence', mode: 'balance' });
    await office.upIn(watcher, 4);
    await office.until('both carry', () => ways().wan1 > 20 && ways().wan2 > 20);
    expect((await shown(watcher)).serving).toEqual([{ family: 4, uplinks: ['isp1', 'isp2'] }]);
    office.lab.fault('isp2', 'upstream');
    await office.switched(watcher, 1);
    expect(ways()).toEqual({ wan1: 100, wan2: 0 });
    office.lab.clear();
    await office.switched(watcher, 2);
    expect(ways().wan2).toBeGreaterThan(20);
    expect(office.switches(watcher)).toMatchObject([
      { from: ['isp1', 'isp2'], to: ['isp1'], cause: 'dead', receipt: { verified: true } },
      { from: ['isp1'], to: ['isp1', 'isp2'], cause: 'failback', receipt: { verified: true } },
    ]);
  }, 90_000);

  test('three watchers of one organisation, by Raft: two must agree before one switches, and back', async () => {
    const file = office.write('raft.json', { act: 'quorum', actor: 'watcher-1' });
    const folders = office.members('raft', 3, file, '--protocol', 'raft');
    const [actor, second] = await Promise.all(folders.map((folder) => office.start(folder)));
    if (!actor || !second) throw new Error('three watchers were started');
    await office.upIn(actor, 4);
    office.lab.fault('isp1', 'upstream');
    await office.switched(actor, 1);
    expect(office.way()).toBe('wan2');
    expect(office.switches(actor)).toMatchObject([{ cause: 'verdict', by: 'cluster', watcher: 'watcher-1' }]);
    office.lab.clear();
    await Promise.all([office.switched(actor, 2), office.switched(second, 2)]);
    expect(office.way()).toBe('wan1');
    expect(office.switches(second)).toEqual(office.switches(actor));
  }, 120_000);

  test('the second uplink stands behind the first: what both need takes both, what the second alone needs takes none', async () => {
    const on = (host: string, ...command: string[]) => office.on(host, ...command);
    const tie = ['type', 'veth', 'peer', 'name', 'above', 'netns', office.lab.namespace('isp2')];
    on('isp1', 'ip', 'link', 'add', 'below', ...tie);
    const source = 'table ip behind { chain out { type nat hook postrouting priority 100; ';
    for (const [host, device, address, out] of [
      ['isp1', 'below', '198.18.0.1/30', 'core'],
      ['isp2', 'above', '198.18.0.2/30', 'above'],
    ] as const) {
      on(host, 'ip', 'address', 'add', address, 'dev', device);
      on(host, 'ip', 'link', 'set', device, 'up');
      on(host, 'nft', `${source} oifname "${out}" masquerade; }; }`);
    }
    // More specific than the lab's own default route.
    for (const half of ['0.0.0.0/1', '128.0.0.0/1']) on('isp2', 'ip', 'route', 'add', half, 'via', '198.18.0.1');
    try {
      const watcher = await startWith('behind', { act: 'local-evidence', hold: '5s', 'hold-max': '5s' });
      await office.upIn(watcher, 4);
      office.lab.fault('isp1', 'upstream');
      const said = async () => (await shown(watcher)).here.problems.includes('all uplinks are dead for IPv4');
      await office.until('both are dead', said);
      // The first may die some milliseconds before the second: one switch, and nothing goes back and forth.
      await new Promise((resolve) => setTimeout(resolve, 4000));
      expect(office.switches(watcher).length).toBeLessThanOrEqual(1);
      office.lab.clear();
      await office.until('one answers', async () => !(await said()));
      const first = (await shown(watcher)).serving[0]?.uplinks[0];
      expect(office.way()).toBe(first === 'isp1' ? 'wan1' : 'wan2');
      await office.upIn(watcher, 4);
      await office.until('the first again', () => office.way() === 'wan1');
      // The words come after the switch.
      await office.until('that is recorded', () => (office.switches(watcher).at(-1)?.to[0] ?? 'isp1') === 'isp1');
      const before = office.switches(watcher).length;
      office.lab.fault('isp2', 'access');
      await watcher.until({ 'uplink/isp2/ipv4': 'down', 'uplink/isp1/ipv4': 'up' });
      expect(office.way()).toBe('wan1');
      expect(office.switches(watcher)).toHaveLength(before);
    } finally {
      office.lab.clear();
      on('isp1', 'ip', 'link', 'del', 'below');
      for (const host of ['isp1', 'isp2']) on(host, 'nft', 'delete table ip behind');
    }
  }, 120_000);
});
