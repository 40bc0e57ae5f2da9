import { followGateways } from '../../act/index.ts';
import {
  gatewayOf,
  isAutomatic,
  uplinkCheck,
  type IpFamily,
  type Milliseconds,
  type UplinkSettings,
} from '../../model/index.ts';
import type { Clock, LinuxParts } from '../../platform/index.ts';

type Network = Pick<LinuxParts['network'], 'routes' | 'links'>;

/** The whole routing table is read for it, which may be long. */
const readAgainMs: Milliseconds = 5000;
const direct: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/** What `gateway: auto` stands for at present on this machine, for people who ask. */
export class PresentGateways {
  readonly #clock: Clock;
  #read: readonly UplinkSettings[] = [];
  #readMs: Milliseconds = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** By the name of the check; only what is automatic, and known. `direct` where the device itself leads on. */
  all(uplinks: readonly UplinkSettings[], network: Network | undefined): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    if (!network) return found;
    for (const { name } of uplinks) {
      for (const family of [4, 6] as const) {
        const gateway = this.#of(uplinks, network, name, family);
        if (gateway !== undefined) found.set(uplinkCheck(name, family), gateway);
      }
    }
    return found;
  }

  #of(uplinks: readonly UplinkSettings[], network: Network, name: string, family: IpFamily): string | undefined {
    const configured = uplinks.find((uplink) => uplink.name === name);
    const asked = configured && gatewayOf(configured, family);
    if (asked === undefined || !isAutomatic(asked)) return undefined;
    if (this.#clock.monotonic() - this.#readMs >= readAgainMs) this.#follow(uplinks, network);
    const found = this.#read.find((uplink) => uplink.name === name);
    const gateway = found && gatewayOf(found, family);
    return gateway !== undefined && direct.has(gateway) ? 'direct' : gateway;
  }

  #follow(uplinks: readonly UplinkSettings[], network: Network): void {
    const devices = new Set(network.links().map(({ device }) => device));
    // By names, since another configuration may have put others in these places.
    const former = uplinks.map((uplink) => this.#read.find(({ name }) => name === uplink.name) ?? uplink);
    this.#read = followGateways(uplinks, network, devices, former);
    this.#readMs = this.#clock.monotonic();
  }
}
