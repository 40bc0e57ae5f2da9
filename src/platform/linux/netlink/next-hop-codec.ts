import { addressBytes, addressText, familyNumber, familyOf } from './addresses.ts';
import { Attributes, encodeAttribute, encodeU32 } from './message.ts';
import type { DeviceNames, NextHop } from './objects.ts';
import { indexOf, nameOf } from './route-codec.ts';

/** `struct nhmsg` with its attributes (include/uapi/linux/nexthop.h): next hops that many routes share. */

export const RTM_NEWNEXTHOP = 104;
export const RTM_DELNEXTHOP = 105;
export const RTM_GETNEXTHOP = 106;
const messageBytes = 8;
const NHA_ID = 1;
const NHA_GROUP = 2;
const NHA_OIF = 5;
const NHA_GATEWAY = 6;
const memberBytes = 8;

/** Undefined for what has no number, and what is too short. Groups have no family of their own and count as IPv4. */
export function decodeNextHop(body: Buffer, devices: DeviceNames): NextHop | undefined {
  if (body.length < messageBytes) return undefined;
  const attributes = new Attributes(body.subarray(messageBytes));
  const id = attributes.u32(NHA_ID);
  if (id === undefined) return undefined;
  const gateway = addressText(attributes.bytes(NHA_GATEWAY));
  const index = attributes.u32(NHA_OIF);
  const members = attributes.bytes(NHA_GROUP);
  const group: { id: number; weight: number }[] = [];
  for (let at = 0; at + memberBytes <= (members?.length ?? 0); at += memberBytes) {
    if (members) group.push({ id: members.readUInt32LE(at), weight: members.readUInt8(at + 4) + 1 });
  }
  return {
    id,
    family: familyOf(body.readUInt8(0)) ?? 4,
    protocol: body.readUInt8(2),
    ...(gateway !== undefined && { gateway }),
    ...(index !== undefined && { device: nameOf(index, devices) }),
    ...(members && { group }),
  };
}

/** Throws BAD_INPUT for addresses that are none and devices that are not there. */
export function encodeNextHop(hop: NextHop, devices: DeviceNames, removal = false): Buffer {
  const header = Buffer.alloc(messageBytes);
  const parts = [header, encodeU32(NHA_ID, hop.id)];
  if (removal) return Buffer.concat(parts);
  header.writeUInt8(hop.group ? 0 : familyNumber(hop.family), 0);
  header.writeUInt8(hop.protocol, 2);
  if (hop.device !== undefined) parts.push(encodeU32(NHA_OIF, indexOf(hop.device, devices)));
  if (hop.gateway !== undefined) parts.push(encodeAttribute(NHA_GATEWAY, addressBytes(hop.gateway, hop.family)));
  if (hop.group) {
    const members = Buffer.alloc(memberBytes * hop.group.length);
    hop.group.forEach(({ id, weight }, place) => {
      members.writeUInt32LE(id, memberBytes * place);
      members.writeUInt8(weight - 1, memberBytes * place + 4);
    });
    parts.push(encodeAttribute(NHA_GROUP, members));
  }
  return Buffer.concat(parts);
}
