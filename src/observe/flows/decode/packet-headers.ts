import { u16, u32 } from './bytes.ts';

/**
 * The beginning of a packet: link, tags, labels, network, transport, and what VXLAN carries. Lengths come from the packet
 * itself and are checked against what there is; how deep it is looked into is bounded.
 */
export interface PacketHeaders {
  /** Bytes before the network header; undefined where there is none that is known here. */
  networkAt: number | undefined;
  etherType: number | undefined;
  /** Outermost first. */
  vlans: readonly number[];
  labels: readonly number[];
  network?: NetworkHeader;
  transport?: TransportHeader;
  /** What a VXLAN datagram (RFC 7348) carries. */
  inner?: PacketHeaders & { vni: number };
}

interface NetworkHeader {
  family: 4 | 6;
  /** Where the addresses stand: 4 or 16 bytes each. */
  sourceAt: number;
  destinationAt: number;
  protocol: number;
  tos: number;
  /** Of header and content, as the header says. */
  totalBytes: number;
  /** Has no transport header: it is not the first piece. */
  isLaterFragment: boolean;
  /** Where the transport header begins, unless it is a later piece. */
  transportAt: number;
}

interface TransportHeader {
  sourcePort: number;
  destinationPort: number;
  tcpFlags: number;
  /** Type times 256, and code. */
  icmp: number;
}

const etherTypes = { ipv4: 0x0800, ipv6: 0x86dd, mpls: 0x8847, mplsMulticast: 0x8848, pppoe: 0x8864 } as const;
const tagTypes: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100, 0x9200]);
const maxTags = 4;
const maxLabels = 16;
const maxExtensions = 8;
const maxTunnels = 2;
const vxlanPort = 4789;

/** Of most packets: an array for each would be for nothing. */
const none: readonly number[] = [];

export function readEthernet(bytes: Uint8Array, from: number, to: number, depth = 0): PacketHeaders {
  const found: PacketHeaders = { networkAt: undefined, etherType: undefined, vlans: none, labels: none };
  let at = from + 12;
  let type = to - at >= 2 ? u16(bytes, at) : undefined;
  at += 2;
  while (type !== undefined && tagTypes.has(type) && found.vlans.length < maxTags) {
    if (to - at < 4) return found;
    found.vlans = [...found.vlans, u16(bytes, at) & 0xfff];
    type = u16(bytes, at + 2);
    at += 4;
  }
  found.etherType = type;
  if (type === etherTypes.mpls || type === etherTypes.mplsMulticast) return afterLabels(found, bytes, at, to, depth);
  if (type === etherTypes.pppoe) {
    // Six bytes of PPPoE, two of PPP, which names IPv4 0x0021 and IPv6 0x0057 (RFC 2516; RFC 1332; RFC 5072).
    const protocol = to - at >= 8 ? u16(bytes, at + 6) : 0;
    return protocol === 0x0021 || protocol === 0x0057 ? withNetwork(found, bytes, at + 8, to, depth) : found;
  }
  return type === etherTypes.ipv4 || type === etherTypes.ipv6 ? withNetwork(found, bytes, at, to, depth) : found;
}

/** A packet that begins with its IP header. */
export function readIp(bytes: Uint8Array, from: number, to: number): PacketHeaders {
  const found: PacketHeaders = { networkAt: undefined, etherType: undefined, vlans: none, labels: none };
  return withNetwork(found, bytes, from, to, 0);
}

/** Labels up to the one at the bottom of the stack (RFC 3032); what follows shows itself by its first four bits. */
function afterLabels(found: PacketHeaders, bytes: Uint8Array, from: number, to: number, depth: number): PacketHeaders {
  let at = from;
  let isBottom = false;
  while (!isBottom && found.labels.length < maxLabels) {
    if (to - at < 4) return found;
    const entry = u32(bytes, at);
    found.labels = [...found.labels, entry >>> 12];
    isBottom = (entry & 0x100) !== 0;
    at += 4;
  }
  if (!isBottom || at >= to) return found;
  const first = (bytes[at] as number) >>> 4;
  if (first === 4 || first === 6) return withNetwork(found, bytes, at, to, depth);
  // A control word of zeroes in front of an Ethernet frame (RFC 4385, section 3).
  if (first !== 0 || to - at < 18 || depth >= maxTunnels) return found;
  const inside = readEthernet(bytes, at + 4, to, depth + 1);
  return { ...inside, vlans: [...found.vlans, ...inside.vlans], labels: found.labels };
}

