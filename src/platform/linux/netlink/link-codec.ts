import { addressText, familyOf } from './addresses.ts';
import { Attributes, encodeText } from './message.ts';
import type { DeviceNames, NetworkAddress, NetworkLink } from './objects.ts';
import { nameOf } from './route-codec.ts';

/** `struct ifinfomsg`, `struct ifaddrmsg` and `struct if_stats_msg` with their attributes (if_link.h, if_addr.h). */

export const RTM_NEWLINK = 16;
export const RTM_DELLINK = 17;
export const RTM_GETLINK = 18;
export const RTM_GETADDR = 22;
export const RTM_NEWADDR = 20;
export const RTM_DELADDR = 21;
export const RTM_GETSTATS = 94;
const linkBytes = 16;
const addressBytes = 8;
const statsBytes = 12;
const IFF_UP = 1;
const IFF_LOWER_UP = 0x1_0000;
const IFLA_IFNAME = 3;
const IFLA_MTU = 4;
const IFLA_LINKINFO = 18;
const IFLA_INFO_KIND = 1;
const IFA_ADDRESS = 1;
const IFA_LOCAL = 2;
const IFA_FLAGS = 8;
/** Tentative, duplicate, deprecated. */
const unusableFlags = 0x40 | 0x08 | 0x20;
const IFLA_STATS_LINK_64 = 1;
const maximumNameBytes = 15;

export function decodeLink(body: Buffer): NetworkLink | undefined {
  if (body.length < linkBytes) return undefined;
  const attributes = new Attributes(body.subarray(linkBytes));
  const flags = body.readUInt32LE(8);
  const device = attributes.text(IFLA_IFNAME);
  if (device === undefined || device.length > maximumNameBytes) return undefined;
  const kind = attributes.nested(IFLA_LINKINFO)?.text(IFLA_INFO_KIND);
  return {
    index: body.readUInt32LE(4),
    device,
    up: (flags & IFF_UP) !== 0,
    carrier: (flags & IFF_LOWER_UP) !== 0,
    mtuBytes: attributes.u32(IFLA_MTU) ?? 0,
    ...(kind !== undefined && { kind }),
  };
}

export function encodeLinkQuestion(device?: string): Buffer {
  const header = Buffer.alloc(linkBytes);
  return device === undefined ? header : Buffer.concat([header, encodeText(IFLA_IFNAME, device)]);
}

export function decodeAddress(body: Buffer, devices: DeviceNames): NetworkAddress | undefined {
  if (body.length < addressBytes) return undefined;
  const family = familyOf(body.readUInt8(0));
  const attributes = new Attributes(body.subarray(addressBytes));
  // On point-to-point links `address` is the other side's.
  const address = addressText(attributes.bytes(IFA_LOCAL) ?? attributes.bytes(IFA_ADDRESS));
  if (!family || address === undefined) return undefined;
  return {
    family,
    device: nameOf(body.readUInt32LE(4), devices),
    address,
    prefixLength: body.readUInt8(1),
    usable: ((attributes.u32(IFA_FLAGS) ?? body.readUInt8(2)) & unusableFlags) === 0,
  };
}

export function encodeAddressQuestion(): Buffer {
  return Buffer.alloc(addressBytes);
}

/** Packets that came and went since the device was made. */
export interface PacketCounts {
  received: number;
  sent: number;
}

export function encodeStatsQuestion(index: number): Buffer {
  const header = Buffer.alloc(statsBytes);
  header.writeUInt32LE(index, 4);
  header.writeUInt32LE(1 << (IFLA_STATS_LINK_64 - 1), 8);
  return header;
}

export function decodeStats(body: Buffer): PacketCounts | undefined {
  if (body.length < statsBytes) return undefined;
  const counters = new Attributes(body.subarray(statsBytes)).bytes(IFLA_STATS_LINK_64, 16);
  if (!counters) return undefined;
  return { received: Number(counters.readBigUInt64LE(0)), sent: Number(counters.readBigUInt64LE(8)) };
}
