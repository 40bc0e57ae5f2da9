import { QwError } from '../../model/index.ts';
import { MessageBatch } from '../net/icmp/batch.ts';
import * as linux from './constants.ts';
import { describeErrno, int32, openLibc, type Libc } from './ffi.ts';
import { cmsghdr, packetAuxiliary, socketFilterProgram, sockaddrLinkLayer } from './layouts.ts';
import { Readiness } from './readiness.ts';

/** A frame as it passed an interface; its bytes are valid until the listener returns. */
export interface CapturedFrame {
  /** The wall clock when the kernel saw it. */
  seconds: number;
  nanoseconds: number;
  /** It left this machine; otherwise it came. */
  outgoing: boolean;
  /** What the filter let through of it, from its link header on. */
  bytes: Buffer;
  /** Before it was cut. */
  originalBytes: number;
  /** Of the tag that the kernel took off, as it stands in a frame: TPID and TCI. */
  tag?: { type: number; control: number };
}

export interface PacketCaptureOptions {
  device: string;
  /**
   * Instructions of classic BPF, 8 bytes each (`struct sock_filter`); what they return is how many bytes are kept of a
   * frame. Nothing reaches this process before they are in force.
   */
  filter: Buffer;
  onFrame: (frame: CapturedFrame) => void;
  /** The interface is gone or down. */
  onProblem: (text: string) => void;
}

export interface PacketCapture {
  /** Whether frames begin with an Ethernet header; otherwise with their IP header. */
  readonly link: 'ethernet' | 'ip';
  /** Frames since the last call that were lost because this process was too slow to read them. */
  newDrops(): number;
  /** All that has come until now. */
  drain(): void;
  close(): void;
}

/** Read by one call, and calls in a row before the event loop gets its turn. */
const batchSize = 32;
const maxCalls = 64;
/** A second of a full gigabit is four times this; the reader is woken long before. */
const receiveBufferBytes = 32 * 1024 * 1024;

const etherTypeAll = 0x0003;
const hardwareTypes = { ethernet: 1, loopback: 772 } as const;
const packetOutgoing = 4;
/** TP_STATUS_VLAN_VALID and TP_STATUS_VLAN_TPID_VALID (include/uapi/linux/if_packet.h). */
const hasTag = 0x10;
const hasTagType = 0x40;

/**
 * Copies of frames that pass an interface, both ways, by a packet socket (packet(7)). Throws UNSUPPORTED where the system
 * refuses (CAP_NET_RAW), NOT_FOUND for an interface that is not there.
 */
export function openPacketCapture(options: PacketCaptureOptions, libc: Libc = openLibc()): PacketCapture {
  const index = libc.if_nametoindex(options.device);
  if (index === 0) throw new QwError('NOT_FOUND', `there is no interface ${options.device}`);
  const fd = libc.socket(linux.AF_PACKET, linux.SOCK_RAW | linux.SOCK_CLOEXEC | linux.SOCK_NONBLOCK, 0);
  if (fd < 0) throw refusal(libc, 'packet socket');
  try {
    configure(libc, fd, options.filter);
    bind(libc, fd, index);
    return new Capture(libc, fd, options);
  } catch (thrown) {
    libc.close(fd);
    throw thrown;
  }
}

class Capture implements PacketCapture {
  readonly link: 'ethernet' | 'ip';
  readonly #libc: Libc;
  readonly #fd: number;
  readonly #options: PacketCaptureOptions;
  readonly #batch: MessageBatch;
  readonly #readiness: Readiness;
  #closed = false;

  constructor(libc: Libc, fd: number, options: PacketCaptureOptions) {
    this.#libc = libc;
    this.#fd = fd;
    this.#options = options;
    this.link = hasEthernet(libc, fd) ? 'ethernet' : 'ip';
    this.#batch = new MessageBatch(libc, batchSize);
    this.#readiness = new Readiness(libc, fd, () => this.#read());
  }

