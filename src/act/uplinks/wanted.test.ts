import fc from 'fast-check';
import { expect, test } from 'vitest';
import { failoverSchema, uplinksSchema } from '../../model/index.ts';
import { commandText, type Route } from '../../platform/index.ts';
import { difference } from './difference.ts';
import { numbersOf } from './numbers.ts';
import { ruleset } from './ruleset.ts';
import { restoreSettings, settingChanges } from './settings.ts';
import { wakePacket } from './wake-packet.ts';
import { ownedBy, trafficRoutes, wantedFrame } from './wanted.ts';

const uplinks = uplinksSchema.parse([
  { name: 'isp1', device: 'wan1', gateway: ['192.168.76.1', 'fe80::1'], weight: 30 },
  { name: 'isp2', device: 'wan2', gateway: '192.168.75.1' },
]);
const failover = failoverSchema.parse({});
const numbers = numbersOf(failover);
const address = { family: 4 as const, device: 'wan1', address: '192.168.76.2', prefixLength: 30, usable: true };
const lines = (routes: readonly Route[]) => routes.map((route) => commandText({ do: 'add', route }));

test('best first by metric, each with the same metric always', () => {
  const both = trafficRoutes(uplinks, { family: 4, serving: ['isp1', 'isp2'], leaving: [] }, failover, numbers);
  expect(lines(both)).toEqual([
    'route add default via 192.168.76.1 dev wan1 table 7700 proto 113 metric 10 onlink',
    'route add default via 192.168.75.1 dev wan2 table 7700 proto 113 metric 20 onlink',
  ]);
  const one = trafficRoutes(uplinks, { family: 4, serving: ['isp2'], leaving: ['isp1'] }, failover, numbers);
  expect(one).toEqual(both.slice(1));
  expect(difference({ routes: both, rules: [] }, { routes: one, rules: [] }).map(commandText)).toEqual([
    'route del default via 192.168.76.1 dev wan1 table 7700 proto 113 metric 10 onlink',
  ]);
});

test('balance is one route of several hops, which a switch replaces', () => {
  const balance = { mode: 'balance' as const };
  const both = trafficRoutes(uplinks, { family: 4, serving: ['isp1', 'isp2'], leaving: [] }, balance, numbers);
  expect(lines(both)).toEqual([
    'route add default table 7700 proto 113 metric 10 nexthop via 192.168.76.1 dev wan1 weight 30 onlink nexthop via 192.168.75.1 dev wan2 weight 1 onlink',
  ]);
  const one = trafficRoutes(uplinks, { family: 4, serving: ['isp1'], leaving: ['isp2'] }, balance, numbers);
  expect(difference({ routes: both, rules: [] }, { routes: one, rules: [] }).map(commandText)).toEqual([
    'route replace default via 192.168.76.1 dev wan1 table 7700 proto 113 metric 10 onlink',
  ]);
});

test('the frame has rules for device, address and mark, and none for a family without gateway', () => {
  const { rules, routes } = wantedFrame(uplinks, 4, [address], numbers);
  expect(rules.map((rule) => commandText({ do: 'add', rule })).sort()).toEqual([
    'rule add priority 7700 from all lookup 254 suppress_prefixlength 0 protocol 113',
    'rule add priority 7701 from all oif wan1 lookup 7701 protocol 113',
    'rule add priority 7701 from all oif wan2 lookup 7702 protocol 113',
    'rule add priority 7702 from 192.168.76.2/32 lookup 7701 protocol 113',
    'rule add priority 7703 from all fwmark 0x10000/0x7f0000 lookup 7701 protocol 113',
    'rule add priority 7703 from all fwmark 0x20000/0x7f0000 lookup 7702 protocol 113',
    'rule add priority 7704 from all lookup 7700 protocol 113',
  ]);
  expect(routes).toHaveLength(2);
  expect(wantedFrame(uplinks, 6, [address], numbers).routes).toHaveLength(1);
  expect(wantedFrame(uplinks.slice(1), 6, [address], numbers)).toEqual({ routes: [], rules: [] });
});

test('what is ours carries our number and lies in our range', () => {
  const owned = ownedBy(numbers, 2, 0);
  const [route] = wantedFrame(uplinks, 4, [], numbers).routes;
  if (!route) throw new Error('a frame has routes');
  expect(owned.route(route)).toBe(true);
  expect(owned.route({ ...route, protocol: 4 })).toBe(false);
  expect(owned.route({ ...route, table: 254 })).toBe(false);
  expect(owned.rule({ family: 4, priority: 7702, table: 7701, protocol: 113 })).toBe(true);
  expect(owned.rule({ family: 4, priority: 100, table: 7701, protocol: 113 })).toBe(false);
});

