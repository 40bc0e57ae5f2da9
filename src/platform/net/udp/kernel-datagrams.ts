import type { EpochMs } from '../../../model/index.ts';
import * as linux from '../../linux/constants.ts';
import { describeErrno, int32, type Libc } from '../../linux/ffi.ts';
import { sockaddrIn6 } from '../../linux/layouts.ts';
import { Readiness } from '../../linux/readiness.ts';
import { AddressBook } from '../icmp/address.ts';
import { MessageBatch } from '../icmp/batch.ts';
import { emptyControl, readControl } from '../icmp/control.ts';
import { scopeOf } from '../icmp/echo-socket.ts';
import { bindSocket } from './bound-socket.ts';
import type { DatagramEndpoint, DatagramOptions, DatagramSocket } from './datagrams.ts';
import { readEndpoint, writeEndpoint } from './socket-name.ts';

/** Read by one call. */
const batchSize = 32;
/** Calls in a row before the event loop gets its turn. */
const maxCalls = 32;
const receiveBufferBytes = 1_048_576;
/** RFC 8762 section 4.3.1: what to say where it is not known. */
const unknownTtl = 255;

/** A socket of the C library: the kernel tells when each datagram came and went. */
export class KernelDatagrams implements DatagramSocket {
  readonly stamps = 'kernel';
  readonly port: number;
  readonly #libc: Libc;
  readonly #options: DatagramOptions;
  readonly #family: 4 | 6;
  readonly #fd: number;
  readonly #readiness: Readiness;
  readonly #batch: MessageBatch;
  readonly #control = emptyControl();
  readonly #addresses = new AddressBook();
  readonly #name = Buffer.from(new ArrayBuffer(sockaddrIn6.size));
  readonly #time = Buffer.from(new ArrayBuffer(16));
  #sent = 0;
  #drops = 0;
  #closed = false;

