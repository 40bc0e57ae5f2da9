import type { EpochMs } from '../../../model/index.ts';
import { u32 } from '../decode/bytes.ts';
import { PacketHead } from '../decode/packet-head.ts';
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
  /** Of the innermost tunnel. */
  #network = 0;
  readonly #head = new PacketHead();
  readonly #other = new PacketHead();
  readonly #source = new Uint32Array(addressWords);
  readonly #destination = new Uint32Array(addressWords);

  /**
   * Reads the outermost IP header, or with `inside` the innermost one that VXLAN leads to. `other` is no IP; `unreadable`
   * was cut or lies about its length.
   */
  read(frame: MeteredFrame, inside: boolean): 'ip' | 'other' | 'unreadable' {
    const { bytes, from, to, begins } = frame;
    const outer = this.#head;
    this.#network = 0;
    if (begins === 'ethernet') outer.readFrame(bytes, from, to);
    else outer.readPacket(bytes, from, to);
    const head = inside && outer.innerAt > 0 ? this.#innermost(bytes, to) : outer;
    if (head.family === 0) return begins === 'ip' || isIp(head) ? 'unreadable' : 'other';
    const { family, networkAt, protocol, transportAt } = head;
    this.vlan = head.vlans[0] ?? 0;
    this.tos = head.tos;
    this.protocol = protocol;
    this.bytes = lengthOf(family, head.totalBytes, frame.originalBytes - (networkAt - from));
    readAddress(this.#source, bytes, head.sourceAt, family);
    readAddress(this.#destination, bytes, head.destinationAt, family);
    this.isTcp = protocol === tcp && head.hasTransport && to - transportAt >= 14;
    this.flags = head.tcpFlags;
    this.icmp = head.icmp;
    this.sequence = this.isTcp ? u32(bytes, transportAt + 4) : 0;
    this.acknowledged = this.isTcp ? u32(bytes, transportAt + 8) : 0;
    this.piece = fragmentOf(bytes, head);
    this.key[keyAt.exporter] = frame.exporter;
    this.key[keyAt.interface] = frame.interface;
    this.key[keyAt.network] = this.#network;
    this.#sourcePort = head.sourcePort;
    this.#destinationPort = head.destinationPort;
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

  /** Follows tunnels as far as IP is found in them. */
  #innermost(bytes: Uint8Array, to: number): PacketHead {
    let [head, other] = [this.#head, this.#other];
    while (head.innerAt > 0) {
      other.readFrame(bytes, head.innerAt, to, head.depth + 1);
      if (other.family === 0) break;
      this.#network = head.vni;
      [head, other] = [other, head];
    }
    return head;
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

function isIp({ etherType, labels }: PacketHead): boolean {
  return etherType === 0x0800 || etherType === 0x86dd || labels.length > 0;
}

/** Of header and content. A frame may have been filled up behind its packet, and a header may say more than came. */
function lengthOf(family: number, totalBytes: number, there: number): number {
  if (totalBytes === 0) return there;
  if (family === 6 && totalBytes === 40 && there > mostInHeader) return there;
  return Math.min(totalBytes, there);
}

function readAddress(into: Uint32Array, bytes: Uint8Array, at: number, family: number): void {
  if (family === 4) {
    into[0] = 0;
    into[1] = 0;
    into[2] = 0xffff;
    into[3] = u32(bytes, at);
    return;
  }
  for (let word = 0; word < addressWords; word++) into[word] = u32(bytes, at + 4 * word);
}
