import { u16, u32 } from './bytes.ts';

const etherTypes = { ipv4: 0x0800, ipv6: 0x86dd, mpls: 0x8847, mplsMulticast: 0x8848, pppoe: 0x8864 } as const;
const maxTags = 4;
const maxLabels = 16;
const maxExtensions = 8;
const maxTunnels = 2;
const vxlanPort = 4789;

/**
 * The beginning of a packet: link, tags, labels, network, transport. Lengths come from the packet itself and are checked
 * against what there is; how deep it is looked into is bounded. One head is read into again and again, since to make
 * objects of a packet costs more than to read it.
 */
export class PacketHead {
  /** -1 for a frame too short to have one, and for a packet without a frame. */
  etherType = -1;
  /** Outermost first. */
  readonly vlans: number[] = [];
  readonly labels: number[] = [];
  /** 0 where no network header is known; what is below it means nothing then. */
  family: 0 | 4 | 6 = 0;
  networkAt = 0;
  /** Where the addresses stand: 4 or 16 bytes each. */
  sourceAt = 0;
  destinationAt = 0;
  protocol = 0;
  tos = 0;
  /** Of header and content, as the header says. */
  totalBytes = 0;
  /** Has no transport header: it is not the first piece. */
  isLaterFragment = false;
  /** Where the transport header begins, unless it is a later piece. */
  transportAt = 0;
  hasTransport = false;
  sourcePort = 0;
  destinationPort = 0;
  tcpFlags = 0;
  /** Type times 256, and code. */
  icmp = 0;
  /** Where a frame begins that VXLAN (RFC 7348) carries, its network, and in how many others it is; 0 for none. */
  innerAt = 0;
  vni = 0;
  depth = 0;

  /** A packet that begins with its Ethernet header, in so many others. */
  readFrame(bytes: Uint8Array, from: number, to: number, depth = 0): void {
    this.#begin(depth);
    this.#frame(bytes, from, to);
  }

  /** A packet that begins with its IP header. */
  readPacket(bytes: Uint8Array, from: number, to: number): void {
    this.#begin(0);
    this.etherType = -1;
    this.#network(bytes, from, to);
  }

