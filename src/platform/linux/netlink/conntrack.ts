import { QwError } from '../../../model/index.ts';
import * as linux from '../constants.ts';
import type { Libc } from '../ffi.ts';
import { addressBytes, addressText, familyNumber, familyOf } from './addresses.ts';
import { Attributes, encodeAttribute, encodeNested, encodeU32BigEndian, encodeU8 } from './message.ts';
import { NetlinkSocket, type NetlinkRequest } from './netlink-socket.ts';
import type { AddressFamily } from './objects.ts';

/** One direction of a tracked connection, as its packets carry it. */
interface FlowDirection {
  source: string;
  destination: string;
  /** Ports of TCP, UDP and their like; absent for others. */
  sourcePort?: number;
  destinationPort?: number;
}

/** A connection that the kernel tracks. */
export interface TrackedFlow {
  family: AddressFamily;
  /** IP protocol: 1 ICMP, 6 TCP, 17 UDP, 58 ICMPv6. */
  protocol: number;
  original: FlowDirection;
  reply: FlowDirection;
  mark: number;
  /** Kernel's number of the entry. */
  id: number;
  /** `IPS_*` bits: 2 replies were seen, 8 confirmed, 16 source address translated. */
  status: number;
  timeoutSeconds: number;
  /** TCP only, by the kernel's number: 3 established. */
  tcpState?: number;
}

/** Which flows: those whose mark has these bits under the mask. */
export interface MarkFilter {
  mark: number;
  mask: number;
}

const subsystem = 1 << 8;
const IPCTNL_MSG_CT_NEW = 0;
const IPCTNL_MSG_CT_GET = 1;
const IPCTNL_MSG_CT_DELETE = 2;
const headerBytes = 4;
const CTA_TUPLE_ORIG = 1;
const CTA_TUPLE_REPLY = 2;
const CTA_STATUS = 3;
const CTA_PROTOINFO = 4;
const CTA_TIMEOUT = 7;
const CTA_MARK = 8;
const CTA_ID = 12;
const CTA_MARK_MASK = 21;
const CTA_TUPLE_IP = 1;
const CTA_TUPLE_PROTO = 2;
const CTA_IP_V4_SRC = 1;
const CTA_IP_V4_DST = 2;
const CTA_IP_V6_SRC = 3;
const CTA_IP_V6_DST = 4;
const CTA_PROTO_NUM = 1;
const CTA_PROTO_SRC_PORT = 2;
const CTA_PROTO_DST_PORT = 3;
const CTA_PROTOINFO_TCP = 1;
const CTA_PROTOINFO_TCP_STATE = 1;

/** Undefined for other families, and for what lacks an address. */
export function decodeFlow(body: Buffer): TrackedFlow | undefined {
  if (body.length < headerBytes) return undefined;
  const family = familyOf(body.readUInt8(0));
  const attributes = new Attributes(body.subarray(headerBytes));
  const original = decodeDirection(attributes.nested(CTA_TUPLE_ORIG));
  const reply = decodeDirection(attributes.nested(CTA_TUPLE_REPLY));
  if (!family || !original || !reply) return undefined;
  const tcpState = attributes.nested(CTA_PROTOINFO)?.nested(CTA_PROTOINFO_TCP)?.u8(CTA_PROTOINFO_TCP_STATE);
  return {
    family,
    protocol: original.protocol,
    original: original.direction,
    reply: reply.direction,
    mark: attributes.u32BigEndian(CTA_MARK) ?? 0,
    id: attributes.u32BigEndian(CTA_ID) ?? 0,
    status: attributes.u32BigEndian(CTA_STATUS) ?? 0,
    timeoutSeconds: attributes.u32BigEndian(CTA_TIMEOUT) ?? 0,
    ...(tcpState !== undefined && { tcpState }),
  };
}

function decodeDirection(tuple: Attributes | undefined): { protocol: number; direction: FlowDirection } | undefined {
  const ip = tuple?.nested(CTA_TUPLE_IP);
  const transport = tuple?.nested(CTA_TUPLE_PROTO);
  const source = addressText(ip?.bytes(CTA_IP_V4_SRC, 4) ?? ip?.bytes(CTA_IP_V6_SRC, 16));
  const destination = addressText(ip?.bytes(CTA_IP_V4_DST, 4) ?? ip?.bytes(CTA_IP_V6_DST, 16));
  const protocol = transport?.u8(CTA_PROTO_NUM);
  if (source === undefined || destination === undefined || protocol === undefined) return undefined;
  const sourcePort = transport?.u16BigEndian(CTA_PROTO_SRC_PORT);
  const destinationPort = transport?.u16BigEndian(CTA_PROTO_DST_PORT);
  return {
    protocol,
    direction: {
      source,
      destination,
      ...(sourcePort !== undefined && { sourcePort }),
      ...(destinationPort !== undefined && { destinationPort }),
    },
  };
}

