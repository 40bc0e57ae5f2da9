import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { labMissing } from '../support/shared.ts';
import { officeUplinks, UplinksOffice } from '../support/uplinks-office.ts';

/** What goes wrong on the router itself: devices, gateways, rights and programs that come and go. */

const missing = labMissing();
const fping = spawnSync('fping', ['-v']).status === 0;
if (!fping) process.stderr.write('uplinks without koffi: skipped, fping is missing: apt-get install fping\n');
if (missing !== undefined) process.stderr.write(`uplink fault tests: ${missing}\n`);

describe.skipIf(missing !== undefined)('faults of the router in the lab', () => {
  const office = new UplinksOffice();
  let before = '';
  const [first = {}, second = {}] = officeUplinks;
  const four = (gateway: string | string[] = '192.168.76.1') => [
    { ...first, gateway, anchors: ['1.1.1.1', '8.8.8.8', '8.8.4.4'] },
    { ...second, gateway: '192.168.75.1', anchors: ['1.1.1.1', '8.8.8.8', '8.8.4.4'] },
  ];
  const routes = (table: number) => office.router('ip', 'route', 'show', 'table', String(table));

  /** As PPP does: the device is gone, and comes back under another number. */
  const unplug = () => office.router('ip', 'link', 'del', 'wan1');
  const plug = () => {
    const rtr = office.lab.namespace('rtr');
    const isp1 = office.lab.namespace('isp1');
    const words = ['add', 'wan1', 'netns', rtr, 'type', 'veth', 'peer', 'name', 'cust', 'netns', isp1];
    office.router('ip', 'link', ...words);
    for (const [host, device, address, address6] of [
      ['rtr', 'wan1', '192.168.76.2/30', '2001:db8:76::2/64'],
      ['isp1', 'cust', '192.168.76.1/30', '2001:db8:76::1/64'],
    ] as const) {
      office.on(host, 'ip', 'link', 'set', device, 'up');
      office.on(host, 'ip', 'address', 'add', address, 'dev', device);
      office.on(host, 'ip', '-6', 'address', 'add', address6, 'dev', device, 'nodad');
    }
    office.router('ip', 'route', 'add', 'default', 'via', '192.168.76.1', 'dev', 'wan1', 'metric', '1');
    office.router('ip', 'route', 'add', 'default', 'via', '192.168.76.1', 'dev', 'wan1', 'table', '101');
    for (const more of ['metric 1', 'table 101']) {
      const words = ['add', 'default', 'via', '2001:db8:76::1', 'dev', 'wan1', ...more.split(' ')];
      office.router('ip', '-6', 'route', ...words);
    }
  };

  const sorted = (text: string) => text.split('\n').toSorted().join('\n');

  beforeAll(() => {
    office.up();
    before = office.state();
  });
  afterEach(async () => {
    if (office.router('ip', 'link', 'show', 'wan1').includes('does not exist')) plug();
    await office.end();
    expect(sorted(office.state())).toBe(sorted(before));
  });
  afterAll(() => office.down());

  test('a device that vanishes is left, and used again when it is back under another number', async () => {
    const watch = await office.start({}, four());
    await office.allUp(watch, ['isp1', 'isp2'], [4]);
    const from = watch.events.length;
    unplug();
    const receipt = await watch.until((event) => event.event === 'receipt', from);
    expect(receipt).toMatchObject({ serving: ['isp2'], problems: [], verified: true });
    expect(office.way('9.9.9.9')).toBe('wan2');
    plug();
    await office.becomes(watch, 'isp1', 4, 'up');
    expect(office.way('9.9.9.9')).toBe('wan1');
    expect(watch.logged(from)).toContain('followed a device');
    expect(watch.logged(from)).not.toContain('somebody');
    expect(office.router('sysctl', '-n', 'net.ipv4.conf.wan1.ignore_routes_with_linkdown').trim()).toBe('1');
  }, 60_000);

  test('a device that is not there at the start is waited for', async () => {
    unplug();
    const watch = await office.start({}, four());
    await office.becomes(watch, 'isp2', 4, 'up');
    // Nobody saw isp1 up, so that nothing was lost; the kernel itself passes over it.
    expect(office.way('9.9.9.9')).toBe('wan2');
    plug();
    await office.becomes(watch, 'isp1', 4, 'up');
    await watch.until(() => office.way('9.9.9.9') === 'wan1');
  }, 60_000);

  test('gateway: auto is what the kernel’s default route says, and follows it', async () => {
    const watch = await office.start({}, four('auto'));
    await office.allUp(watch, ['isp1', 'isp2'], [4]);
    expect(routes(7701)).toContain('default via 192.168.76.1 dev wan1');
    const from = watch.events.length;
    // Another router of the provider on the same wire, as after a new lease.
    office.on('isp1', 'ip', 'address', 'add', '192.168.77.1/30', 'dev', 'cust');
    office.router('ip', 'address', 'add', '192.168.77.2/30', 'dev', 'wan1');
    office.router('ip', 'route', 'del', 'default', 'dev', 'wan1');
    await pause(200);
    expect(routes(7701)).toContain('default via 192.168.76.1 dev wan1');
    office.router('ip', 'route', 'add', 'default', 'via', '192.168.77.1', 'dev', 'wan1', 'metric', '1');
    await watch.until(() => routes(7701).includes('default via 192.168.77.1 dev wan1'), from);
    expect(routes(7700)).toContain('default via 192.168.77.1 dev wan1');
    await watch.until((event) => JSON.stringify(event).includes('followed a device, an address or a gateway'), from);
    office.router('ip', 'address', 'del', '192.168.77.2/30', 'dev', 'wan1');
    office.on('isp1', 'ip', 'address', 'del', '192.168.77.1/30', 'dev', 'cust');
  }, 60_000);

  test('IPv6 without a route is unknown, not dead, and switches nothing', async () => {
    const six = ['2606:4700:4700::1111', '2001:4860:4860::8888'];
    office.router('ip', '-6', 'route', 'del', 'default', 'dev', 'wan2');
    const uplinks = [first, { ...second, gateway: ['192.168.75.1', 'auto-ipv6'], anchors: ['1.1.1.1', ...six] }];
    const watch = await office.start({}, uplinks);
    await office.allUp(watch, ['isp1'], [4, 6]);
    await pause(3000);
    expect(watch.state('isp2', 6)).toBe('unknown');
    expect(watch.receipts(6)).toEqual([]);
    expect(office.way('2001:4860:4860::8844')).toBe('wan1');
    await watch.stop();
    office.router('ip', '-6', 'route', 'add', 'default', 'via', '2001:db8:75::1', 'dev', 'wan2', 'metric', '2');
  }, 60_000);

  test('both dead: nothing goes back and forth, and the first that answers is used at once', async () => {
    const watch = await office.start({ hold: '5s', 'hold-max': '5s' }, four());
    await office.allUp(watch, ['isp1', 'isp2'], [4]);
    await pause(1500);
    const from = watch.events.length;
    // One behind the other: what fails is common to both.
    office.lab.fault('isp1', 'upstream');
    office.lab.fault('isp2', 'upstream');
    await office.becomes(watch, 'isp1', 4, 'dead');
    await office.becomes(watch, 'isp2', 4, 'dead');
    await pause(4000);
    expect(watch.receipts(4, from).length).toBeLessThanOrEqual(2);
    const quiet = watch.events.length;
    await pause(2000);
    expect(watch.receipts(4, quiet)).toEqual([]);
    office.lab.clear();
    await watch.until((event) => event.event === 'opinion' && event['state'] === 'held', quiet);
    await pause(300);
    const lost = await office.ping('pc', 1, 50);
    expect(lost).toMatchObject({ sent: 20, lost: 0 });
  }, 60_000);

  test('two default routes of the same metric are left alone', async () => {
    office.router('ip', 'route', 'append', 'default', 'via', '192.168.75.1', 'dev', 'wan2', 'metric', '1');
    const watch = await office.start({}, four('auto'));
    await office.allUp(watch, ['isp1', 'isp2'], [4]);
    expect(office.way('9.9.9.9')).toBe('wan1');
    expect(routes(7701)).toContain('default via 192.168.76.1 dev wan1');
    await pause(1000);
    expect(watch.receipts(4)).toEqual([]);
    await watch.stop();
    expect(office.router('ip', 'route')).toMatch(/default via 192.168.75.1 dev wan2 metric 1/);
    office.router('ip', 'route', 'del', 'default', 'via', '192.168.75.1', 'dev', 'wan2', 'metric', '1');
  }, 60_000);

  test('without nft it refuses to act, and says what is missing', async () => {
    const watch = await office.start({}, four(), { PATH: '/nowhere' });
    const refused = watch.events.find(({ event }) => event === 'refused');
    expect(refused?.['message']).toContain('the program nft');
  });

  test('without the right to change the network it refuses to act, and changes nothing', async () => {
    const watch = await office.start({}, four(), {}, [
      'setpriv',
      '--bounding-set',
      '-net_admin',
      '--inh-caps',
      '-net_admin',
    ]);
    const refused = watch.events.find(({ event }) => event === 'refused');
    expect(refused?.['message']).toMatch(/not permitted/i);
  });

  test.skipIf(!fping)(
    'without koffi routes are switched by programs',
    async () => {
      const hook = join(office.folder, 'no-koffi.cjs');
      writeFileSync(
        hook,
        `const module_ = require('node:module'); const resolve = module_._resolveFilename;
       module_._resolveFilename = (name, ...rest) => { if (name === 'koffi') throw new Error('no koffi here'); return resolve(name, ...rest); };`,
      );
      const watch = await office.start({ profile: 'lossless' }, four(), { NODE_OPTIONS: `--require ${hook}` });
      expect(watch.logged()).toContain('routes are switched by the program ip');
      expect(watch.logged()).toContain('packets on their way will not be sent again');
      await office.allUp(watch, ['isp1', 'isp2'], [4]);
      const from = watch.events.length;
      office.lab.fault('isp1', 'link');
      const receipt = await watch.until((event) => event.event === 'receipt', from);
      expect(receipt).toMatchObject({ serving: ['isp2'], verified: true, problems: [] });
      expect(office.way('9.9.9.9')).toBe('wan2');
    },
    60_000,
  );
});