  newDrops(): number {
    // Reading resets them (packet(7), PACKET_STATISTICS): frames that came, and those of them that were dropped.
    const counts = Buffer.alloc(8);
    if (this.#libc.getsockopt(this.#fd, linux.SOL_PACKET, linux.PACKET_STATISTICS, counts, int32(8)) < 0) return 0;
    return counts.readUInt32LE(4);
  }

  drain(): void {
    while (!this.#closed && this.#receive());
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#readiness.close();
    this.#libc.close(this.#fd);
  }

  #read(): void {
    let more = true;
    for (let call = 0; call < maxCalls && more && !this.#closed; call++) more = this.#receive();
    this.#readiness.again();
  }

  /** Whether there may be more. */
  #receive(): boolean {
    this.#batch.prepareReceive();
    const count = this.#libc.recvmmsg(this.#fd, this.#batch.headers, batchSize, linux.MSG_DONTWAIT, null);
    if (count <= 0) {
      const errno = count < 0 ? this.#libc.errno() : linux.EAGAIN;
      if (errno !== linux.EAGAIN) this.#options.onProblem(`${this.#options.device}: ${describeErrno(errno).text}`);
      return false;
    }
    this.#batch.received(count);
    for (let index = 0; index < count && !this.#closed; index++) this.#take(index);
    return count === batchSize;
  }

  #take(index: number): void {
    const start = this.#batch.dataStart(index);
    const length = this.#batch.length(index);
    const kind = this.#batch.names[this.#batch.nameStart(index) + sockaddrLinkLayer.packetType];
    const frame: CapturedFrame = {
      seconds: 0,
      nanoseconds: 0,
      outgoing: kind === packetOutgoing,
      bytes: this.#batch.data.subarray(start, start + length),
      originalBytes: length,
    };
    this.#readControl(index, frame);
    this.#options.onFrame(frame);
  }

  #readControl(index: number, frame: CapturedFrame): void {
    const view = this.#batch.controlView;
    const from = this.#batch.controlStart(index);
    const end = from + this.#batch.controlLength(index);
    for (let at = from; at + cmsghdr.size <= end;) {
      const length = view.getUint32(at + cmsghdr.length, true);
      if (length < cmsghdr.size) return;
      const level = view.getUint32(at + cmsghdr.level, true);
      const type = view.getUint32(at + cmsghdr.type, true);
      const data = at + cmsghdr.size;
      if (level === linux.SOL_SOCKET && type === linux.SO_TIMESTAMPNS) {
        frame.seconds = Number(view.getBigInt64(data, true));
        frame.nanoseconds = Number(view.getBigInt64(data + 8, true));
      } else if (level === linux.SOL_PACKET && type === linux.PACKET_AUXDATA) {
        const status = view.getUint32(data + packetAuxiliary.status, true);
        frame.originalBytes = view.getUint32(data + packetAuxiliary.length, true);
        if ((status & hasTag) !== 0) {
          const told = (status & hasTagType) !== 0 ? view.getUint16(data + packetAuxiliary.tagType, true) : 0x8100;
          frame.tag = { type: told, control: view.getUint16(data + packetAuxiliary.tagControl, true) };
        }
      }
      at += Math.ceil(length / cmsghdr.alignment) * cmsghdr.alignment;
    }
  }
}

function configure(libc: Libc, fd: number, filter: Buffer): void {
  if (libc.setsockopt(fd, linux.SOL_SOCKET, linux.SO_RCVBUFFORCE, int32(receiveBufferBytes), 4) < 0)
    libc.setsockopt(fd, linux.SOL_SOCKET, linux.SO_RCVBUF, int32(receiveBufferBytes), 4);
  // The kernel copies the program while the call lasts; small buffers might be moved until then.
  const held = Buffer.from(new ArrayBuffer(filter.length));
  filter.copy(held);
  const program = Buffer.alloc(socketFilterProgram.size);
  program.writeUInt16LE(filter.length / 8, socketFilterProgram.length);
  program.writeBigUInt64LE(libc.addressOf(held), socketFilterProgram.instructions);
  if (libc.setsockopt(fd, linux.SOL_SOCKET, linux.SO_ATTACH_FILTER, program, program.length) < 0)
    throw refusal(libc, 'packet filter');
  libc.setsockopt(fd, linux.SOL_SOCKET, linux.SO_TIMESTAMPNS, int32(1), 4);
  if (libc.setsockopt(fd, linux.SOL_PACKET, linux.PACKET_AUXDATA, int32(1), 4) < 0)
    throw refusal(libc, 'packet socket');
}

/** From here on frames come: the socket was made for no protocol, so that none came before the filter. */
function bind(libc: Libc, fd: number, index: number): void {
  const name = Buffer.alloc(sockaddrLinkLayer.size);
  name.writeUInt16LE(linux.AF_PACKET, sockaddrLinkLayer.family);
  name.writeUInt16BE(etherTypeAll, sockaddrLinkLayer.protocol);
  name.writeInt32LE(index, sockaddrLinkLayer.index);
  if (libc.bind(fd, name, name.length) < 0) throw refusal(libc, 'packet socket');
}

function hasEthernet(libc: Libc, fd: number): boolean {
  const name = Buffer.alloc(32);
  libc.getsockname(fd, name, int32(name.length));
  const type = name.readUInt16LE(sockaddrLinkLayer.hardwareType);
  return type === hardwareTypes.ethernet || type === hardwareTypes.loopback;
}

function refusal(libc: Libc, what: string): QwError {
  const { text } = describeErrno(libc.errno());
  return new QwError('UNSUPPORTED', `${what}: ${text}`, { hint: 'run as root, or with CAP_NET_RAW' });
}
