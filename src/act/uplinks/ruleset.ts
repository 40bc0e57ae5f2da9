import type { UplinkSettings } from '../../model/index.ts';
import { ownTable, type Numbers } from './numbers.ts';

/** One transaction that makes our table anew, whatever was in it. */
export function ruleset(uplinks: readonly UplinkSettings[], numbers: Numbers): string {
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
  return `${removal()}
table inet ${ownTable} {
  comment "uplinks: made and removed by quorumwatch"
  chain arriving {
    type filter hook prerouting priority mangle - 1; policy accept;
    ${each((device, mark) => remember(`iifname ${device} ct state new`, mark)).join('\n    ')}
  }
  chain staying {
    type filter hook prerouting priority mangle; policy accept;
    iifname { ${devices} } accept
    ${each((_device, mark) => [`ct mark & ${mask} == ${hex(mark)} ${set('meta', mark)}`]).join('\n    ')}
  }
  chain leaving {
    type filter hook postrouting priority srcnat + 60; policy accept;
    ${each((device, mark) => remember(`oifname ${device}`, mark)).join('\n    ')}
  }
  chain telling {
    type filter hook output priority raw; policy accept;
    meta mark & ${mask} == ${hex(numbers.pokeMark)} notrack
  }
}
`;
}

/** A transaction that removes our table, and is fine when there is none. */
export function removal(): string {
  return `table inet ${ownTable}\ndelete table inet ${ownTable}\n`;
}

const hex = (value: number) => `0x${value.toString(16).padStart(8, '0')}`;
/** Names of devices hold no quotes: the kernel allows them, the configuration does too, nft does not. */
const quoted = (device: string) => `"${device.replaceAll('"', '')}"`;
