import { isDeepStrictEqual } from 'node:util';
import {
  gatewayOf,
  isAutomatic,
  type FailoverSettings,
  type IpFamily,
  type UplinkOrder,
  type UplinkSettings,
} from '../../model/index.ts';
import {
  commandLine,
  type KernelNetwork,
  type NetworkChange,
  type NetworkEvent,
  type Route,
} from '../../platform/index.ts';
import { classRoutes, classRules } from './classes.ts';
import { difference } from './difference.ts';
import { followGateways } from './gateways.ts';
import { numbersOf } from './numbers.ts';
import { ownedBy, trafficRoutes, wantedFrame, type Wanted } from './wanted.ts';

const mainTable = 254;

/** What the kernel should hold for an order, what it holds, and the way from one to the other. */
export class KernelRouting {
  readonly families: readonly IpFamily[];
  readonly #configured: readonly UplinkSettings[];
  readonly #failover: FailoverSettings;
  readonly #network: KernelNetwork;
  readonly #numbers: ReturnType<typeof numbersOf>;
  readonly #owned: ReturnType<typeof ownedBy>;
  /** With gateways in the place of `auto`, as last read. */
  #uplinks: readonly UplinkSettings[] = [];
  /** Devices that are switched on, as last read: a switch must not wait for reading. */
  #on: ReadonlySet<string> = new Set();
  readonly #lastWanted = new Map<IpFamily, Wanted>();

  constructor(uplinks: readonly UplinkSettings[], failover: FailoverSettings, network: KernelNetwork) {
    this.#configured = uplinks;
    this.#failover = failover;
    this.#network = network;
    this.#numbers = numbersOf(failover);
    this.#owned = ownedBy(this.#numbers, uplinks.length, failover.classes.length);
    this.families = ([4, 6] as const).filter((family) =>
      uplinks.some((uplink) => gatewayOf(uplink, family) !== undefined),
    );
  }

  /**
   * What differs from what is wanted; reads everything anew. `followed`: what is wanted has changed itself since it was
   * last looked at, by a device, an address or a gateway that came or went.
   */
  inspect(family: IpFamily, order: UplinkOrder | undefined): { changes: NetworkChange[]; followed: boolean } {
    const wanted = this.#wanted(family, order);
    const followed = !isDeepStrictEqual(wanted, this.#lastWanted.get(family));
    this.#lastWanted.set(family, wanted);
    return { changes: difference(this.#present(family), wanted), followed };
  }

  /** Changes what differs, and says what the kernel refused or still has otherwise. */
  converge(family: IpFamily, order: UplinkOrder | undefined): { commands: string[]; problems: string[] } {
    const { changes } = this.inspect(family, order);
    const problems = this.apply(changes);
    const rest = this.#failover['dry-run'] ? [] : this.inspect(family, order).changes;
    const notDone = rest.map((change) => `not as wanted: ${commandLine(change)}`);
    return { commands: changes.map(commandLine), problems: [...problems, ...notDone] };
  }

  /** From what is known to be there, so that nothing is read before a switch; reading back finds what differs. */
  changes(from: UplinkOrder | undefined, to: UplinkOrder): NetworkChange[] {
    const routes = (order: UplinkOrder | undefined) => (order ? this.#withLink(this.#traffic(order)) : []);
    return difference({ routes: routes(from), rules: [] }, { routes: routes(to), rules: [] });
  }

  /** Routes of a new order as they would be with that metric, which no other has. */
  rehearsal(order: UplinkOrder, metric: number): NetworkChange[] {
    const routes = this.#withLink(trafficRoutes(this.#uplinks, order, this.#failover, this.#numbers));
    return difference({ routes: routes.map((route) => ({ ...route, metric })), rules: [] }, { routes: [], rules: [] });
  }

  /** What the kernel refused, in sentences. */
  apply(changes: readonly NetworkChange[]): string[] {
    if (this.#failover['dry-run'] || changes.length === 0) return [];
    const outcomes = this.#network.apply(changes);
    return changes.flatMap((change, place) => {
      const refusal = outcomes[place];
      // The kernel takes routes away with their device; reading back tells whether it did.
      if (change.do === 'remove' && ['ESRCH', 'ENODEV'].includes(refusal?.code ?? '')) return [];
      return refusal ? `${commandLine(change)}: ${refusal.text}` : [];
    });
  }

  /** Whether an event of the kernel may mean that something is not as wanted. */
  concerns(event: NetworkEvent): boolean {
    if (event.kind === 'lost') return true;
    if (event.kind === 'route') return this.#owned.table(event.route.table) || this.#leadsGateways(event.route);
    const { specific } = this.#numbers.rules;
    if (event.kind === 'rule') return event.rule.priority >= specific && this.#owned.rule(event.rule);
    // Addresses have rules, and a device that is switched on again has lost its routes.
    const { device } = event.kind === 'link' ? event.link : event.address;
    return this.#configured.some((uplink) => uplink.device === device);
  }

  /** A default route from which gateways are taken. */
  #leadsGateways({ table, destination }: Route): boolean {
    if (table !== mainTable || destination !== 'default') return false;
    return this.#configured.some(({ gateways }) => gateways.some(isAutomatic));
  }

  #wanted(family: IpFamily, order: UplinkOrder | undefined): Wanted {
    const links = this.#network.links();
    const devices = new Set(links.map(({ device }) => device));
    this.#on = new Set(links.flatMap(({ up, device }) => (up ? device : [])));
    this.#uplinks = followGateways(this.#configured, this.#network, devices, this.#uplinks);
    const frame = wantedFrame(this.#uplinks, family, this.#network.addresses(), this.#numbers);
    const { classes } = this.#failover;
    const rules = frame.rules.length > 0 ? classRules(family, classes, this.#numbers) : [];
    const traffic = order ? this.#traffic(order) : [];
    return { rules: [...frame.rules, ...rules], routes: this.#withLink([...frame.routes, ...traffic]) };
  }

  #traffic(order: UplinkOrder): Route[] {
    return [
      ...trafficRoutes(this.#uplinks, order, this.#failover, this.#numbers),
      ...classRoutes(this.#uplinks, order, this.#failover.classes, this.#numbers),
    ];
  }

  /** The kernel takes no route over a device that is switched off; it comes back with the device. */
  #withLink(routes: readonly Route[]): Route[] {
    const usable = (device: string) => this.#on.has(device);
    return routes.flatMap((route) => {
      if (!route.hops) return route.device === undefined || usable(route.device) ? route : [];
      const hops = route.hops.filter((hop) => usable(hop.device));
      return hops.length > 0 ? { ...route, hops } : [];
    });
  }

  #present(family: IpFamily): Wanted {
    const tables = this.#numbers.tables(this.#configured.length, this.#failover.classes.length);
    const routes = tables.flatMap((table) => this.#network.routes(family, table).filter(this.#owned.route));
    return { routes, rules: this.#network.rules(family).filter(this.#owned.rule) };
  }
}