  /** `address` is literal. Throws LISTEN_FAILED; UNSUPPORTED where epoll is not to be had. */
  constructor(libc: Libc, address: DatagramEndpoint, options: DatagramOptions) {
    this.#libc = libc;
    this.#options = options;
    const { fd, family, port } = bindSocket(libc, address, (socket, of) => this.#configure(socket, of));
    this.#fd = fd;
    this.#family = family;
    this.port = port;
    this.#batch = new MessageBatch(libc, batchSize);
    try {
      this.#readiness = new Readiness(libc, fd, () => this.#read());
    } catch (thrown) {
      libc.close(fd);
      throw thrown;
    }
    this.#readiness.unref();
  }

  now(): EpochMs {
    this.#libc.clock_gettime(linux.CLOCK_REALTIME, this.#time);
    return this.#time.readUInt32LE(0) * 1000 + this.#time.readUInt32LE(8) / 1_000_000;
  }

  send(to: DatagramEndpoint, bytes: Uint8Array) {
    const address = this.#addresses.find(to.address);
    const scope = address && scopeOf(this.#libc, address, undefined);
    if (!address || typeof scope !== 'number') return { code: 'EINVAL', text: `${to.address} is not an address` };
    const length = writeEndpoint(this.#name, this.#family, { address, port: to.port, scope });
    if (length === 0) return { code: 'EAFNOSUPPORT', text: `this watcher has no IPv6 address to reach ${to.address}` };
    const flags = linux.MSG_DONTWAIT;
    if (this.#libc.sendto(this.#fd, bytes, bytes.length, flags, this.#name, length) < 0) {
      const failure = describeErrno(this.#libc.errno());
      this.#restartStamps();
      return failure;
    }
    const number = this.#sent;
    this.#sent = (this.#sent + 1) >>> 0;
    return number;
  }

  newDrops(): number {
    const words = Buffer.alloc(64);
    const got = this.#libc.getsockopt(this.#fd, linux.SOL_SOCKET, linux.SO_MEMINFO, words, int32(64));
    if (got < 0) return 0;
    const total = words.readUInt32LE(4 * linux.SK_MEMINFO_DROPS);
    const fresh = (total - this.#drops) >>> 0;
    this.#drops = total;
    return fresh;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#readiness.close();
    this.#libc.close(this.#fd);
  }

  /** What of this a kernel refuses makes figures worse, not wrong. */
  #configure(fd: number, family: 4 | 6): void {
    const set = (level: number, option: number, value: number) =>
      this.#libc.setsockopt(fd, level, option, int32(value), 4) === 0;
    const bytes = this.#options.bufferBytes ?? receiveBufferBytes;
    if (!set(linux.SOL_SOCKET, linux.SO_RCVBUFFORCE, bytes)) {
      set(linux.SOL_SOCKET, linux.SO_RCVBUF, bytes);
    }
    set(linux.SOL_SOCKET, linux.SO_TIMESTAMPING, this.#stampFlags());
    set(linux.IPPROTO_IP, linux.IP_MTU_DISCOVER, linux.IP_PMTUDISC_PROBE);
    set(linux.IPPROTO_IP, linux.IP_RECVTTL, 1);
    if (family === 4) return;
    set(linux.IPPROTO_IPV6, linux.IPV6_MTU_DISCOVER, linux.IP_PMTUDISC_PROBE);
    set(linux.IPPROTO_IPV6, linux.IPV6_DONTFRAG, 1);
    set(linux.IPPROTO_IPV6, linux.IPV6_RECVHOPLIMIT, 1);
  }

  #stampFlags(): number {
    const receiving = linux.SOF_TIMESTAMPING_RX_SOFTWARE | linux.SOF_TIMESTAMPING_SOFTWARE;
    if (!this.#options.onSent) return receiving;
    const sending = linux.SOF_TIMESTAMPING_TX_SOFTWARE | linux.SOF_TIMESTAMPING_OPT_TSONLY;
    return receiving | sending | linux.SOF_TIMESTAMPING_OPT_ID;
  }

  /** After a failed send nobody knows whether the kernel counted the packet: both start again from zero. */
  #restartStamps(): void {
    if (!this.#options.onSent) return;
    this.#sent = 0;
    for (const flags of [this.#stampFlags() & ~linux.SOF_TIMESTAMPING_OPT_ID, this.#stampFlags()]) {
      this.#libc.setsockopt(this.#fd, linux.SOL_SOCKET, linux.SO_TIMESTAMPING, int32(flags), 4);
    }
  }

  #read(): void {
    // Send stamps first: an answer is worth more when it is known when its probe left.
    this.#receive(linux.MSG_ERRQUEUE);
    this.#receive(0);
    this.#readiness.again();
  }

  #receive(flags: number): void {
    for (let call = 0; call < maxCalls && !this.#closed; call++) {
      this.#batch.prepareReceive();
      const wanted = flags | linux.MSG_DONTWAIT;
      const count = this.#libc.recvmmsg(this.#fd, this.#batch.headers, batchSize, wanted, null);
      if (count <= 0) return;
      this.#batch.received(count);
      for (let index = 0; index < count && !this.#closed; index++) this.#take(index, flags);
      if (count < batchSize) return;
    }
  }

  #take(index: number, flags: number): void {
    const { controlView } = this.#batch;
    readControl(controlView, this.#batch.controlStart(index), this.#batch.controlLength(index), this.#control);
    const { stampSeconds, stampNanoseconds, origin, data, ttl } = this.#control;
    const at = stampSeconds < 0 ? this.now() : stampSeconds * 1000 + stampNanoseconds / 1_000_000;
    if (flags !== 0) {
      if (origin === linux.SO_EE_ORIGIN_TIMESTAMPING && stampSeconds >= 0) this.#options.onSent?.(data, at);
      return;
    }
    const start = this.#batch.dataStart(index);
    this.#options.onDatagram({
      from: readEndpoint(this.#batch.names, this.#batch.nameStart(index)),
      bytes: this.#batch.data.subarray(start, start + this.#batch.length(index)),
      at,
      ttl: ttl < 0 ? unknownTtl : ttl,
    });
  }
}
