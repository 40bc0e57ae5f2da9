import { gatewayFamily, isAutomatic, type IpFamily, type UplinkSettings } from '../../model/index.ts';
import type { KernelNetwork, Route } from '../../platform/index.ts';

const mainTable = 254;
/** In the place of a gateway: the device itself leads on, as point-to-point links do. */
const direct: Readonly<Record<IpFamily, string>> = { 4: '0.0.0.0', 6: '::' };

/** How a route names its way: without a gateway where the device leads on by itself. */
export function viaOf(gateway: string): { gateway?: string } {
  return gateway === direct[4] || gateway === direct[6] ? {} : { gateway };
}

/**
 * The uplinks with what stands for `gateway: auto` now: the gateway of the best default route that the main table has
 * on that device, by DHCP or PPP. Without one the former stays, as long as its device does: a client that renews its
 * lease takes the route away for a moment.
 */
export function followGateways(
  uplinks: readonly UplinkSettings[],
  network: Pick<KernelNetwork, 'routes'>,
  devices: ReadonlySet<string>,
  former: readonly UplinkSettings[],
): UplinkSettings[] {
  const families = ([4, 6] as const).filter((family) =>
    uplinks.some(({ gateways }) => gateways.some((one) => isAutomatic(one) && gatewayFamily(one) === family)),
  );
  const defaults = families.flatMap((family) =>
    network
      .routes(family, mainTable)
      .filter(({ destination, kind }) => destination === 'default' && kind === undefined)
      .toSorted((a, b) => a.metric - b.metric),
  );
  return uplinks.map((uplink, place) => {
    const gateways = uplink.gateways.flatMap((gateway) => {
      if (!isAutomatic(gateway)) return gateway;
      const family = gatewayFamily(gateway);
      const before = former[place]?.gateways.find((one) => gatewayFamily(one) === family && !isAutomatic(one));
      const found = gatewayAmong(defaults, family, uplink.device, before);
      return found ?? (devices.has(uplink.device) ? before : undefined) ?? [];
    });
    return { ...uplink, gateways };
  });
}

/** Of several equally good ones the former stays, so that nothing goes back and forth. */
function gatewayAmong(
  defaults: readonly Route[],
  family: IpFamily,
  device: string,
  before: string | undefined,
): string | undefined {
  const ways = defaults
    .filter((route) => route.family === family)
    .flatMap((route) =>
      [route, ...(route.hops ?? [])]
        .filter((one) => one.device === device)
        .map((one) => ({ metric: route.metric, gateway: one.gateway ?? direct[family] })),
    );
  const best = ways.filter(({ metric }) => metric === ways[0]?.metric).map(({ gateway }) => gateway);
  return before !== undefined && best.includes(before) ? before : best[0];
}
