import { QwError } from '../../../model/index.ts';
import { addressBytes, addressText, familyNumber, familyOf, parsePrefix, prefixText } from './addresses.ts';
import { Attributes, encodeAttribute, encodeU32, padded } from './message.ts';
import type { DeviceNames, Route, RouteHop } from './objects.ts';

/** `struct rtmsg` with its attributes (include/uapi/linux/rtnetlink.h). */

export const RTM_NEWROUTE = 24;
export const RTM_DELROUTE = 25;
export const RTM_GETROUTE = 26;
const messageBytes = 12;
const RTA_DST = 1;
const RTA_OIF = 4;
const RTA_GATEWAY = 5;
const RTA_PRIORITY = 6;
const RTA_PREFSRC = 7;
const RTA_MULTIPATH = 9;
const RTA_TABLE = 15;
const RTA_MARK = 16;
const RTA_VIA = 18;
const RTA_NH_ID = 30;
const RTN_UNICAST = 1;
const RT_SCOPE_UNIVERSE = 0;
const RT_SCOPE_LINK = 253;
const RT_SCOPE_NOWHERE = 255;
const RTNH_F_DEAD = 1;
const RTNH_F_ONLINK = 4;
const RTNH_F_LINKDOWN = 16;
const RTM_F_CLONED = 0x200;
/** A lookup tells the table in which it found the route, not always the main one; for IPv6 it does so unasked. */
const RTM_F_LOOKUP_TABLE = 0x1000;
const hopHeaderBytes = 8;

/** Undefined for other families, cached copies, and what is too short. */
export function decodeRoute(body: Buffer, devices: DeviceNames): Route | undefined {
  if (body.length < messageBytes) return undefined;
  const family = familyOf(body.readUInt8(0));
  const flags = body.readUInt32LE(8);
  if (!family || (flags & RTM_F_CLONED) !== 0) return undefined;
  const attributes = new Attributes(body.subarray(messageBytes));
  const kind = body.readUInt8(7);
  const index = attributes.u32(RTA_OIF);
  const gateway = gatewayOf(attributes);
  const preferredSource = addressText(attributes.bytes(RTA_PREFSRC));
  const multipath = attributes.bytes(RTA_MULTIPATH);
  const nextHopId = attributes.u32(RTA_NH_ID);
  return {
    family,
    destination: prefixText(attributes.bytes(RTA_DST), body.readUInt8(1), family),
    table: attributes.u32(RTA_TABLE) ?? body.readUInt8(4),
    protocol: body.readUInt8(5),
    metric: attributes.u32(RTA_PRIORITY) ?? 0,
    ...(gateway !== undefined && { gateway }),
    ...(index !== undefined && !multipath && { device: nameOf(index, devices) }),
    ...(preferredSource !== undefined && { preferredSource }),
    ...(multipath && { hops: decodeHops(multipath, devices) }),
    ...(nextHopId !== undefined && { nextHopId }),
    ...(kind !== RTN_UNICAST && { kind }),
    ...((flags & (RTNH_F_DEAD | RTNH_F_LINKDOWN)) !== 0 && { linkDown: true }),
  };
}

/** Throws BAD_INPUT for addresses that are none and devices that are not there. */
export function encodeRoute(route: Route, devices: DeviceNames, removal = false): Buffer {
  const { family, kind, table } = route;
  const destination = parsePrefix(route.destination, family);
  const header = Buffer.alloc(messageBytes);
  header.writeUInt8(familyNumber(family), 0);
  header.writeUInt8(destination.length, 1);
  // Numbers that the old field cannot hold stand in the attribute only.
  header.writeUInt8(table < 256 ? table : 0, 4);
  header.writeUInt8(route.protocol, 5);
  // The kernel compares the scope of a route to remove unless it is "nowhere".
  const scope = (route.gateway ?? route.hops ?? route.nextHopId) ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
  header.writeUInt8(removal ? RT_SCOPE_NOWHERE : family === 6 ? RT_SCOPE_UNIVERSE : scope, 6);
  header.writeUInt8(kind ?? RTN_UNICAST, 7);
  // The gateway is on that device's link: the kernel need not look it up, which other rules could lead astray.
  if (route.gateway !== undefined && route.device !== undefined && !removal) header.writeUInt32LE(RTNH_F_ONLINK, 8);
  const parts = [header, encodeU32(RTA_TABLE, table)];
  if (destination.bytes) parts.push(encodeAttribute(RTA_DST, destination.bytes));
  if (route.metric > 0) parts.push(encodeU32(RTA_PRIORITY, route.metric));
  if (route.gateway !== undefined) parts.push(encodeAttribute(RTA_GATEWAY, addressBytes(route.gateway, family)));
  if (route.device !== undefined) parts.push(encodeU32(RTA_OIF, indexOf(route.device, devices)));
  if (route.preferredSource !== undefined)
    parts.push(encodeAttribute(RTA_PREFSRC, addressBytes(route.preferredSource, family)));
  if (route.hops) parts.push(encodeAttribute(RTA_MULTIPATH, encodeHops(route, route.hops, devices)));
  if (route.nextHopId !== undefined) parts.push(encodeU32(RTA_NH_ID, route.nextHopId));
  return Buffer.concat(parts);
}

