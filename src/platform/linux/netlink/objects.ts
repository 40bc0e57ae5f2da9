/**
 * What the kernel's routing knows, as values: the vocabulary of `ip link`, `ip address`, `ip route`, `ip rule` and
 * `ip nexthop`. Devices go by name, addresses by text.
 */

export type AddressFamily = 4 | 6;

export interface NetworkLink {
  index: number;
  device: string;
  /** Switched on by the administrator (IFF_UP). */
  up: boolean;
  /** The other side of the wire is there (IFF_LOWER_UP). */
  carrier: boolean;
  mtuBytes: number;
  /** `veth`, `bridge`, `vlan`; undefined for hardware. */
  kind?: string;
}

export interface NetworkAddress {
  family: AddressFamily;
  device: string;
  address: string;
  prefixLength: number;
  /** Not to be used yet, or any more: tentative, failed detection of duplicates, deprecated. */
  usable: boolean;
}

export interface RouteHop {
  gateway?: string;
  device: string;
  /** 1 to 256, of the sum of all hops. */
  weight: number;
}

export interface Route {
  family: AddressFamily;
  /** `192.0.2.0/24`, `2001:db8::/32`, or `default`. */
  destination: string;
  table: number;
  /** Who made it (rtm_protocol): 2 kernel, 3 boot, 4 static, 16 dhcp. */
  protocol: number;
  metric: number;
  gateway?: string;
  device?: string;
  preferredSource?: string;
  /** Several hops among which connections are spread; then gateway and device are absent. */
  hops?: readonly RouteHop[];
  nextHopId?: number;
  /** The kernel's number of the kind; absent for unicast (1). Local, broadcast, blackhole and others have one. */
  kind?: number;
  /** The wire of its device is down. */
  linkDown?: boolean;
}

export interface Rule {
  family: AddressFamily;
  priority: number;
  table: number;
  protocol: number;
  from?: string;
  to?: string;
  mark?: number;
  markMask?: number;
  incoming?: string;
  outgoing?: string;
  /** Routes with prefixes of this length or shorter don't count. */
  suppressPrefixLength?: number;
}

export interface NextHop {
  id: number;
  family: AddressFamily;
  protocol: number;
  gateway?: string;
  device?: string;
  group?: readonly { id: number; weight: number }[];
}

/** `add` refuses what is there already, `replace` takes its place at once, `remove` refuses what is not there. */
export type NetworkChange =
  | { do: 'add' | 'replace' | 'remove'; route: Route }
  | { do: 'add' | 'remove'; rule: Rule }
  | { do: 'add' | 'replace' | 'remove'; nextHop: NextHop };

/** Turns names of devices into numbers and back; undefined for one that is not there. */
export interface DeviceNames {
  indexOf(device: string): number | undefined;
  nameOf(index: number): string | undefined;
}
