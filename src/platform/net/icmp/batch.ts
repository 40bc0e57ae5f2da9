import type { Libc } from '../../linux/ffi.ts';
import { iovec, mmsghdr } from '../../linux/layouts.ts';

/** Room for one `struct sockaddr_in6`. */
const nameBytes = 32;
/** Time stamp (64), TTL (24) and extended error with offender (64) fit twice. */
const controlBytes = 256;
/**
 * Any ICMP message fits. The kernel hands out memory when it is touched, so small packets cost one page each; the odd
 * 192 bytes keep equal offsets of neighbours out of the same cache set.
 */
const dataBytes = 65_536 + 192;

/** Memory of one `sendmmsg` or `recvmmsg` call: headers, addresses, data and control data of `count` messages. */
export class MessageBatch {
  readonly count: number;
  readonly headers: Buffer;
  readonly data: Buffer;
  readonly control: Buffer;
  readonly controlView: DataView;
  readonly names: Buffer;
  readonly #header: DataView;
  readonly #vector: DataView;
  readonly #vectors: Buffer;
  #used: number;

  constructor(libc: Libc, count: number) {
    this.count = count;
    this.headers = fixed(mmsghdr.size * count);
    this.#vectors = fixed(iovec.size * count);
    this.names = fixed(nameBytes * count);
    this.data = fixed(dataBytes * count);
    this.control = fixed(controlBytes * count);
    this.controlView = viewOf(this.control);
    this.#header = viewOf(this.headers);
    this.#vector = viewOf(this.#vectors);
    this.#used = count;
    const point = (view: DataView, offset: number, to: Buffer, within: number) =>
      view.setBigUint64(offset, libc.addressOf(to) + BigInt(within), true);
    for (let index = 0; index < count; index++) {
      const header = mmsghdr.size * index;
      point(this.#header, header + mmsghdr.name, this.names, nameBytes * index);
      point(this.#header, header + mmsghdr.vector, this.#vectors, iovec.size * index);
      this.#header.setUint32(header + mmsghdr.vectorLength, 1, true);
      point(this.#header, header + mmsghdr.control, this.control, controlBytes * index);
      point(this.#vector, iovec.size * index + iovec.base, this.data, dataBytes * index);
      this.#vector.setUint32(iovec.size * index + iovec.length, dataBytes, true);
    }
  }

  dataStart(index: number): number {
    return dataBytes * index;
  }

  nameStart(index: number): number {
    return nameBytes * index;
  }

  controlStart(index: number): number {
    return controlBytes * index;
  }

  /** Bytes of data that a receive call stored. */
  length(index: number): number {
    return Math.min(dataBytes, this.#header.getUint32(mmsghdr.size * index + mmsghdr.length, true));
  }

  flags(index: number): number {
    return this.#header.getUint32(mmsghdr.size * index + mmsghdr.flags, true);
  }

  controlLength(index: number): number {
    return this.#header.getUint32(mmsghdr.size * index + mmsghdr.controlLength, true);
  }

  /** The kernel overwrites the lengths with what it used; they are set again before the next receive call. */
  prepareReceive(): void {
    for (let index = 0; index < this.#used; index++) {
      const header = mmsghdr.size * index;
      this.#header.setUint32(header + mmsghdr.nameLength, nameBytes, true);
      this.#header.setUint32(header + mmsghdr.controlLength, controlBytes, true);
    }
    this.#used = 0;
  }

  /** Says how many messages the last receive call touched. */
  received(count: number): void {
    this.#used = count;
  }

  prepareSend(index: number, addressBytes: number, length: number): void {
    const header = mmsghdr.size * index;
    this.#header.setUint32(header + mmsghdr.nameLength, addressBytes, true);
    this.#header.setUint32(header + mmsghdr.controlLength, 0, true);
    this.#vector.setUint32(iovec.size * index + iovec.length, length, true);
  }
}

/** Memory that never moves: V8 keeps small typed arrays on its heap, where the collector moves them. */
function fixed(bytes: number): Buffer {
  return Buffer.from(new ArrayBuffer(bytes));
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
