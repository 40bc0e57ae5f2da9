import {
  gatewayOf,
  type IpFamily,
  type TrafficClass,
  type UplinkOrder,
  type UplinkSettings,
} from '../../model/index.ts';
import type { Route, Rule } from '../../platform/index.ts';
import { viaOf } from './gateways.ts';
import { ownProtocol, type Numbers } from './numbers.ts';
import { metricOf } from './wanted.ts';

/** Better than any uplink's own metric. */
const preferredMetric = 1;

/** Routes of the classes that have an uplink of their own: by that one while it serves, otherwise as all others. */
export function classRoutes(
  uplinks: readonly UplinkSettings[],
  { family, serving }: UplinkOrder,
  classes: readonly TrafficClass[],
  numbers: Numbers,
): Route[] {
  return classes.flatMap(({ uplink: preferred }, place) => {
    if (preferred === undefined) return [];
    const base = { family, destination: 'default', table: numbers.classTable(place), protocol: ownProtocol };
    return uplinks.flatMap((uplink, at): Route[] => {
      const { name, device } = uplink;
      const gateway = gatewayOf(uplink, family);
      if (gateway === undefined || !serving.includes(name)) return [];
      const metric = name === preferred ? preferredMetric : metricOf(uplinks, at);
      return [{ ...base, metric, ...viaOf(gateway), device }];
    });
  });
}

/** The rules that lead those classes to their tables. */
export function classRules(family: IpFamily, classes: readonly TrafficClass[], numbers: Numbers): Rule[] {
  return classes.flatMap(({ uplink }, place): Rule[] => {
    if (uplink === undefined) return [];
    const mark = numbers.classMark(place);
    const table = numbers.classTable(place);
    const priority = numbers.rules.mark;
    return [{ family, protocol: ownProtocol, priority, mark, markMask: numbers.uplinkMask, table }];
  });
}

/** Uplinks that carry something and won't any more: their connections that may move are moved. */
export function formerUplinks(
  before: UplinkOrder | undefined,
  { serving, leaving }: UplinkOrder,
  mode: 'failover' | 'balance',
  classes: readonly TrafficClass[],
): Set<string> {
  const former = new Set(leaving);
  const first = (names: readonly string[], preferred?: string) =>
    preferred !== undefined && names.includes(preferred) ? preferred : names[0];
  const scopes = [...(mode === 'failover' ? [undefined] : []), ...classes.flatMap(({ uplink }) => uplink ?? [])];
  for (const scope of scopes) {
    const was = before && first(before.serving, scope);
    if (was !== undefined && was !== first(serving, scope)) former.add(was);
  }
  return former;
}

/** What a packet of the class looks like to nftables, on its way out or on its way back; several lines mean "or". */
export function matchOf(one: TrafficClass, way: 'out' | 'back'): string[] {
  const [side, device, port] = way === 'out' ? ['saddr', 'iifname', 'dport'] : ['daddr', 'oifname', 'sport'];
  const start = one.device ? [`${device} { ${one.device.map((name) => `"${name}"`).join(', ')} }`] : [];
  const end: string[] = [];
  if (one.protocol !== undefined || one.ports) {
    end.push(`meta l4proto ${one.protocol ?? '{ tcp, udp }'}`);
    if (one.ports) end.push(`th ${port} { ${one.ports.join(', ')} }`);
  }
  if (!one.from && !one.dscp) return [[...start, ...end].join(' ')];
  return ([4, 6] as const).flatMap((family) => {
    const mine = one.from?.filter((prefix) => prefix.includes(':') === (family === 6));
    if (mine?.length === 0) return [];
    const header = family === 4 ? 'ip' : 'ip6';
    const middle = mine ? [`${header} ${side} { ${mine.join(', ')} }`] : [];
    if (one.dscp) middle.push(`${header} dscp { ${one.dscp.join(', ')} }`);
    return [[...start, ...middle, ...end].join(' ')];
  });
}
