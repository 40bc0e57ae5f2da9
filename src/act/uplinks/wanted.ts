import {
  gatewayOf,
  type FailoverSettings,
  type IpFamily,
  type UplinkOrder,
  type UplinkSettings,
} from '../../model/index.ts';
import type { KernelNetwork, Route, Rule } from '../../platform/index.ts';
import { viaOf } from './gateways.ts';
import { ownProtocol, type Numbers } from './numbers.ts';

/** What the kernel should hold for us, in one address family. */
export interface Wanted {
  routes: Route[];
  rules: Rule[];
}

const mainTable = 254;
const metricStep = 10;

/** Routes of new connections: best first by metric, so that the kernel itself passes over one without carrier. */
export function trafficRoutes(
  uplinks: readonly UplinkSettings[],
  { family, serving }: UplinkOrder,
  { mode }: Pick<FailoverSettings, 'mode'>,
  numbers: Numbers,
): Route[] {
  const base = { family, destination: 'default', table: numbers.trafficTable, protocol: ownProtocol };
  const ways = uplinks.flatMap((uplink, place) => {
    const gateway = gatewayOf(uplink, family);
    const { device, weight } = uplink;
    return gateway !== undefined && serving.includes(uplink.name) ? [{ ...viaOf(gateway), device, weight, place }] : [];
  });
  if (mode === 'balance' && ways.length > 1)
    return [{ ...base, metric: metricStep, hops: ways.map(({ place: _place, ...hop }) => hop) }];
  return ways.map(({ weight: _weight, place, ...way }) => ({ ...base, metric: metricOf(uplinks, place), ...way }));
}

/** By priority, and always the same for an uplink, so that each switch adds or removes routes and renumbers none. */
export function metricOf(uplinks: readonly UplinkSettings[], place: number): number {
  const mine = uplinks[place]?.priority ?? 0;
  return metricStep * (1 + uplinks.filter(({ priority }) => priority < mine).length);
}

/** The frame in which switches happen: a table for each uplink, and the rules that lead to the tables. */
export function wantedFrame(
  uplinks: readonly UplinkSettings[],
  family: IpFamily,
  addresses: ReturnType<KernelNetwork['addresses']>,
  numbers: Numbers,
): Wanted {
  const rule = { family, protocol: ownProtocol };
  const { rules: priorities } = numbers;
  const routes: Route[] = [];
  const rules: Rule[] = [];
  uplinks.forEach((uplink, place) => {
    const gateway = gatewayOf(uplink, family);
    if (gateway === undefined) return;
    const table = numbers.uplinkTable(place);
    const { device } = uplink;
    const way = { ...viaOf(gateway), device };
    routes.push({ family, destination: 'default', table, protocol: ownProtocol, metric: metricStep, ...way });
    rules.push({ ...rule, priority: priorities.device, outgoing: device, table });
    // What left by an uplink under its address comes back under it: sockets of this machine keep their way.
    for (const address of addresses) {
      if (address.family !== family || address.device !== device || address.address.startsWith('fe80:')) continue;
      const from = `${address.address}/${family === 4 ? 32 : 128}`;
      rules.push({ ...rule, priority: priorities.address, from, table });
    }
    const mark = numbers.uplinkMark(place);
    rules.push({ ...rule, priority: priorities.mark, mark, markMask: numbers.uplinkMask, table });
  });
  if (routes.length === 0) return { routes, rules };
  // Everything but the default route of the main table goes before ours: the office, tunnels, other sites.
  rules.push({ ...rule, priority: priorities.specific, table: mainTable, suppressPrefixLength: 0 });
  rules.push({ ...rule, priority: priorities.traffic, table: numbers.trafficTable });
  return { routes, rules };
}

/** Ours among what the kernel has: by table and by who made it. */
export function ownedBy(numbers: Numbers, uplinkCount: number, classCount: number) {
  const { specific, traffic } = numbers.rules;
  const tables = new Set(numbers.tables(uplinkCount, classCount));
  const ourTable = (table: number) => tables.has(table);
  return {
    table: ourTable,
    route: (route: Route) => ourTable(route.table) && route.protocol === ownProtocol,
    rule: (one: Rule) => one.protocol === ownProtocol && one.priority >= specific && one.priority <= traffic,
  };
}
