import { PacketHead } from './packet-head.ts';

/** The beginning of a packet as people look at it: what it has, and nothing else. */
export interface PacketHeaders {
  /** Where the network header begins; undefined where there is none that is known here. */
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

type NetworkHeader = { family: 4 | 6 } & Pick<
  PacketHead,
  'sourceAt' | 'destinationAt' | 'protocol' | 'tos' | 'totalBytes' | 'isLaterFragment' | 'transportAt'
>;

type TransportHeader = Pick<PacketHead, 'sourcePort' | 'destinationPort' | 'tcpFlags' | 'icmp'>;

/** Of most packets: an array for each would be for nothing. */
const none: readonly number[] = [];
/** Nothing of it outlives a call. */
const head = new PacketHead();

export function readEthernet(bytes: Uint8Array, from: number, to: number, depth = 0): PacketHeaders {
  head.readFrame(bytes, from, to, depth);
  return headersOf(bytes, to);
}

/** A packet that begins with its IP header. */
export function readIp(bytes: Uint8Array, from: number, to: number): PacketHeaders {
  head.readPacket(bytes, from, to);
  return headersOf(bytes, to);
}

function headersOf(bytes: Uint8Array, to: number): PacketHeaders {
  const { family, networkAt, etherType, vlans, labels, innerAt, depth, vni } = head;
  const found: PacketHeaders = {
    networkAt: family === 0 ? undefined : networkAt,
    etherType: etherType < 0 ? undefined : etherType,
    vlans: vlans.length > 0 ? [...vlans] : none,
    labels: labels.length > 0 ? [...labels] : none,
  };
  if (family !== 0) {
    const { sourceAt, destinationAt, protocol, tos, totalBytes, isLaterFragment, transportAt } = head;
    found.network = { family, sourceAt, destinationAt, protocol, tos, totalBytes, isLaterFragment, transportAt };
  }
  if (head.hasTransport) {
    const { sourcePort, destinationPort, tcpFlags, icmp } = head;
    found.transport = { sourcePort, destinationPort, tcpFlags, icmp };
  }
  if (innerAt > 0) found.inner = { ...readEthernet(bytes, innerAt, to, depth + 1), vni };
  return found;
}
