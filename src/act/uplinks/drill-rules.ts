import type { FailoverSettings, Milliseconds, UplinkSettings } from '../../model/index.ts';
import { numbersOf, ownTable } from './numbers.ts';

const drillTable = `${ownTable}_drill`;

/**
 * Fails an uplink: no answer to a probe and no answer to a client arrives by it any more. Answers are dropped and not
 * questions, because who sends a packet is told when it is dropped here. The kernel itself ends it after the time, even
 * if nobody is left who could; what this machine talks about with others by the uplink goes on.
 */
export function drillRules(
  uplinks: readonly UplinkSettings[],
  failover: FailoverSettings,
  name: string,
  forMs: Milliseconds,
): string {
  const place = uplinks.findIndex((uplink) => uplink.name === name);
  const numbers = numbersOf(failover);
  const { device = '', anchors = [] } = uplinks[place] ?? {};
  const of = (family: 4 | 6) => [
    ...new Set(anchors.filter((one) => one.family === family).map(({ address }) => address)),
  ];
  const probes = ([4, 6] as const).flatMap((family) =>
    of(family).length === 0
      ? []
      : `iifname @failing ${family === 4 ? 'ip' : 'ip6'} saddr { ${of(family).join(', ')} } counter drop`,
  );
  return `${drillRemoval()}
table inet ${drillTable} {
  comment "a drill of an uplink: made and removed by quorumwatch"
  set failing {
    type ifname
    flags timeout
    elements = { "${device.replaceAll('"', '')}" timeout ${Math.round(forMs)}ms }
  }
  chain probes {
    type filter hook input priority filter - 10; policy accept;
    ${probes.join('\n    ')}
  }
  chain traffic {
    type filter hook forward priority filter - 10; policy accept;
    iifname @failing ct mark & ${numbers.uplinkMask} == ${numbers.uplinkMark(place)} counter drop
  }
}
`;
}

/** A transaction that removes the table, and is fine when there is none. */
export function drillRemoval(): string {
  return `table inet ${drillTable}\ndelete table inet ${drillTable}\n`;
}