test('differences lead from any state to any other, with additions first', () => {
  const pool = wantedFrame(uplinks, 4, [address], numbers);
  const some = fc.record({ routes: fc.subarray(pool.routes), rules: fc.subarray(pool.rules) });
  fc.assert(
    fc.property(some, some, (present, wanted) => {
      const changes = difference(present, wanted);
      const text = (one: typeof present) =>
        [
          ...one.routes.map((route) => commandText({ do: 'add', route })),
          ...one.rules.map((rule) => commandText({ do: 'add', rule })),
        ].sort();
      let state = text(present);
      for (const change of changes) {
        const line = commandText({ ...change, do: 'add' });
        state = change.do === 'remove' ? state.filter((one) => one !== line) : [...state, line];
      }
      expect(state.sort()).toEqual(text(wanted));
      const firstRemoval = changes.findIndex((change) => change.do === 'remove' && 'route' in change);
      expect(firstRemoval >= 0 && changes.slice(firstRemoval).some((change) => change.do !== 'remove')).toBe(false);
    }),
  );
});

test('the mark keeps the bits of others', () => {
  const text = ruleset(uplinks, numbers);
  expect(text).toContain('ct mark & 0x007f0000 == 0x00010000 meta mark set meta mark & 0xff00ffff | 0x00010000');
  expect(text).toContain('oifname "wan2" meta l4proto != tcp ct mark set ct mark & 0xff00ffff | 0x00820000');
  expect(numbersOf({ ...failover, mark: 24 }).allBits).toBe(0xff00_0000);
});

test('settings of the kernel are changed where they must be, and put back unless somebody changed them', () => {
  const values = new Map([
    ['ipv4/conf/all/rp_filter', '1'],
    ['ipv4/conf/wan1/rp_filter', '0'],
    ['ipv4/conf/wan2/rp_filter', '2'],
    ['ipv4/conf/wan1/ignore_routes_with_linkdown', '0'],
    ['ipv4/conf/wan2/ignore_routes_with_linkdown', '1'],
  ]);
  const settings = {
    read: (path: string) => values.get(path),
    write: (path: string, value: string) => void values.set(path, value),
  };
  const changes = settingChanges(uplinks, failover, settings);
  expect(changes).toEqual([
    { path: 'ipv4/conf/wan1/ignore_routes_with_linkdown', before: '0', after: '1' },
    { path: 'ipv4/conf/wan1/rp_filter', before: '0', after: '2' },
  ]);
  for (const { path, after } of changes) settings.write(path, after);
  settings.write('ipv4/conf/wan1/rp_filter', '0');
  restoreSettings(changes, settings);
  expect(values.get('ipv4/conf/wan1/ignore_routes_with_linkdown')).toBe('0');
  expect(values.get('ipv4/conf/wan1/rp_filter')).toBe('0');
});

test('the packet that wakes a client is a whole one, in both families', () => {
  const four = wakePacket({ client: '192.168.1.11', clientPort: 40000, server: '203.0.113.80', serverPort: 80 });
  const hex = four.toString('hex');
  expect(hex.slice(0, 20)).toBe('45000028000000004006');
  // From the server's address and port to the client's; sequence numbers of zero are outside of any likely window.
  expect(hex.slice(24, 72)).toBe('cb007150c0a8010b00509c40000000000000000050100001');
  const six = wakePacket({ client: 'fd00:1::11', clientPort: 40000, server: '2001:db8:80::80', serverPort: 80 });
  expect(six).toHaveLength(60);
  // The sum over pseudo header and segment, checksum included, is all ones (RFC 9293, 3.1).
  const sum = (bytes: Buffer) => {
    let total = 0;
    for (let at = 0; at < bytes.length; at += 2) total += bytes.readUInt16BE(at);
    while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
    return total;
  };
  expect(sum(Buffer.concat([six.subarray(8), Buffer.from([0, 6, 0, 20])]))).toBe(0xffff);
  expect(sum(four.subarray(0, 20))).toBe(0xffff);
  expect(sum(Buffer.concat([four.subarray(12), Buffer.from([0, 6, 0, 20])]))).toBe(0xffff);
});
