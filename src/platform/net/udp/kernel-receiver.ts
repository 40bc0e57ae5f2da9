import * as linux from '../../linux/constants.ts';
import { int32, type Libc } from '../../linux/ffi.ts';
import { sockaddrIn, sockaddrIn6 } from '../../linux/layouts.ts';
import { Readiness } from '../../linux/readiness.ts';
import { MessageBatch } from '../icmp/batch.ts';
import { bindSocket } from './bound-socket.ts';
import type { DatagramEndpoint } from './datagrams.ts';
import type { DatagramReceiver, ReceiverOptions } from './receiver.ts';
import { readEndpoint } from './socket-name.ts';

/** Read by one call. */
const batchSize = 32;
/** Calls in a row before the event loop gets its turn: 2048 datagrams. */
const maxCalls = 64;
/**
 * While datagrams come, they are fetched by the clock instead of one wake-up each. A buffer of 4 MiB holds some 1,800 full
 * ones: 30 ms at 60,000 a second. A small one is looked at more often.
 */
const pauseMs = 4;
const shortPauseMs = 1;
/** While fewer come at a time than this, the next look is put off: each costs as much as some ten datagrams. */
const fewDatagrams = 128;
const longPauseMs = 8;
const roomyBytes = 2 * 1024 * 1024;
/** Senders that are remembered by what the kernel says of them. */
const maxSenders = 20_000;

/** A socket of the C library, asked for many datagrams at a time. */
export class KernelReceiver implements DatagramReceiver {
  readonly method = 'batches';
  readonly port: number;
  readonly bufferBytes: number;
  readonly #libc: Libc;
  readonly #onDatagram: ReceiverOptions['onDatagram'];
  readonly #fd: number;
  readonly #readiness: Readiness;
  readonly #batch: MessageBatch;
  readonly #senders = new Map<number | string, DatagramEndpoint>();
  #drops = 0;
  /** By the last look. */
  #taken = 0;
  #closed = false;

  /** `address` is literal. Throws LISTEN_FAILED; UNSUPPORTED where epoll is not to be had. */
  constructor(libc: Libc, address: DatagramEndpoint, { bufferBytes, onDatagram }: ReceiverOptions) {
    this.#libc = libc;
    this.#onDatagram = onDatagram;
    const { fd, port } = bindSocket(libc, address, (socket) => enlarge(libc, socket, bufferBytes));
    this.#fd = fd;
    this.port = port;
    // The kernel counts its own bookkeeping as well, and doubles what was asked for (socket(7)).
    this.bufferBytes = readOption(libc, fd, linux.SO_RCVBUF) / 2;
    this.#batch = new MessageBatch(libc, batchSize);
    try {
      this.#readiness = new Readiness(libc, fd, () => this.#round());
    } catch (thrown) {
      libc.close(fd);
      throw thrown;
    }
  }

  newDrops(): number {
    const words = Buffer.alloc(64);
    if (this.#libc.getsockopt(this.#fd, linux.SOL_SOCKET, linux.SO_MEMINFO, words, int32(64)) < 0) return 0;
    const total = words.readUInt32LE(4 * linux.SK_MEMINFO_DROPS);
    const fresh = (total - this.#drops) >>> 0;
    this.#drops = total;
    return fresh;
  }

  /** What has come until now is still handed over. */
  close(): void {
    if (this.#closed) return;
    this.#receive();
    this.#closed = true;
    this.#readiness.close();
    this.#libc.close(this.#fd);
  }

  #round(): void {
    if (this.#closed) return;
    const took = this.#receive();
    if (this.#closed) return;
    if (took === 'nothing') this.#readiness.again();
    else if (took === 'more') setImmediate(() => this.#round());
    else setTimeout(() => this.#round(), this.#pauseMs());
  }

  #pauseMs(): number {
    if (this.bufferBytes < roomyBytes) return shortPauseMs;
    return this.#taken < fewDatagrams ? longPauseMs : pauseMs;
  }

  #receive(): 'nothing' | 'all' | 'more' {
    this.#taken = 0;
    for (let call = 0; call < maxCalls && !this.#closed; call++) {
      this.#batch.prepareReceive();
      const count = this.#libc.recvmmsg(this.#fd, this.#batch.headers, batchSize, linux.MSG_DONTWAIT, null);
      if (count <= 0) return this.#taken > 0 ? 'all' : 'nothing';
      this.#taken += count;
      this.#batch.received(count);
      for (let index = 0; index < count && !this.#closed; index++) {
        const start = this.#batch.dataStart(index);
        const bytes = this.#batch.data.subarray(start, start + this.#batch.length(index));
        this.#onDatagram(bytes, this.#sender(this.#batch.nameStart(index)));
      }
      if (count < batchSize) return 'all';
    }
    return 'more';
  }

  #sender(start: number): DatagramEndpoint {
    const { names } = this.#batch;
    // 48 bits of IPv4 address and port fit a double, which is looked up faster than text.
    const isIpv4 = names[start] === linux.AF_INET && names[start + 1] === 0;
    const key = isIpv4
      ? names.readUInt32BE(start + sockaddrIn.address) * 65_536 + names.readUInt16BE(start + sockaddrIn.port)
      : names.toString('latin1', start, start + sockaddrIn6.size);
    const known = this.#senders.get(key);
    if (known) return known;
    if (this.#senders.size >= maxSenders) this.#senders.clear();
    const sender = readEndpoint(names, start);
    this.#senders.set(key, sender);
    return sender;
  }
}

function enlarge(libc: Libc, fd: number, bytes: number): void {
  const wanted = int32(bytes);
  // Beyond net.core.rmem_max only for who administers the network.
  if (libc.setsockopt(fd, linux.SOL_SOCKET, linux.SO_RCVBUFFORCE, wanted, 4) < 0) {
    libc.setsockopt(fd, linux.SOL_SOCKET, linux.SO_RCVBUF, wanted, 4);
  }
}

function readOption(libc: Libc, fd: number, option: number): number {
  const value = int32(0);
  return libc.getsockopt(fd, linux.SOL_SOCKET, option, value, int32(4)) < 0 ? 0 : value.readInt32LE(0);
}