function withNetwork(found: PacketHeaders, bytes: Uint8Array, at: number, to: number, depth: number): PacketHeaders {
  if (at >= to) return found;
  const version = (bytes[at] as number) >>> 4;
  const network = version === 4 ? readIpv4(bytes, at, to) : version === 6 ? readIpv6(bytes, at, to) : undefined;
  if (!network) return found;
  found.networkAt = at;
  found.network = network;
  if (network.isLaterFragment) return found;
  const transport = readTransport(bytes, network.transportAt, to, network.protocol);
  if (!transport) return found;
  found.transport = transport;
  const isVxlan = network.protocol === 17 && transport.destinationPort === vxlanPort;
  const vxlanAt = network.transportAt + 8;
  // The flag that the identifier is there (RFC 7348, section 5).
  if (isVxlan && depth < maxTunnels && to - vxlanAt >= 8 && ((bytes[vxlanAt] as number) & 0x08) !== 0) {
    found.inner = { ...readEthernet(bytes, vxlanAt + 8, to, depth + 1), vni: u32(bytes, vxlanAt + 4) >>> 8 };
  }
  return found;
}

function readIpv4(bytes: Uint8Array, at: number, to: number): NetworkHeader | undefined {
  const length = ((bytes[at] as number) & 15) * 4;
  if (length < 20 || to - at < 20) return undefined;
  return {
    family: 4,
    sourceAt: at + 12,
    destinationAt: at + 16,
    protocol: bytes[at + 9] as number,
    tos: bytes[at + 1] as number,
    totalBytes: u16(bytes, at + 2),
    isLaterFragment: (u16(bytes, at + 6) & 0x1fff) !== 0,
    transportAt: at + length,
  };
}

const extensionHeaders: ReadonlySet<number> = new Set([0, 43, 60, 135, 139, 140]);
const fragmentHeader = 44;

function readIpv6(bytes: Uint8Array, at: number, to: number): NetworkHeader | undefined {
  if (to - at < 40) return undefined;
  let protocol = bytes[at + 6] as number;
  let transportAt = at + 40;
  let isLaterFragment = false;
  for (let count = 0; count < maxExtensions && to - transportAt >= 8; count++) {
    if (protocol === fragmentHeader) {
      isLaterFragment = u16(bytes, transportAt + 2) >>> 3 !== 0;
      protocol = bytes[transportAt] as number;
      transportAt += 8;
      if (isLaterFragment) break;
    } else if (extensionHeaders.has(protocol)) {
      protocol = bytes[transportAt] as number;
      transportAt += ((bytes[transportAt + 1] as number) + 1) * 8;
    } else break;
  }
  return {
    family: 6,
    sourceAt: at + 8,
    destinationAt: at + 24,
    protocol,
    tos: (u16(bytes, at) >>> 4) & 255,
    totalBytes: u16(bytes, at + 4) + 40,
    isLaterFragment,
    transportAt,
  };
}

/** TCP, UDP, DCCP, SCTP and UDP-Lite begin with their ports. */
const withPorts: ReadonlySet<number> = new Set([6, 17, 33, 132, 136]);

function readTransport(bytes: Uint8Array, at: number, to: number, protocol: number): TransportHeader | undefined {
  if (protocol === 1 || protocol === 58) {
    return to - at >= 2 ? { sourcePort: 0, destinationPort: 0, tcpFlags: 0, icmp: u16(bytes, at) } : undefined;
  }
  if (!withPorts.has(protocol) || to - at < 4) return undefined;
  return {
    sourcePort: u16(bytes, at),
    destinationPort: u16(bytes, at + 2),
    // Nine flags, the first of them in the byte before (RFC 9293, section 3.1; RFC 3540).
    tcpFlags: protocol === 6 && to - at >= 14 ? u16(bytes, at + 12) & 0x1ff : 0,
    icmp: 0,
  };
}
