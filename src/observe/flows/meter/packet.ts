import type { EpochMs } from '../../../model/index.ts';
import { u32 } from '../decode/bytes.ts';
import { readEthernet, readIp, type PacketHeaders } from '../decode/packet-headers.ts';
import { fragmentOf, type PieceEnds } from './fragments.ts';

/** A packet on its way past, or what was kept of it; the bytes are free again when the meter has returned. */
export interface MeteredFrame {
  at: EpochMs;
  bytes: Uint8Array;
  from: number;
  to: number;
  /** What it begins with. */
  begins: 'ethernet' | 'ip';
  /** Its length before it was cut. */
  originalBytes: number;
  /** Number of whoever saw it, as rows have it. */
  exporter: number;
  /** ifIndex of where it was seen, 0 unknown. */
  interface: number;
  /** Undefined where nobody knows. */
  outgoing: boolean | undefined;
}

/** Places in the key of a connection. Both directions have one key: the lower end stands first. */
export const keyAt = { lower: 0, upper: 4, ports: 8, rest: 9, exporter: 10, interface: 11, network: 12 } as const;
export const keyWords = 13;
const addressWords = 4;
const tcp = 6;
const [finFlag, synFlag, resetFlag, ackFlag] = [0x01, 0x02, 0x04, 0x10];
export const tcpFlags = { fin: finFlag, syn: synFlag, reset: resetFlag, ack: ackFlag } as const;
/** Offloading hands over packets that are longer than their own header can say (up to 64 kB and more). */
const mostInHeader = 65_575;

/** What the meter needs to know of one packet. It is filled anew for each, since an object a packet would cost more than the rest. */
export class Packet {
  readonly key = new Uint32Array(keyWords);
  /** 0 when it goes from the lower end to the upper one. */
  half = 0;
  bytes = 0;
  tos = 0;
  flags = 0;
  icmp = 0;
  protocol = 0;
  vlan = 0;
  sequence = 0;
  acknowledged = 0;
  /** With sequence numbers: the first piece of a TCP segment. */
  isTcp = false;
  /** Place of a piece that is not alone, where its packet's identifier and its ends stand. */
  piece: ReturnType<typeof fragmentOf> = undefined;
  #sourcePort = 0;
  #destinationPort = 0;
  readonly #source = new Uint32Array(addressWords);
  readonly #destination = new Uint32Array(addressWords);

  /**
   * Reads the outermost IP header, or with `inside` the innermost one that VXLAN leads to. `other` is no IP; `unreadable`
   * was cut or lies about its length.
   */
  read(frame: MeteredFrame, inside: boolean): 'ip' | 'other' | 'unreadable' {
    const { bytes, from, to, begins } = frame;
    const found = begins === 'ethernet' ? readEthernet(bytes, from, to) : readIp(bytes, from, to);
    const { headers, network } = inside ? innermost(found) : { headers: found, network: 0 };
    const { network: ip, networkAt } = headers;
    if (!ip || networkAt === undefined) return isIp(found, begins) ? 'unreadable' : 'other';
    this.vlan = headers.vlans[0] ?? 0;
    this.tos = ip.tos;
    this.protocol = ip.protocol;
    this.bytes = lengthOf(ip, frame.originalBytes - (networkAt - from));
    readAddress(this.#source, bytes, ip.sourceAt, ip.family);
    readAddress(this.#destination, bytes, ip.destinationAt, ip.family);
    const { transport } = headers;
    this.isTcp = ip.protocol === tcp && transport !== undefined && to - ip.transportAt >= 14;
    this.flags = transport?.tcpFlags ?? 0;
    this.icmp = transport?.icmp ?? 0;
    this.sequence = this.isTcp ? u32(bytes, ip.transportAt + 4) : 0;
    this.acknowledged = this.isTcp ? u32(bytes, ip.transportAt + 8) : 0;
    this.piece = fragmentOf(bytes, networkAt, ip);
    this.key[keyAt.exporter] = frame.exporter;
    this.key[keyAt.interface] = frame.interface;
    this.key[keyAt.network] = network;
    this.#sourcePort = transport?.sourcePort ?? 0;
    this.#destinationPort = transport?.destinationPort ?? 0;
    this.#fillKey();
    return 'ip';
  }

  /** What a first piece says, and the others don't. */
  ends(): PieceEnds {
    const { protocol, icmp } = this;
    return { sourcePort: this.#sourcePort, destinationPort: this.#destinationPort, protocol, icmp };
  }

  setEnds({ sourcePort, destinationPort, protocol, icmp }: PieceEnds): void {
    this.#sourcePort = sourcePort;
    this.#destinationPort = destinationPort;
    this.protocol = protocol;
    this.icmp = icmp;
    this.#fillKey();
  }

  /** Of the identifier of its packet: whose pieces belong together (RFC 791, section 3.2; RFC 8200, section 4.5). */
  pieceKey(identifier: number): string {
    return `${this.key[keyAt.exporter]} ${this.#source.join(' ')} ${this.#destination.join(' ')} ${identifier}`;
  }

  #fillKey(): void {
    const { key } = this;
    const source = this.#source;
    const destination = this.#destination;
    let order = 0;
    for (let word = 0; order === 0 && word < addressWords; word++)
      order = (source[word] as number) - (destination[word] as number);
    if (order === 0) order = this.#sourcePort - this.#destinationPort;
    const isDown = order > 0;
    this.half = isDown ? 1 : 0;
    key.set(isDown ? destination : source, keyAt.lower);
    key.set(isDown ? source : destination, keyAt.upper);
    const [lower, upper] = isDown
      ? [this.#destinationPort, this.#sourcePort]
      : [this.#sourcePort, this.#destinationPort];
    // Type and code stand for both ports, so that a question and its answer are flows of their own.
    key[keyAt.ports] = this.icmp === 0 ? (lower << 16) | upper : this.icmp;
    key[keyAt.rest] = (this.protocol << 24) | (this.vlan & 0xfff);
  }
}

function innermost(found: PacketHeaders): { headers: PacketHeaders; network: number } {
  let [headers, network] = [found, 0];
  while (headers.inner?.network) {
    network = headers.inner.vni;
    headers = headers.inner;
  }
  return { headers, network };
}

function isIp({ etherType, labels }: PacketHeaders, begins: 'ethernet' | 'ip'): boolean {
  return begins === 'ip' || etherType === 0x0800 || etherType === 0x86dd || labels.length > 0;
}

/** Of header and content. A frame may have been filled up behind its packet, and a header may say more than came. */
function lengthOf({ family, totalBytes }: { family: 4 | 6; totalBytes: number }, there: number): number {
  if (totalBytes === 0) return there;
  if (family === 6 && totalBytes === 40 && there > mostInHeader) return there;
  return Math.min(totalBytes, there);
}

function readAddress(into: Uint32Array, bytes: Uint8Array, at: number, family: 4 | 6): void {
  if (family === 4) {
    into[0] = 0;
    into[1] = 0;
    into[2] = 0xffff;
    into[3] = u32(bytes, at);
    return;
  }
  for (let word = 0; word < addressWords; word++) into[word] = u32(bytes, at + 4 * word);
}
