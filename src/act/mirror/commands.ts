import {
  mirrorRules,
  networkText,
  readPrefix,
  type MirrorDirection,
  type MirrorPolicy,
  type MirrorRule,
} from '../../model/index.ts';

/**
 * Mirroring by `tc` (tc-u32(8), tc-mirred(8)), as commands. All filters of a mirror share one action with a number of our own,
 * whose counters are those of the mirror. u32 can say "everything" too, so that matchall and flower are not needed.
 */

export type Command = readonly string[];

/** Mirrors by `tc` at a time; each has a slot, from which its numbers follow. */
export const maxSlots = 16;
/** What no other program is likely to count up to: "qw" in hexadecimal digits, and the slot. */
const firstActionIndex = 0x7177_0000;
/**
 * Preferences of our filters. They come last, since a filter that matches ends the search: those of others have had their
 * turn. `tc` itself hands out numbers below 49,152.
 */
export const preferences = { spared4: 65_000, spared6: 65_001, ipv4: 65_002, ipv6: 65_003, all: 65_004 } as const;

/** Devices that we make; nothing else may be called so. */
export const devicePattern = /^qwm\d+$/;
const udp = 17;

export interface MirrorSetup {
  slot: number;
  interfaces: readonly string[];
  direction: MirrorDirection;
  /** A tunnel was made for it. */
  tunnel: boolean;
}

export function actionIndex(slot: number): string {
  return String(firstActionIndex + slot);
}

export function tunnelName(slot: number): string {
  return `qwm${slot}`;
}

export function directionsOf(direction: MirrorDirection): readonly ('ingress' | 'egress')[] {
  return direction === 'both' ? ['ingress', 'egress'] : [direction];
}

/** In this order; `newQdiscs` are the interfaces that have no place for filters yet. */
export function setUpCommands(policy: MirrorPolicy, slot: number, newQdiscs: readonly string[]): Command[] {
  const { collector } = policy;
  if (collector.kind === 'ring') return [];
  const device = collector.kind === 'device' ? collector.device : tunnelName(slot);
  const action = ['action', 'mirred', 'index', actionIndex(slot)];
  const filters = [
    ...(collector.kind === 'vxlan' ? [sparing(collector.address)] : []),
    ...mirrorRules(policy).map((rule) => [...matching(rule), ...action]),
  ];
  return [
    ...(collector.kind === 'vxlan' ? tunnelCommands(device, collector) : []),
    ['tc', 'actions', 'add', 'action', 'mirred', 'egress', 'mirror', 'dev', device, 'index', actionIndex(slot)],
    ...newQdiscs.map((name) => ['tc', 'qdisc', 'add', 'dev', name, 'clsact']),
    ...policy.interfaces.flatMap((name) =>
      directionsOf(policy.direction).flatMap((way) =>
        filters.map((filter) => ['tc', 'filter', 'add', 'dev', name, way, ...filter]),
      ),
    ),
  ];
}

/** Takes back all of it, also where only some of it was done: what is not there is passed over by whoever runs this. */
export function removalCommands({ slot, interfaces, direction, tunnel }: MirrorSetup): Command[] {
  return [
    ...interfaces.flatMap((name) =>
      directionsOf(direction).flatMap((way) =>
        Object.values(preferences).map((preference) => [
          'tc',
          'filter',
          'del',
          'dev',
          name,
          way,
          'pref',
          String(preference),
        ]),
      ),
    ),
    ['tc', 'actions', 'del', 'action', 'mirred', 'index', actionIndex(slot)],
    ...(tunnel ? [['ip', 'link', 'del', 'dev', tunnelName(slot)]] : []),
  ];
}

function tunnelCommands(
  device: string,
  { address, port, vni }: MirrorPolicy['collector'] & { kind: 'vxlan' },
): Command[] {
  return [
    [
      'ip',
      'link',
      'add',
      device,
      'type',
      'vxlan',
      'id',
      String(vni),
      'remote',
      address,
      'dstport',
      String(port),
      'nolearning',
    ],
    // Without IPv6 it says nothing of its own; a kernel that has none is fine too.
    ['sysctl', '-qe', '-w', `net.ipv6.conf.${device}.disable_ipv6=1`],
    ['ip', 'link', 'set', 'dev', device, 'up'],
  ];
}

/**
 * The tunnel's own packets may leave by an interface that is mirrored, and each copy would be copied again: no UDP to the
 * collector is. Not by port: later fragments have none. A filter without action ends the search.
 */
function sparing(address: string): string[] {
  const destination = readPrefix(address);
  const rule = { protocol: udp, ...(destination && { destination }) };
  const sent =
    destination?.family === 6
      ? [...head(preferences.spared6, 'ipv6'), ...matches('ip6', rule)]
      : [...head(preferences.spared4, 'ip'), ...matches('ip', rule)];
  return [...sent, 'flowid', '1:1'];
}

function matching(rule: MirrorRule): string[] {
  if (rule.family === undefined) return [...head(preferences.all, 'all'), 'match', 'u32', '0', '0'];
  const isIpv4 = rule.family === 4;
  const found = matches(isIpv4 ? 'ip' : 'ip6', rule);
  const family = isIpv4 ? head(preferences.ipv4, 'ip') : head(preferences.ipv6, 'ipv6');
  return [...family, ...(found.length > 0 ? found : ['match', 'u32', '0', '0'])];
}

function head(preference: number, protocol: string): string[] {
  return ['pref', String(preference), 'protocol', protocol, 'u32'];
}

function matches(family: 'ip' | 'ip6', { source, destination, protocol }: MirrorRule): string[] {
  const words: string[] = [];
  if (source && source.bits > 0) words.push('match', family, 'src', networkText(source));
  if (destination && destination.bits > 0) words.push('match', family, 'dst', networkText(destination));
  if (protocol !== undefined) words.push('match', family, 'protocol', String(protocol), '0xff');
  return words;
}
