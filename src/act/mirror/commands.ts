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
export const preferences = {
  spared4: 65_000,
  spared6: 65_001,
  ipv4: 65_002,
  ipv6: 65_003,
  all: 65_004,
  sparedTagged: 65_005,
  tagged: 65_006,
  sparedProvider: 65_007,
  provider: 65_008,
} as const;
/**
 * Frames with a tag of IEEE 802.1Q, or with one of a provider (802.1ad), are frames of that protocol to `tc`, but to u32
 * they begin behind it: the kernel has taken the outermost tag off.
 */
const tagTypes = [
  { protocol: '802.1Q', spared: preferences.sparedTagged, matched: preferences.tagged },
  { protocol: '802.1ad', spared: preferences.sparedProvider, matched: preferences.provider },
] as const;

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

/**
 * In this order; `newQdiscs` are the interfaces that have no place for filters yet, `collectors` the addresses that tunnels
 * of other mirrors of the cluster lead to.
 */
export function setUpCommands(
  policy: MirrorPolicy,
  slot: number,
  newQdiscs: readonly string[],
  collectors: readonly string[] = [],
): Command[] {
  const { collector } = policy;
  if (collector.kind === 'ring') return [];
  const device = collector.kind === 'device' ? collector.device : tunnelName(slot);
  const action = ['action', 'mirred', 'index', actionIndex(slot)];
  const filters = [
    ...[...new Set([...(collector.kind === 'vxlan' ? [collector.address] : []), ...collectors])].flatMap(sparing),
    ...mirrorRules(policy).flatMap((rule) => matching(rule).map((words) => [...words, ...action])),
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

/** The same by nobody who could try again: the kernel lets go of an action a moment after its filters. */
export function willCommands(setup: MirrorSetup): Command[] {
  return removalCommands(setup).flatMap((command) =>
    command[1] === 'actions' ? [['sleep', '1'], command] : [command],
  );
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
 * collector is. Nor is UDP to collectors of other mirrors: two that copy each other's copies would never end, and of any
 * circle the one that begins last knows all the others. Not by port: later fragments have none. A filter without action
 * ends the search.
 */
function sparing(address: string): string[][] {
  const destination = readPrefix(address);
  const family = destination?.family ?? 4;
  const rule = { family, protocol: udp, ...(destination && { destination }) };
  const untagged = family === 6 ? head(preferences.spared6, 'ipv6') : head(preferences.spared4, 'ip');
  return [
    [...untagged, ...matches(rule), 'flowid', '1:1'],
    ...tagTypes.map(({ spared, protocol }) => [
      ...head(spared, protocol),
      ...versionOf(family),
      ...matches(rule),
      'flowid',
      '1:1',
    ]),
  ];
}

function matching(rule: MirrorRule): string[][] {
  const everything = ['match', 'u32', '0', '0'];
  const { family } = rule;
  if (family === undefined) return [[...head(preferences.all, 'all'), ...everything]];
  const found = matches(rule);
  const untagged = family === 4 ? head(preferences.ipv4, 'ip') : head(preferences.ipv6, 'ipv6');
  return [
    [...untagged, ...(found.length > 0 ? found : everything)],
    ...tagTypes.map(({ matched, protocol }) => [...head(matched, protocol), ...versionOf(family), ...found]),
  ];
}

/** Behind a tag `tc` does not tell one from the other: the first four bits do. */
function versionOf(family: 4 | 6): string[] {
  return ['match', 'u8', family === 4 ? '0x40' : '0x60', '0xf0', 'at', '0'];
}

function head(preference: number, protocol: string): string[] {
  return ['pref', String(preference), 'protocol', protocol, 'u32'];
}

function matches({ family: version, source, destination, protocol }: MirrorRule): string[] {
  const family = version === 6 ? 'ip6' : 'ip';
  const words: string[] = [];
  if (source && source.bits > 0) words.push('match', family, 'src', networkText(source));
  if (destination && destination.bits > 0) words.push('match', family, 'dst', networkText(destination));
  if (protocol !== undefined) words.push('match', family, 'protocol', String(protocol), '0xff');
  return words;
}