/** All routes of a family, or those of one table, which kernels with strict checks filter themselves. */
export function encodeTableQuestion(family: 4 | 6, table: number | undefined): Buffer {
  const header = Buffer.alloc(messageBytes);
  header.writeUInt8(familyNumber(family), 0);
  return table === undefined ? header : Buffer.concat([header, encodeU32(RTA_TABLE, table)]);
}

/** A question: by which route would a packet to that address go. */
export function encodeLookup(
  question: { family: 4 | 6; destination: string; outgoing?: string; mark?: number },
  devices: DeviceNames,
): Buffer {
  const { family } = question;
  const header = Buffer.alloc(messageBytes);
  header.writeUInt8(familyNumber(family), 0);
  header.writeUInt8(family === 4 ? 32 : 128, 1);
  if (family === 4) header.writeUInt32LE(RTM_F_LOOKUP_TABLE, 8);
  const parts = [header, encodeAttribute(RTA_DST, addressBytes(question.destination, family))];
  if (question.outgoing !== undefined) parts.push(encodeU32(RTA_OIF, indexOf(question.outgoing, devices)));
  if (question.mark !== undefined) parts.push(encodeU32(RTA_MARK, question.mark));
  return Buffer.concat(parts);
}

/** Table and way of the answer to a lookup; answers are cached copies, which `decodeRoute` leaves out. */
export function decodeLookup(
  body: Buffer,
  devices: DeviceNames,
): { table: number; gateway?: string; device?: string } | undefined {
  if (body.length < messageBytes) return undefined;
  const attributes = new Attributes(body.subarray(messageBytes));
  const gateway = gatewayOf(attributes);
  const index = attributes.u32(RTA_OIF);
  return {
    table: attributes.u32(RTA_TABLE) ?? body.readUInt8(4),
    ...(gateway !== undefined && { gateway }),
    ...(index !== undefined && { device: nameOf(index, devices) }),
  };
}

/** IPv4 routes may have IPv6 gateways (RFC 5549), which stand in another attribute with their family before them. */
function gatewayOf(attributes: Attributes): string | undefined {
  return addressText(attributes.bytes(RTA_GATEWAY)) ?? addressText(attributes.bytes(RTA_VIA, 2)?.subarray(2));
}

function decodeHops(bytes: Buffer, devices: DeviceNames): RouteHop[] {
  const hops: RouteHop[] = [];
  for (let at = 0; at + hopHeaderBytes <= bytes.length;) {
    const length = bytes.readUInt16LE(at);
    if (length < hopHeaderBytes || length > bytes.length - at) break;
    const gateway = gatewayOf(new Attributes(bytes.subarray(at + hopHeaderBytes, at + length)));
    const device = nameOf(bytes.readUInt32LE(at + 4), devices);
    hops.push({ ...(gateway !== undefined && { gateway }), device, weight: bytes.readUInt8(at + 3) + 1 });
    at += padded(length);
  }
  return hops;
}

function encodeHops({ family }: Route, hops: readonly RouteHop[], devices: DeviceNames): Buffer {
  return Buffer.concat(
    hops.map(({ gateway, device, weight }) => {
      if (!Number.isInteger(weight) || weight < 1 || weight > 256)
        throw new QwError('BAD_INPUT', `expected a weight from 1 to 256, found ${weight}`);
      const way = gateway === undefined ? [] : [encodeAttribute(RTA_GATEWAY, addressBytes(gateway, family))];
      const header = Buffer.alloc(hopHeaderBytes);
      const bytes = Buffer.concat([header, ...way]);
      bytes.writeUInt16LE(bytes.length, 0);
      bytes.writeUInt8(gateway === undefined ? 0 : RTNH_F_ONLINK, 2);
      bytes.writeUInt8(weight - 1, 3);
      bytes.writeUInt32LE(indexOf(device, devices), 4);
      return bytes;
    }),
  );
}

/** A device that has gone meanwhile keeps its number as its name. */
export function nameOf(index: number, devices: DeviceNames): string {
  return devices.nameOf(index) ?? `if${index}`;
}

export function indexOf(device: string, devices: DeviceNames): number {
  const index = devices.indexOf(device);
  if (index === undefined)
    throw new QwError('BAD_INPUT', `there is no network interface ${device}`, { facts: { errno: 'ENODEV' } });
  return index;
}