function encodeDirection({ original, protocol, family }: TrackedFlow): Buffer {
  const parse = (text: string) => addressBytes(text, family);
  const [sourceType, destinationType] = family === 4 ? [CTA_IP_V4_SRC, CTA_IP_V4_DST] : [CTA_IP_V6_SRC, CTA_IP_V6_DST];
  const port = (type: number, value: number | undefined) => {
    if (value === undefined) return [];
    const bytes = Buffer.alloc(2);
    bytes.writeUInt16BE(value);
    return [encodeAttribute(type, bytes)];
  };
  return encodeNested(CTA_TUPLE_ORIG, [
    encodeNested(CTA_TUPLE_IP, [
      encodeAttribute(sourceType, parse(original.source)),
      encodeAttribute(destinationType, parse(original.destination)),
    ]),
    encodeNested(CTA_TUPLE_PROTO, [
      encodeU8(CTA_PROTO_NUM, protocol),
      ...port(CTA_PROTO_SRC_PORT, original.sourcePort),
      ...port(CTA_PROTO_DST_PORT, original.destinationPort),
    ]),
  ]);
}

/** The kernel's table of connections over ctnetlink. Throws UNSUPPORTED where it cannot be opened. */
export class Conntrack {
  readonly #socket: NetlinkSocket;

  constructor(libc: Libc) {
    this.#socket = new NetlinkSocket(libc, linux.NETLINK_NETFILTER);
  }

  /** Flows of a family, filtered by the kernel. */
  list(family: AddressFamily, filter?: MarkFilter): TrackedFlow[] {
    const body = Buffer.concat([header(family), ...filterParts(filter)]);
    const flows = this.#socket.dump(subsystem | IPCTNL_MSG_CT_GET, body).flatMap((one) => decodeFlow(one.body) ?? []);
    // Older kernels ignore the filter.
    return filter ? flows.filter(({ mark }) => (mark & filter.mask) === filter.mark) : flows;
  }

  /** Forgets all flows of a family whose mark matches: one message, the kernel walks the table. */
  flush(family: AddressFamily, filter: MarkFilter): void {
    const body = Buffer.concat([header(family, familyCounts), ...filterParts(filter)]);
    this.#do([{ type: subsystem | IPCTNL_MSG_CT_DELETE, flags: 0, body }]);
  }

  /** Forgets these flows; those that have ended meanwhile don't matter. */
  remove(flows: readonly TrackedFlow[]): void {
    const type = subsystem | IPCTNL_MSG_CT_DELETE;
    this.#do(
      flows.map((flow) => ({ type, flags: 0, body: Buffer.concat([header(flow.family), encodeDirection(flow)]) })),
    );
  }

  /** Gives these flows another mark. */
  mark(flows: readonly TrackedFlow[], mark: number): void {
    const type = subsystem | IPCTNL_MSG_CT_NEW;
    this.#do(
      flows.map((flow) => ({
        type,
        flags: 0,
        body: Buffer.concat([header(flow.family), encodeDirection(flow), encodeU32BigEndian(CTA_MARK, mark)]),
      })),
    );
  }

  close(): void {
    this.#socket.close();
  }

  #do(requests: readonly NetlinkRequest[]): void {
    // A flow may have ended between the question and the order; a table without any entry counts as flushed.
    const refusal = this.#socket.batch(requests).find((one) => one && one.code !== 'ENOENT');
    if (refusal) throw new QwError('UNSUPPORTED', `conntrack: ${refusal.text}`, { facts: { errno: refusal.code } });
  }
}

/** Deletions look at the family only in messages of version 1 (net/netfilter/nf_conntrack_netlink.c). */
const familyCounts = 1;

function header(family: AddressFamily, version = 0): Buffer {
  return Buffer.from([familyNumber(family), version, 0, 0]);
}

function filterParts(filter: MarkFilter | undefined): Buffer[] {
  if (!filter) return [];
  return [encodeU32BigEndian(CTA_MARK, filter.mark), encodeU32BigEndian(CTA_MARK_MASK, filter.mask)];
}
