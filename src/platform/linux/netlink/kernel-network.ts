import { QwError } from '../../../model/index.ts';
import * as linux from '../constants.ts';
import type { Libc } from '../ffi.ts';
import { familyNumber } from './addresses.ts';
import {
  decodeAddress,
  decodeLink,
  decodeStats,
  encodeAddressQuestion,
  encodeLinkQuestion,
  encodeStatsQuestion,
  RTM_GETADDR,
  RTM_GETLINK,
  RTM_GETSTATS,
  type PacketCounts,
} from './link-codec.ts';
import { NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from './message.ts';
import { NetlinkSocket, type NetlinkRefusal, type NetlinkRequest } from './netlink-socket.ts';
import { decodeNextHop, encodeNextHop, RTM_DELNEXTHOP, RTM_GETNEXTHOP, RTM_NEWNEXTHOP } from './next-hop-codec.ts';
import type {
  AddressFamily,
  DeviceNames,
  NetworkAddress,
  NetworkChange,
  NetworkLink,
  NextHop,
  Route,
  Rule,
} from './objects.ts';
import {
  decodeLookup,
  decodeRoute,
  encodeLookup,
  encodeRoute,
  encodeTableQuestion,
  RTM_DELROUTE,
  RTM_GETROUTE,
  RTM_NEWROUTE,
} from './route-codec.ts';
import { decodeRule, encodeRule, RTM_DELRULE, RTM_GETRULE, RTM_NEWRULE } from './rule-codec.ts';

export interface RouteQuestion {
  family: AddressFamily;
  destination: string;
  /** As if the socket were bound to that device. */
  outgoing?: string;
  mark?: number;
}

export interface RouteAnswer {
  table: number;
  gateway?: string;
  device?: string;
}

/** Links, addresses, routes and rules of the kernel. Every call is done when it returns. */
export interface KernelNetwork {
  readonly method: 'netlink' | 'ip';
  links(): NetworkLink[];
  addresses(): NetworkAddress[];
  /** Of one table, or of all. */
  routes(family: AddressFamily, table?: number): Route[];
  rules(family: AddressFamily): Rule[];
  /** The way of a packet; undefined when there is none. */
  lookup(question: RouteQuestion): RouteAnswer | undefined;
  /** Packet counters of a device; undefined when it is not there. */
  counts(device: string): PacketCounts | undefined;
  /** Does all changes, also after one was refused; undefined stands at the place of each that was done. */
  apply(changes: readonly NetworkChange[]): (NetlinkRefusal | undefined)[];
  close(): void;
}

const createFlags = { add: NLM_F_CREATE | NLM_F_EXCL, replace: NLM_F_CREATE | NLM_F_REPLACE, remove: 0 } as const;

/** The kernel's network through rtnetlink (rtnetlink(7)). */
export class NetlinkNetwork implements KernelNetwork {
  readonly method = 'netlink';
  readonly #socket: NetlinkSocket;
  readonly #devices: DeviceNames;

  /** Throws UNSUPPORTED where the kernel refuses. */
  constructor(libc: Libc) {
    this.#socket = new NetlinkSocket(libc, linux.NETLINK_ROUTE);
    const names = new Map<number, string>();
    this.#devices = {
      indexOf: (device) => libc.if_nametoindex(device) || undefined,
      nameOf: (index) => {
        const known = names.get(index);
        // Devices get new names and numbers: a name is only good while the kernel says the same.
        if (known !== undefined && libc.if_nametoindex(known) === index) return known;
        names.clear();
        for (const link of this.links()) names.set(link.index, link.device);
        return names.get(index);
      },
    };
    // The first use of a path costs half a millisecond; a switch of routes must not be that first one.
    this.links();
    this.rules(4);
  }

  links(): NetworkLink[] {
    return this.#dump(RTM_GETLINK, encodeLinkQuestion(), (body) => decodeLink(body));
  }

  addresses(): NetworkAddress[] {
    return this.#dump(RTM_GETADDR, encodeAddressQuestion(), (body) => decodeAddress(body, this.#devices));
  }

  routes(family: AddressFamily, table?: number): Route[] {
    const question = encodeTableQuestion(family, table);
    const routes = this.#dump(RTM_GETROUTE, question, (body) => decodeRoute(body, this.#devices));
    // Older kernels send all tables.
    return table === undefined ? routes : routes.filter((route) => route.table === table);
  }

  rules(family: AddressFamily): Rule[] {
    return this.#dump(RTM_GETRULE, familyHeader(family, 12), decodeRule);
  }

  /** Next hops that routes refer to by number, and groups of them. */
  nextHops(): NextHop[] {
    return this.#dump(RTM_GETNEXTHOP, Buffer.alloc(8), (body) => decodeNextHop(body, this.#devices));
  }

  lookup(question: RouteQuestion): RouteAnswer | undefined {
    // By a device that is not there no packet goes.
    if (question.outgoing !== undefined && this.#devices.indexOf(question.outgoing) === undefined) return undefined;
    const body = encodeLookup(question, this.#devices);
    const answer = this.#socket.ask({ type: RTM_GETROUTE, flags: 0, body });
    return Array.isArray(answer) && answer[0] ? decodeLookup(answer[0].body, this.#devices) : undefined;
  }

  counts(device: string): PacketCounts | undefined {
    const index = this.#devices.indexOf(device);
    if (index === undefined) return undefined;
    const answer = this.#socket.ask({ type: RTM_GETSTATS, flags: 0, body: encodeStatsQuestion(index) });
    return Array.isArray(answer) && answer[0] ? decodeStats(answer[0].body) : undefined;
  }

  apply(changes: readonly NetworkChange[]): (NetlinkRefusal | undefined)[] {
    const requests = changes.map((change) => this.#encode(change));
    const done = this.#socket.batch(requests.flatMap((one) => ('body' in one ? one : [])));
    return requests.map((one) => ('body' in one ? done.shift() : one));
  }

  close(): void {
    this.#socket.close();
  }

  #dump<Value>(type: number, question: Buffer, decode: (body: Buffer) => Value | undefined): Value[] {
    return this.#socket.dump(type, question).flatMap(({ body }) => decode(body) ?? []);
  }

  /** A device that went away since somebody looked is a refusal like any other: the other changes are still done. */
  #encode(change: NetworkChange): NetlinkRequest | NetlinkRefusal {
    try {
      return this.#request(change);
    } catch (error) {
      if (!(error instanceof QwError) || error.facts['errno'] !== 'ENODEV') throw error;
      return { code: 'ENODEV', text: error.message };
    }
  }

  #request(change: NetworkChange): NetlinkRequest {
    const removal = change.do === 'remove';
    const flags = createFlags[change.do];
    if ('route' in change) {
      const type = removal ? RTM_DELROUTE : RTM_NEWROUTE;
      return { type, flags, body: encodeRoute(change.route, this.#devices, removal) };
    }
    if ('rule' in change) return { type: removal ? RTM_DELRULE : RTM_NEWRULE, flags, body: encodeRule(change.rule) };
    const type = removal ? RTM_DELNEXTHOP : RTM_NEWNEXTHOP;
    return { type, flags, body: encodeNextHop(change.nextHop, this.#devices, removal) };
  }
}

function familyHeader(family: AddressFamily, bytes: number): Buffer {
  const header = Buffer.alloc(bytes);
  header.writeUInt8(familyNumber(family), 0);
  return header;
}
