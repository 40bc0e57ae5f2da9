import { QwError } from '../../model/index.ts';

/** Frames that mirrors send through tunnels of UDP: VXLAN (RFC 7348), as AWS does too, and GENEVE (RFC 8926), as GCP. */
export const tunnels = {
  /** With the ports that IANA has given them. */
  vxlan: { port: 4789, read: readVxlan },
  geneve: { port: 6081, read: readGeneve },
} as const;
export type TunnelKind = keyof typeof tunnels;

interface TunnelledFrame {
  /** The network. */
  vni: number;
  /** From the inner Ethernet header on. */
  frame: Buffer;
}

const headerBytes = 8;
const smallestFrameBytes = 14;
/** VXLAN, the flag I: the network identifier is valid. */
const validFlag = 0x08;
/** GENEVE, the flag O: a message of the tunnel's own control. */
const controlFlag = 0x80;
/** Trans Ether Bridging: a whole frame. */
const wholeFrame = 0x6558;
const [ipv4, ipv6] = [0x0800, 0x86dd];

/** What a datagram carries (RFC 7348, section 5), or why it is none. */
export function readVxlan(datagram: Buffer): TunnelledFrame | QwError {
  if (datagram.length < headerBytes + smallestFrameBytes) return tooShort(datagram, headerBytes + smallestFrameBytes);
  if ((datagram.readUInt8(0) & validFlag) === 0)
    return new QwError('BAD_INPUT', 'the flag I, which says that there is a network identifier, is not set');
  return { vni: datagram.readUIntBE(4, 3), frame: datagram.subarray(headerBytes) };
}

/**
 * The same of GENEVE (RFC 8926, section 3.4). Options are passed over, critical ones too: nothing is done with the packet but
 * to look at it. A packet without a frame gets an Ethernet header without addresses.
 */
export function readGeneve(datagram: Buffer): TunnelledFrame | QwError {
  if (datagram.length < headerBytes) return tooShort(datagram, headerBytes);
  const first = datagram.readUInt8(0);
  if (first >>> 6 !== 0) return new QwError('BAD_INPUT', `expected version 0 of GENEVE, found ${first >>> 6}`);
  if ((datagram.readUInt8(1) & controlFlag) !== 0)
    return new QwError('BAD_INPUT', 'a message of the tunnel itself, which carries no packet');
  const content = datagram.subarray(headerBytes + 4 * (first & 0x3f));
  const vni = datagram.readUIntBE(4, 3);
  const type = datagram.readUInt16BE(2);
  if (type === wholeFrame)
    return content.length < smallestFrameBytes ? tooShort(content, smallestFrameBytes) : { vni, frame: content };
  if (type !== ipv4 && type !== ipv6)
    return new QwError('BAD_INPUT', `expected Ethernet, IPv4 or IPv6 in GENEVE, found 0x${type.toString(16)}`);
  const head = Buffer.alloc(smallestFrameBytes);
  head.writeUInt16BE(type, smallestFrameBytes - 2);
  return { vni, frame: Buffer.concat([head, content]) };
}

function tooShort(bytes: Buffer, expected: number): QwError {
  return new QwError('BAD_INPUT', `expected at least ${expected} bytes, found ${bytes.length}`);
}
