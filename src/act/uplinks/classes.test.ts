import { expect, test } from 'vitest';
import { failoverSchema, uplinksSchema } from '../../model/index.ts';
import { commandText } from '../../platform/index.ts';
import { classRoutes, classRules, formerUplinks, matchOf } from './classes.ts';
import { thinCarriers, thinRules } from './degrader.ts';
import { numbersOf } from './numbers.ts';
import { ruleset } from './ruleset.ts';

const uplinks = uplinksSchema.parse([
  { name: 'isp1', device: 'wan1', gateway: '192.168.76.1' },
  { name: 'isp2', device: 'wan2', gateway: '192.168.75.1', thin: true },
]);
const failover = failoverSchema.parse({
  classes: [
    { name: 'voice', dscp: 'ef', degraded: 'first' },
    { name: 'guests', device: 'wlan-g', from: ['172.16.10.0/24', 'fd00:10::/64'], uplink: 'isp2', degraded: 'block' },
    {
      name: 'backup',
      from: '192.168.1.100',
      protocol: 'tcp',
      ports: [873, '9000-9100'],
      degraded: { limit: '80kbit' },
    },
  ],
  degraded: { limit: '800kbit' },
});
const { classes } = failover;
const numbers = numbersOf(failover);
const order = (...serving: string[]) => ({ family: 4 as const, serving, leaving: [] });

test('a class prefers its uplink by metric, and has the others behind it', () => {
  const lines = (...serving: string[]) =>
    classRoutes(uplinks, order(...serving), classes, numbers).map((route) => commandText({ do: 'add', route }));
  expect(lines('isp1', 'isp2')).toEqual([
    'route add default via 192.168.76.1 dev wan1 table 7718 proto 113 metric 10 onlink',
    'route add default via 192.168.75.1 dev wan2 table 7718 proto 113 metric 1 onlink',
  ]);
  expect(lines('isp1')).toEqual(['route add default via 192.168.76.1 dev wan1 table 7718 proto 113 metric 10 onlink']);
  expect(classRules(4, classes, numbers).map((rule) => commandText({ do: 'add', rule }))).toEqual([
    'rule add priority 7703 from all fwmark 0x210000/0x7f0000 lookup 7718 protocol 113',
  ]);
});

test('the uplinks that anything leaves are those whose connections move', () => {
  const former = (before: string[], after: string[], leaving: string[] = []) => [
    ...formerUplinks(order(...before), { ...order(...after), leaving }, 'failover', classes),
  ];
  expect(former(['isp1', 'isp2'], ['isp2'], ['isp1'])).toEqual(['isp1']);
  expect(former(['isp2'], ['isp1', 'isp2'])).toEqual(['isp2']);
  expect(former(['isp1'], ['isp1', 'isp2'])).toEqual(['isp1']);
  expect(former(['isp1', 'isp2'], ['isp1', 'isp2'])).toEqual([]);
});

test('what a class looks like, out and back', () => {
  expect(classes.map((one) => matchOf(one, 'out'))).toEqual([
    ['ip dscp { ef }', 'ip6 dscp { ef }'],
    ['iifname { "wlan-g" } ip saddr { 172.16.10.0/24 }', 'iifname { "wlan-g" } ip6 saddr { fd00:10::/64 }'],
    ['ip saddr { 192.168.1.100 } meta l4proto tcp th dport { 873, 9000-9100 }'],
  ]);
  expect(matchOf(classes[2] as (typeof classes)[number], 'back')).toEqual([
    'ip daddr { 192.168.1.100 } meta l4proto tcp th sport { 873, 9000-9100 }',
  ]);
});

test('degraded is what carries everything and is thin, while there are better ones', () => {
  const thin = (mode: 'failover' | 'balance', ...serving: string[]) =>
    thinCarriers(uplinks, { serving }, mode).map(({ name }) => name);
  expect(thin('failover', 'isp1', 'isp2')).toEqual([]);
  expect(thin('failover', 'isp2')).toEqual(['isp2']);
  expect(thin('balance', 'isp1', 'isp2')).toEqual([]);
  expect(thin('balance', 'isp2')).toEqual(['isp2']);
  const allThin = uplinks.map((uplink) => ({ ...uplink, thin: true }));
  expect(thinCarriers(allThin, { serving: ['isp2'] }, 'failover')).toEqual([]);
});

test('the rules of a thin uplink: first, refused, limited, and the rest', () => {
  const rules = thinRules(4, ['wan2'], failover);
  expect(rules.filter((rule) => rule.includes('ip6'))).toEqual([]);
  expect(rules[0]).toBe('meta nfproto ipv4 oifname { "wan2" } ip dscp { ef } accept');
  expect(rules.filter((rule) => rule.includes('reject'))).toHaveLength(4);
  expect(rules.at(-2)).toBe('meta nfproto ipv4 oifname { "wan2" } limit rate over 100000 bytes/second drop');
  expect(rules.filter((rule) => rule.includes(' 10000 bytes/second'))).toHaveLength(2);
  expect(thinRules(4, [], failover)).toEqual([]);
});

test('the ruleset has chains only for what is configured', () => {
  const plain = ruleset(
    uplinks.map((uplink) => ({ ...uplink, thin: false })),
    numbers,
  );
  for (const chain of ['choosing', 'thin', 'copying']) expect(plain).not.toContain(`chain ${chain}`);
  const full = ruleset(uplinks, numbers, { classes, replayGroup: 7700 });
  for (const chain of ['choosing', 'thin', 'copying']) expect(full).toContain(`chain ${chain}`);
});
