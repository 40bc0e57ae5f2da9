import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commandLine, commandText } from './command-text.ts';
import { decodeFlow } from './conntrack.ts';
import { decodeAddress, decodeLink, decodeStats } from './link-codec.ts';
import { Attributes, encodeAttribute, encodeMessage, encodeU32, readMessages } from './message.ts';
import { decodeNextHop, encodeNextHop } from './next-hop-codec.ts';
import type { NextHop, Route, Rule } from './objects.ts';
import { decodeLookup, decodeRoute, encodeRoute } from './route-codec.ts';
import { decodeRule, encodeRule } from './rule-codec.ts';

const devices = {
  indexOf: (device: string) => (/^eth\d+$/.test(device) ? Number(device.slice(3)) : undefined),
  nameOf: (index: number) => `eth${index}`,
};
const decoders = [
  (body: Buffer) => decodeRoute(body, devices),
  (body: Buffer) => decodeLookup(body, devices),
  decodeRule,
  (body: Buffer) => decodeNextHop(body, devices),
  decodeLink,
  (body: Buffer) => decodeAddress(body, devices),
  decodeStats,
  decodeFlow,
];

const u32 = fc.integer({ min: 1, max: 0xffff_ffff });
const address4 = fc.ipV4().filter((text) => text !== '0.0.0.0');
const device = fc.integer({ min: 1, max: 9 }).map((index) => `eth${index}`);
const hop = fc.record({ gateway: address4, device, weight: fc.integer({ min: 1, max: 256 }) });
const route = fc.record(
  {
    family: fc.constant(4 as const),
    destination: fc.constantFrom('default', '192.0.2.0/24', '198.51.100.7/32'),
    table: u32,
    protocol: fc.integer({ min: 1, max: 255 }),
    metric: u32,
    preferredSource: address4,
    hops: fc.array(hop, { minLength: 1, maxLength: 5 }),
    nextHopId: u32,
    kind: fc.integer({ min: 2, max: 8 }),
  },
  { requiredKeys: ['family', 'destination', 'table', 'protocol', 'metric'] },
);
const rule = fc.record(
  {
    family: fc.constant(6 as const),
    priority: u32,
    table: u32,
    protocol: fc.integer({ min: 0, max: 255 }),
    from: fc.constantFrom('2001:db8::/32', 'fe80::1/128'),
    to: fc.constant('2001:db8:1::/48'),
    incoming: device,
    outgoing: device,
    suppressPrefixLength: fc.integer({ min: 0, max: 128 }),
  },
  { requiredKeys: ['family', 'priority', 'table', 'protocol'] },
);

test('what is written reads back', () => {
  fc.assert(
    fc.property(route, rule, (oneRoute: Route, oneRule: Rule) => {
      expect(decodeRoute(encodeRoute(oneRoute, devices), devices)).toEqual(oneRoute);
      expect(decodeRule(encodeRule(oneRule))).toEqual(oneRule);
    }),
  );
  const group: NextHop = {
    id: 9,
    family: 4,
    protocol: 4,
    group: [
      { id: 1, weight: 30 },
      { id: 2, weight: 1 },
    ],
  };
  expect(decodeNextHop(encodeNextHop(group, devices), devices)).toEqual(group);
});

test('messages and attributes keep their order and their padding', () => {
  const body = Buffer.concat([encodeAttribute(1, Buffer.from('abc')), encodeU32(2, 7)]);
  const bytes = Buffer.concat([encodeMessage(24, 5, 3, body), encodeMessage(25, 1, 4, Buffer.from([9]))]);
  const messages = readMessages(bytes);
  expect(messages.map(({ type, flags, sequence }) => [type, flags, sequence])).toEqual([
    [24, 5, 3],
    [25, 1, 4],
  ]);
  const attributes = new Attributes(messages[0]?.body ?? Buffer.alloc(0));
  expect([attributes.text(1), attributes.u32(2), attributes.u32(1)]).toEqual(['abc', 7, undefined]);
});

test('no bytes break a decoder, and no length reaches beyond what is there', () => {
  const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
  fc.assert(
    fc.property(bytes, (noise) => {
      for (const message of readMessages(noise)) expect(message.body.length).toBeLessThanOrEqual(noise.length - 16);
      for (const decode of decoders) expect(() => decode(noise)).not.toThrow();
    }),
    { numRuns: 2000 },
  );
});

test('a real message with one changed byte breaks no decoder either', () => {
  const samples = [
    encodeRoute(
      {
        family: 4,
        destination: 'default',
        table: 7700,
        protocol: 113,
        metric: 5,
        hops: [{ gateway: '192.0.2.1', device: 'eth1', weight: 30 }],
      },
      devices,
    ),
    encodeRule({ family: 6, priority: 7, table: 7700, protocol: 113, from: '2001:db8::/32', mark: 5, markMask: 255 }),
  ];
  fc.assert(
    fc.property(fc.constantFrom(...samples), fc.nat(200), fc.nat(255), (sample, at, value) => {
      const bytes = Buffer.from(sample);
      bytes[at % bytes.length] = value;
      for (const decode of decoders) expect(() => decode(bytes)).not.toThrow();
    }),
    { numRuns: 2000 },
  );
});

test('addresses of the wrong family and devices that are not there are refused by name', () => {
  const given: Route = { family: 4, destination: 'default', table: 1, protocol: 4, metric: 0, gateway: '2001:db8::1' };
  expect(() => encodeRoute(given, devices)).toThrow('2001:db8::1 is not an IPv4 address');
  expect(() => encodeRoute({ ...given, gateway: '192.0.2.1', device: 'wan9' }, devices)).toThrow(
    'there is no network interface wan9',
  );
  expect(() => encodeRoute({ ...given, gateway: '192.0.2.1', destination: '192.0.2.0/33' }, devices)).toThrow(
    'not an IPv4 prefix',
  );
});

test('a change as the line that ip would be given', () => {
  const way = { family: 4 as const, destination: 'default', table: 7700, protocol: 113, metric: 10 };
  expect(commandText({ do: 'replace', route: { ...way, gateway: '192.0.2.1', device: 'wan1' } })).toBe(
    'route replace default via 192.0.2.1 dev wan1 table 7700 proto 113 metric 10 onlink',
  );
  const steer: Rule = { family: 4, priority: 9, table: 7701, protocol: 113, mark: 0x10000, markMask: 0x7f0000 };
  expect(commandText({ do: 'remove', rule: steer })).toBe(
    'rule del priority 9 from all fwmark 0x10000/0x7f0000 lookup 7701 protocol 113',
  );
  expect(commandLine({ do: 'remove', rule: { ...steer, family: 6 } })).toMatch(/^ip -6 rule del priority 9 /);
});