  #begin(depth: number): void {
    // To empty what is empty costs more than to ask.
    if (this.vlans.length > 0) this.vlans.length = 0;
    if (this.labels.length > 0) this.labels.length = 0;
    this.family = 0;
    this.isLaterFragment = false;
    this.hasTransport = false;
    this.tcpFlags = 0;
    this.icmp = 0;
    this.sourcePort = 0;
    this.destinationPort = 0;
    this.innerAt = 0;
    this.depth = depth;
  }

  #frame(bytes: Uint8Array, from: number, to: number): void {
    this.etherType = -1;
    let at = from + 14;
    if (at > to) return;
    let type = u16(bytes, at - 2);
    for (let tags = 0; isTag(type) && tags < maxTags; tags++, at += 4) {
      if (to - at < 4) return;
      this.vlans.push(u16(bytes, at) & 0xfff);
      type = u16(bytes, at + 2);
    }
    this.etherType = type;
    if (type === etherTypes.ipv4 || type === etherTypes.ipv6) this.#network(bytes, at, to);
    else if (type === etherTypes.mpls || type === etherTypes.mplsMulticast) this.#labels(bytes, at, to);
    else if (type === etherTypes.pppoe) {
      // Six bytes of PPPoE, two of PPP, which names IPv4 0x0021 and IPv6 0x0057 (RFC 2516; RFC 1332; RFC 5072).
      const protocol = to - at >= 8 ? u16(bytes, at + 6) : 0;
      if (protocol === 0x0021 || protocol === 0x0057) this.#network(bytes, at + 8, to);
    }
  }

  /** Labels up to the one at the bottom of the stack (RFC 3032); what follows shows itself by its first four bits. */
  #labels(bytes: Uint8Array, from: number, to: number): void {
    let at = from;
    let isBottom = false;
    for (let count = 0; !isBottom && count < maxLabels; count++, at += 4) {
      if (to - at < 4) return;
      const entry = u32(bytes, at);
      this.labels.push(entry >>> 12);
      isBottom = (entry & 0x100) !== 0;
    }
    if (!isBottom || at >= to) return;
    const first = (bytes[at] as number) >>> 4;
    if (first === 4 || first === 6) {
      this.#network(bytes, at, to);
      return;
    }
    // A control word of zeroes in front of an Ethernet frame (RFC 4385, section 3).
    if (first !== 0 || to - at < 18 || this.depth >= maxTunnels) return;
    this.depth++;
    this.#frame(bytes, at + 4, to);
  }

  #network(bytes: Uint8Array, at: number, to: number): void {
    if (at >= to) return;
    const version = (bytes[at] as number) >>> 4;
    if (version === 4) this.#ipv4(bytes, at, to);
    else if (version === 6) this.#ipv6(bytes, at, to);
    if (this.family === 0) return;
    this.networkAt = at;
    if (!this.isLaterFragment) this.#transport(bytes, this.transportAt, to);
  }

  #ipv4(bytes: Uint8Array, at: number, to: number): void {
    const length = ((bytes[at] as number) & 15) * 4;
    if (length < 20 || to - at < 20) return;
    this.family = 4;
    this.sourceAt = at + 12;
    this.destinationAt = at + 16;
    this.protocol = bytes[at + 9] as number;
    this.tos = bytes[at + 1] as number;
    this.totalBytes = u16(bytes, at + 2);
    this.isLaterFragment = (u16(bytes, at + 6) & 0x1fff) !== 0;
    this.transportAt = at + length;
  }

  #ipv6(bytes: Uint8Array, at: number, to: number): void {
    if (to - at < 40) return;
    let protocol = bytes[at + 6] as number;
    let transportAt = at + 40;
    for (let count = 0; count < maxExtensions && to - transportAt >= 8; count++) {
      if (protocol === fragmentHeader) {
        this.isLaterFragment = u16(bytes, transportAt + 2) >>> 3 !== 0;
        protocol = bytes[transportAt] as number;
        transportAt += 8;
        if (this.isLaterFragment) break;
      } else if (isExtension(protocol)) {
        protocol = bytes[transportAt] as number;
        transportAt += ((bytes[transportAt + 1] as number) + 1) * 8;
      } else break;
    }
    this.family = 6;
    this.sourceAt = at + 8;
    this.destinationAt = at + 24;
    this.protocol = protocol;
    this.tos = (u16(bytes, at) >>> 4) & 255;
    this.totalBytes = u16(bytes, at + 4) + 40;
    this.transportAt = transportAt;
  }

  #transport(bytes: Uint8Array, at: number, to: number): void {
    const { protocol } = this;
    if (protocol === 1 || protocol === 58) {
      if (to - at < 2) return;
      this.hasTransport = true;
      this.icmp = u16(bytes, at);
      return;
    }
    if (!hasPorts(protocol) || to - at < 4) return;
    this.hasTransport = true;
    this.sourcePort = u16(bytes, at);
    this.destinationPort = u16(bytes, at + 2);
    // Nine flags, the first of them in the byte before (RFC 9293, section 3.1; RFC 3540).
    if (protocol === 6 && to - at >= 14) this.tcpFlags = u16(bytes, at + 12) & 0x1ff;
    if (protocol !== 17 || this.destinationPort !== vxlanPort || this.depth >= maxTunnels || to - at < 16) return;
    // The flag that the identifier is there (RFC 7348, section 5).
    if (((bytes[at + 8] as number) & 0x08) === 0) return;
    this.innerAt = at + 16;
    this.vni = u32(bytes, at + 12) >>> 8;
  }
}

const isTag = (type: number): boolean => type === 0x8100 || type === 0x88a8 || type === 0x9100 || type === 0x9200;

const fragmentHeader = 44;

function isExtension(protocol: number): boolean {
  return (
    protocol === 0 || protocol === 43 || protocol === 60 || protocol === 135 || protocol === 139 || protocol === 140
  );
}

/** TCP, UDP, DCCP, SCTP and UDP-Lite begin with their ports. */
function hasPorts(protocol: number): boolean {
  return protocol === 6 || protocol === 17 || protocol === 33 || protocol === 132 || protocol === 136;
}
