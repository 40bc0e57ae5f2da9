import { QwError } from '../../../model/index.ts';
import * as linux from '../constants.ts';
import { describeErrno, int32, type Libc, type PollHandle } from '../ffi.ts';
import { decodeAddress, decodeLink, RTM_DELADDR, RTM_DELLINK, RTM_NEWADDR, RTM_NEWLINK } from './link-codec.ts';
import { readMessages } from './message.ts';
import type { DeviceNames, NetworkAddress, NetworkLink, Route, Rule } from './objects.ts';
import { decodeRoute, RTM_DELROUTE, RTM_NEWROUTE } from './route-codec.ts';
import { decodeRule, RTM_DELRULE, RTM_NEWRULE } from './rule-codec.ts';

export type NetworkEvent =
  | { kind: 'link'; gone: boolean; link: NetworkLink }
  | { kind: 'address'; gone: boolean; address: NetworkAddress }
  | { kind: 'route'; gone: boolean; route: Route }
  | { kind: 'rule'; gone: boolean; rule: Rule }
  /** The kernel dropped events because they came faster than they were read: read everything again. */
  | { kind: 'lost' };

/** RTNLGRP_LINK, IPV4_IFADDR, IPV4_ROUTE, IPV4_RULE, IPV6_IFADDR, IPV6_ROUTE, IPV6_RULE (rtnetlink.h). */
const groups = [1, 5, 7, 8, 9, 11, 19];
const receiveBytes = 65_536;
/** `struct sockaddr_nl` (linux/netlink.h). */
const socketAddressBytes = 12;
/** Datagrams read in one turn of the event loop; a routing daemon that loads a full table must not hold the watch. */
const datagramsAtOnce = 64;

/** Tells of every change of links, addresses, routes and rules, whoever made it. Throws UNSUPPORTED when refused. */
export function monitorNetwork(libc: Libc, onEvent: (event: NetworkEvent) => void): { close(): void } {
  const type = linux.SOCK_RAW | linux.SOCK_CLOEXEC | linux.SOCK_NONBLOCK;
  const fd = libc.socket(linux.AF_NETLINK, type, linux.NETLINK_ROUTE);
  if (fd < 0) throw new QwError('UNSUPPORTED', `netlink: ${describeErrno(libc.errno()).text}`);
  // A socket without a number of its own counts as the kernel's, which is not told of what it did itself.
  const address = Buffer.alloc(socketAddressBytes);
  address.writeUInt16LE(linux.AF_NETLINK, 0);
  if (libc.bind(fd, address, address.length) < 0) {
    const { text } = describeErrno(libc.errno());
    libc.close(fd);
    throw new QwError('UNSUPPORTED', `netlink: ${text}`);
  }
  // Binding forgets groups that were joined before.
  for (const group of groups) {
    libc.setsockopt(fd, linux.SOL_NETLINK, linux.NETLINK_ADD_MEMBERSHIP, int32(group), 4);
  }
  const names = new Map<number, string>();
  const devices: DeviceNames = {
    indexOf: (device) => libc.if_nametoindex(device) || undefined,
    nameOf: (index) => names.get(index),
  };
  const inbox = Buffer.alloc(receiveBytes);
  let closed = false;
  let poll: PollHandle | undefined;

  const decode = (kind: number, body: Buffer): NetworkEvent | undefined => {
    if (kind === RTM_NEWLINK || kind === RTM_DELLINK) {
      const link = decodeLink(body);
      if (link) names.set(link.index, link.device);
      return link && { kind: 'link', gone: kind === RTM_DELLINK, link };
    }
    if (kind === RTM_NEWADDR || kind === RTM_DELADDR) {
      const address = decodeAddress(body, devices);
      return address && { kind: 'address', gone: kind === RTM_DELADDR, address };
    }
    if (kind === RTM_NEWROUTE || kind === RTM_DELROUTE) {
      const route = decodeRoute(body, devices);
      return route && { kind: 'route', gone: kind === RTM_DELROUTE, route };
    }
    if (kind === RTM_NEWRULE || kind === RTM_DELRULE) {
      const rule = decodeRule(body);
      return rule && { kind: 'rule', gone: kind === RTM_DELRULE, rule };
    }
    return undefined;
  };

  const drain = () => {
    for (let datagrams = 0; datagrams < datagramsAtOnce; datagrams++) {
      if (closed) return;
      const length = libc.recv(fd, inbox, inbox.length, linux.MSG_DONTWAIT);
      if (length < 0) {
        if (libc.errno() !== linux.EAGAIN) onEvent({ kind: 'lost' });
        return;
      }
      for (const message of readMessages(inbox.subarray(0, length))) {
        const event = decode(message.type, message.body);
        if (event) onEvent(event);
      }
    }
  };

  poll = libc.poll(fd, () => {
    // Callbacks run outside the poll callback, after which Node 26 would not run promise reactions.
    setImmediate(drain);
  });
  poll.unref();
  return {
    close: () => {
      if (closed) return;
      closed = true;
      poll?.close();
      libc.close(fd);
    },
  };
}
