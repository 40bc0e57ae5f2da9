import type { TrafficClass, UplinkSettings } from '../../model/index.ts';
import { matchOf } from './classes.ts';
import { thinChain } from './degrader.ts';
import { ownTable, type Numbers } from './numbers.ts';
import { replayCopyBytes, replayPrefix } from './replayer.ts';

export interface RulesetOptions {
  /** The group of the packet log to which copies of what starts something go; none without. */
  replayGroup?: number;
  classes?: readonly TrafficClass[];
}

/** More copies a second than this, of each kind and uplink, are a flood: they would cost more than they save. */
const copiesASecond = 2000;
const starts = ['icmp type echo-request', 'icmpv6 type echo-request', 'udp dport 53', 'tcp flags & (syn | ack) == syn'];

/** One transaction that makes our table anew, whatever was in it. */
export function ruleset(
  uplinks: readonly UplinkSettings[],
  numbers: Numbers,
  { replayGroup, classes = [] }: RulesetOptions = {},
): string {
  const devices = uplinks.map(({ device }) => quoted(device)).join(', ');
  const keep = hex(~numbers.allBits >>> 0);
  const set = (what: string, mark: number) => `${what} mark set ${what} mark & ${keep} | ${hex(mark)}`;
  const each = (line: (device: string, mark: number) => string[]) =>
    uplinks.flatMap(({ device }, place) => line(quoted(device), numbers.uplinkMark(place)));
  const remember = (match: string, mark: number) => [
    `${match} meta l4proto tcp ${set('ct', mark)}`,
    `${match} meta l4proto != tcp ${set('ct', (mark | numbers.movableBit) >>> 0)}`,
  ];
  const mask = hex(numbers.uplinkMask);
  const copies =
    replayGroup === undefined
      ? ''
      : `
  chain copying {
    type filter hook forward priority filter + 10; policy accept;
    ct status & dnat != 0 accept
    ${uplinks.flatMap(({ device }, place) => starts.map((start) => copying(device, start, place, replayGroup))).join('\n    ')}
  }`;
  const steered = classes.flatMap((one, place) =>
    matchOf(one, 'out').map((match) =>
      one.uplink === undefined ? `${match} return` : `${match} ${set('meta', numbers.classMark(place))} return`,
    ),
  );
  const choosing = steered.length === 0 ? '' : `\n  chain choosing {\n    ${steered.join('\n    ')}\n  }`;
  const thin = uplinks.some((uplink) => uplink.thin)
    ? `\n  chain ${thinChain} {\n    type filter hook forward priority filter + 5; policy accept;\n  }`
    : '';
  return `${removal()}
table inet ${ownTable} {
  comment "uplinks: made and removed by quorumwatch"${choosing}
  chain arriving {
    type filter hook prerouting priority mangle - 1; policy accept;
    ${each((device, mark) => remember(`iifname ${device} ct state new`, mark)).join('\n    ')}
  }
  chain staying {
    type filter hook prerouting priority mangle; policy accept;
    iifname { ${devices} } accept${choosing && '\n    jump choosing'}
    ${each((_device, mark) => [`ct mark & ${mask} == ${hex(mark)} ${set('meta', mark)}`]).join('\n    ')}
  }
  chain leaving {
    type filter hook postrouting priority srcnat + 60; policy accept;
    ${each((device, mark) => remember(`oifname ${device}`, mark)).join('\n    ')}
  }
  chain telling {
    type filter hook output priority raw; policy accept;
    meta mark & ${mask} == ${hex(numbers.pokeMark)} notrack
  }${thin}${copies}
}
`;
}

/** After the firewall's own chains, so that only what it lets through is kept; the hop limit is lowered already. */
function copying(device: string, start: string, place: number, group: number): string {
  const rate = `limit rate ${copiesASecond}/second burst ${copiesASecond} packets`;
  const log = `log prefix "${replayPrefix}${place}" group ${group} snaplen ${replayCopyBytes}`;
  return `oifname ${quoted(device)} ${start} ${rate} ${log}`;
}

/** A transaction that removes our table, and is fine when there is none. */
export function removal(): string {
  return `table inet ${ownTable}\ndelete table inet ${ownTable}\n`;
}

const hex = (value: number) => `0x${value.toString(16).padStart(8, '0')}`;
/** Names of devices hold no quotes: the kernel allows them, the configuration does too, nft does not. */
const quoted = (device: string) => `"${device.replaceAll('"', '')}"`;
