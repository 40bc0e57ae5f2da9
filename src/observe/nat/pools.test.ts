import { expect, test } from 'vitest';
import { entryOf } from '../flows/conntrack/entry.fixture.ts';
import { readPools } from './pools.ts';
import { PortUse } from './port-use.ts';

/** As `nft -j list ruleset` of nftables 1.0.6 prints them. */
const l4proto = (right: unknown) => ({ match: { op: '==', left: { meta: { key: 'l4proto' } }, right } });
const oifname = { match: { op: '==', left: { meta: { key: 'oifname' } }, right: 'wan' } };
const ruleset = (...rules: unknown[][]) => rulesetOf('ip', ...rules);
const rulesetOf = (family: string, ...rules: unknown[][]) => ({
  nftables: [
    { metainfo: { version: '1.0.6' } },
    { table: { family: 'ip', name: 'nat' } },
    ...rules.map((expr) => ({ rule: { family, table: 'nat', chain: 'post', handle: 3, expr } })),
  ],
});

test('pools of masquerade and snat, with and without ports, addresses and protocols', () => {
  const pools = readPools(
    ruleset(
      [oifname, l4proto({ set: ['tcp', 'udp'] }), { masquerade: { port: { range: [1024, 1033] } } }],
      [
        { match: { op: '==', left: { payload: { protocol: 'ip', field: 'protocol' } }, right: 'tcp' } },
        { snat: { addr: { range: ['192.0.2.10', '192.0.2.12'] }, port: 5000 } },
      ],
      [
        { match: { op: '==', left: { payload: { protocol: 'udp', field: 'dport' } }, right: 53 } },
        { snat: { addr: '192.0.2.20' } },
      ],
      [oifname, { masquerade: null }],
      [{ snat: { addr: { map: { key: {}, data: {} } }, port: { range: [1, 70_000] } } }],
      [oifname, { counter: { packets: 1, bytes: 2 } }, { xt: null }],
      [{ match: { op: '!=', left: { meta: { key: 'l4proto' } }, right: 'tcp' } }, { masquerade: { flags: 'random' } }],
    ),
  );
  expect(pools).toEqual([
    {
      rule: 'ip nat post: masquerade to :1024-1033',
      family: 4,
      ports: { from: 1024, to: 1033 },
      isBounded: true,
      protocols: [6, 17],
    },
    {
      rule: 'ip nat post: snat to 192.0.2.10-192.0.2.12:5000-5000',
      family: 4,
      addresses: { from: [0, 0, 0xffff, 0xc000020a], to: [0, 0, 0xffff, 0xc000020c] },
      ports: { from: 5000, to: 5000 },
      isBounded: true,
      protocols: [6],
    },
    {
      rule: 'ip nat post: snat to 192.0.2.20',
      family: 4,
      addresses: { from: [0, 0, 0xffff, 0xc0000214], to: [0, 0, 0xffff, 0xc0000214] },
      ports: { from: 1024, to: 65_535 },
      isBounded: false,
      protocols: [17],
    },
    { rule: 'ip nat post: masquerade', family: 4, ports: { from: 1024, to: 65_535 }, isBounded: false },
    { rule: 'ip nat post: snat', family: 4, ports: { from: 1024, to: 65_535 }, isBounded: false },
    { rule: 'ip nat post: masquerade', family: 4, ports: { from: 1024, to: 65_535 }, isBounded: false },
  ]);
});

test.each([undefined, null, 7, [], {}, { nftables: {} }, { nftables: [null, { rule: [] }, { rule: { expr: 'x' } }] }])(
  'what is no list of rules has no pools (%j)',
  (given) => expect(readPools(given)).toEqual([]),
);

test('ports are counted by address, protocol and destination, and belong to the most definite rule', () => {
  const pools = readPools(
    ruleset(
      [{ masquerade: null }],
      [l4proto('udp'), { masquerade: { port: { range: [1024, 1033] } } }],
      [{ snat: { addr: { range: ['192.0.2.10', '192.0.2.12'] } } }],
    ),
  );
  const use = new PortUse();
  const add = (count: number, source: string, port: number, protocol: number, destination: string) => {
    for (let index = 0; index < count; index++)
      use.add(entryOf({ sourcePort: 3000 + index, destination, protocol, translated: { source, port: port + index } }));
  };
  add(4, '198.51.100.1', 1024, 17, '192.0.2.80');
  add(7, '198.51.100.1', 1024, 17, '192.0.2.81');
  add(2, '198.51.100.1', 40_000, 6, '192.0.2.80');
  add(3, '192.0.2.11', 40_000, 6, '192.0.2.80');
  use.add(entryOf());
  expect(use.result(pools)).toEqual([
    {
      rule: 'ip nat post: masquerade to :1024-1033',
      address: '198.51.100.1',
      protocol: 17,
      ports: 10,
      used: 7,
      destination: '192.0.2.81',
      destinationPort: 443,
      translations: 11,
    },
    expect.objectContaining({ rule: 'ip nat post: snat to 192.0.2.10-192.0.2.12', address: '192.0.2.11', used: 3 }),
    expect.objectContaining({ rule: 'ip nat post: masquerade', address: '198.51.100.1', used: 2, ports: 64_512 }),
  ]);
  expect(use.result([]).map(({ rule, ports }) => [rule, ports])).toEqual([
    ['', 64_512],
    ['', 64_512],
    ['', 64_512],
  ]);
});

test('a rule of one version of IP is no rule of the other, and one of inet is of both', () => {
  const masquerade = [{ masquerade: { port: { range: [1024, 1033] } } }];
  const use = new PortUse();
  const [source, destination] = ['2001:db8::5', '2001:db8:ffff::80'];
  use.add(entryOf({ source, destination, protocol: 17, translated: { source: '2001:db8:2::1', port: 1024 } }));
  const rules = (family: string) => use.result(readPools(rulesetOf(family, masquerade))).map(({ rule }) => rule);
  expect(rules('ip')).toEqual(['']);
  expect(rules('ip6')).toEqual(['ip6 nat post: masquerade to :1024-1033']);
  expect(rules('inet')).toEqual(['inet nat post: masquerade to :1024-1033']);
});
