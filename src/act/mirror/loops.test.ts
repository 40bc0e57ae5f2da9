import { expect, test } from 'vitest';
import { QwError, type MirrorPolicy } from '../../model/index.ts';
import { setUpCommands } from './commands.ts';
import { refuseLoops, type Active, type LinkFacts } from './loops.ts';

const policy: MirrorPolicy = {
  watcher: 'w1',
  interfaces: ['eth0'],
  networks: ['192.0.2.0/24'],
  tags: [],
  peers: [],
  protocols: ['tcp'],
  direction: 'both',
  collector: { kind: 'device', device: 'span0' },
  durationMs: 60_000,
  keepMs: 0,
  purpose: 'test',
};
const ring = { kind: 'ring', sizeBytes: 1, snapBytes: 96 } as const;

function outcome(given: Partial<MirrorPolicy>, links: readonly LinkFacts[], active: readonly Active[] = []): unknown {
  const known = new Map(links.map((facts) => [facts.device, facts]));
  try {
    refuseLoops({ ...policy, ...given }, known, active);
  } catch (thrown) {
    return thrown instanceof QwError ? (thrown.facts['loop'] ?? thrown.code) : thrown;
  }
  return 'fine';
}
const up = (device: string, rest: Partial<LinkFacts> = {}): LinkFacts => ({ device, up: true, ...rest });

test.each<[string, unknown, Partial<MirrorPolicy>, LinkFacts[], Active[]?]>([
  ['two interfaces that have nothing to do with each other', 'fine', {}, [up('eth0'), up('span0')]],
  ['the other end of a veth', 'eth0', {}, [up('eth0', { link: 'span0' }), up('span0', { link: 'eth0' })]],
  ['a VLAN upon what is mirrored', 'eth0', {}, [up('eth0'), up('span0', { link: 'eth0' })]],
  [
    'a macvlan upon a VLAN upon it',
    'eth0',
    {},
    [up('eth0'), up('span0', { link: 'eth0.7' }), up('eth0.7', { link: 'eth0' })],
  ],
  ['a bridge whose port is mirrored', 'eth0', {}, [up('eth0', { master: 'span0' }), up('span0')]],
  ['a port of the bridge that is mirrored', 'fine', {}, [up('eth0'), up('span0', { master: 'eth0' })]],
  ['a device of another mirror', 'span0', {}, [up('eth0'), up('span0')], [{ interfaces: ['span0'], collector: ring }]],
  [
    'what collects for another mirror',
    'eth0',
    {},
    [up('eth0'), up('span0')],
    [{ interfaces: ['eth1'], collector: { kind: 'device', device: 'eth0' } }],
  ],
  [
    'a capture of what collects for another mirror',
    'eth0',
    { collector: ring },
    [up('eth0')],
    [{ interfaces: ['eth1'], collector: { kind: 'device', device: 'eth0' } }],
  ],
  ['a tunnel of ours', 'qwm3', { interfaces: ['qwm3'] }, [up('qwm3'), up('span0')]],
  [
    'a tunnel of ours that is to collect',
    'qwm3',
    { collector: { kind: 'device', device: 'qwm3' } },
    [up('eth0'), up('qwm3')],
  ],
  ['an interface that is not there', 'NOT_FOUND', {}, [up('span0')]],
  ['a collector that is not there', 'NOT_FOUND', {}, [up('eth0')]],
  ['a collector that is down', 'CONFLICT', {}, [up('eth0'), { device: 'span0', up: false }]],
  [
    'an interface that is mirrored already',
    'CONFLICT',
    {},
    [up('eth0'), up('span0')],
    [{ interfaces: ['eth0'], collector: { kind: 'device', device: 'eth2' } }],
  ],
  [
    'a capture besides a mirror',
    'fine',
    { collector: ring },
    [up('eth0')],
    [{ interfaces: ['eth0'], collector: { kind: 'device', device: 'eth2' } }],
  ],
])('%s: %s', (_what, expected, given, links, active = []) => {
  expect(outcome(given, links, active)).toBe(expected);
});

test('a tunnel spares its own packets before anything is matched', () => {
  const collector = { kind: 'vxlan', address: '2001:db8::5', port: 4789, vni: 7 } as const;
  const lines = setUpCommands({ ...policy, collector, direction: 'egress' }, 2, ['eth0']).map((words) =>
    words.join(' '),
  );
  const [to, either] = ['match ip6 dst 2001:db8::5/128', 'match ip6 protocol 17 0xff flowid 1:1'];
  const [from, back] = ['match ip src 192.0.2.0/24', 'match ip dst 192.0.2.0/24'].map(
    (words) => `${words} match ip protocol 6 0xff action mirred index 1903624194`,
  );
  expect(lines).toEqual([
    'ip link add qwm2 type vxlan id 7 remote 2001:db8::5 dstport 4789 nolearning',
    'sysctl -qe -w net.ipv6.conf.qwm2.disable_ipv6=1',
    'ip link set dev qwm2 up',
    'tc actions add action mirred egress mirror dev qwm2 index 1903624194',
    'tc qdisc add dev eth0 clsact',
    `tc filter add dev eth0 egress pref 65001 protocol ipv6 u32 ${to} ${either}`,
    `tc filter add dev eth0 egress pref 65005 protocol 802.1Q u32 match u8 0x60 0xf0 at 0 ${to} ${either}`,
    `tc filter add dev eth0 egress pref 65007 protocol 802.1ad u32 match u8 0x60 0xf0 at 0 ${to} ${either}`,
    `tc filter add dev eth0 egress pref 65002 protocol ip u32 ${from}`,
    `tc filter add dev eth0 egress pref 65006 protocol 802.1Q u32 match u8 0x40 0xf0 at 0 ${from}`,
    `tc filter add dev eth0 egress pref 65008 protocol 802.1ad u32 match u8 0x40 0xf0 at 0 ${from}`,
    `tc filter add dev eth0 egress pref 65002 protocol ip u32 ${back}`,
    `tc filter add dev eth0 egress pref 65006 protocol 802.1Q u32 match u8 0x40 0xf0 at 0 ${back}`,
    `tc filter add dev eth0 egress pref 65008 protocol 802.1ad u32 match u8 0x40 0xf0 at 0 ${back}`,
  ]);
});

test('what goes to collectors of other mirrors is spared too, each once', () => {
  const collector = { kind: 'vxlan', address: '192.0.2.5', port: 4789, vni: 7 } as const;
  const spared = setUpCommands({ ...policy, collector, direction: 'egress' }, 2, [], ['192.0.2.5', '192.0.2.6'])
    .map((words) => words.join(' '))
    .filter((line) => line.includes('pref 65000'));
  expect(spared.map((line) => /dst (\S+)/.exec(line)?.[1])).toEqual(['192.0.2.5/32', '192.0.2.6/32']);
});
