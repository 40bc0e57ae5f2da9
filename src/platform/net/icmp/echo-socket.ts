import { randomInt } from 'node:crypto';
import * as linux from '../../linux/constants.ts';
import { describeErrno, int32, type Libc } from '../../linux/ffi.ts';
import { sockaddrIn, sockaddrIn6 } from '../../linux/layouts.ts';
import { parseAddress, type Address } from './address.ts';
import type { Family } from './packet.ts';

/** What all echoes of one socket have in common. */
export interface SocketOptions {
  family: Family;
  ttl: number | undefined;
  dontFragment: boolean;
  device: string | undefined;
  mark: number | undefined;
  sourceAddress: string | undefined;
}

/** A failure of the system that becomes the result of an echo. */
export interface SocketFailure {
  code: string;
  text: string;
}

/** Asked for; ordinary users get at most `net.core.rmem_max`. */
const receiveBufferBytes = 4 * 1024 * 1024;

const stampFlags =
  linux.SOF_TIMESTAMPING_TX_SOFTWARE |
  linux.SOF_TIMESTAMPING_RX_SOFTWARE |
  linux.SOF_TIMESTAMPING_SOFTWARE |
  linux.SOF_TIMESTAMPING_OPT_TSONLY;

/** Opens a ping or raw ICMP socket without any options; the descriptor, or -1 and `libc.errno()`. */
export function openIcmp(libc: Libc, family: Family, kind: 'ping' | 'raw'): number {
  const type = kind === 'ping' ? linux.SOCK_DGRAM : linux.SOCK_RAW;
  return libc.socket(
    family === 4 ? linux.AF_INET : linux.AF_INET6,
    type | linux.SOCK_CLOEXEC | linux.SOCK_NONBLOCK,
    family === 4 ? linux.IPPROTO_ICMP : linux.IPPROTO_ICMPV6,
  );
}

/** One kernel socket for all echoes with the same options. */
export class EchoSocket<Pending> {
  readonly fd: number;
  readonly family: Family;
  readonly raw: boolean;
  /** Of raw sockets, which see the replies to everybody; the kernel chooses and checks that of ping sockets. */
  readonly identifier: number;
  /** Echoes to be sent, oldest first. */
  readonly queue: Pending[] = [];
  /** Echoes of this socket whose result or late reply is still awaited. */
  users = 0;
  /** Order of last use among all sockets. */
  lastUse = 0;
  /** Known to the pool's epoll descriptor, and armed there. */
  watched = false;
  wakes = false;
  closed = false;
  readonly #libc: Libc;
  readonly #stamped = new Int32Array(4096).fill(-1);
  #nextKey = 0;
  #drops = 0;

  private constructor(libc: Libc, fd: number, options: SocketOptions, kind: 'ping' | 'raw') {
    this.#libc = libc;
    this.fd = fd;
    this.family = options.family;
    this.raw = kind === 'raw';
    this.identifier = this.raw ? randomInt(1, 0x10000) : 0;
  }

  static open<Pending>(libc: Libc, options: SocketOptions, kind: 'ping' | 'raw'): EchoSocket<Pending> | SocketFailure {
    const fd = openIcmp(libc, options.family, kind);
    if (fd < 0) return describeErrno(libc.errno());
    const socket = new EchoSocket<Pending>(libc, fd, options, kind);
    const failure = socket.#configure(options);
    if (!failure) return socket;
    socket.close();
    return failure;
  }

  close(): void {
    this.closed = true;
    this.#libc.close(this.fd);
  }

  /** Remembers which slot the next packet belongs to; returns the number that its send stamp will carry. */
  expectStamp(slot: number): number {
    const key = this.#nextKey;
    this.#stamped[key & 4095] = slot;
    this.#nextKey = (key + 1) >>> 0;
    return key;
  }

  /** The slot of the packet with that number, or -1. */
  stampedSlot(key: number): number {
    return (this.#nextKey - key) >>> 0 <= 4096 ? (this.#stamped[key & 4095] ?? -1) : -1;
  }

  /** After a failed send nobody knows whether the kernel counted the packet: both start again from zero. */
  restartStamps(): void {
    this.#stamped.fill(-1);
    this.#nextKey = 0;
    this.#set(linux.SOL_SOCKET, linux.SO_TIMESTAMPING, stampFlags);
    this.#set(linux.SOL_SOCKET, linux.SO_TIMESTAMPING, stampFlags | linux.SOF_TIMESTAMPING_OPT_ID);
  }

  /** Takes a pending error off the socket, so that the next call speaks for itself. */
  clearError(): void {
    this.#libc.getsockopt(this.fd, linux.SOL_SOCKET, linux.SO_ERROR, int32(0), int32(4));
  }

  /** Messages that the kernel dropped since the last call because the receive queue was full. */
  newDrops(): number {
    const words = Buffer.alloc(64);
    if (this.#libc.getsockopt(this.fd, linux.SOL_SOCKET, linux.SO_MEMINFO, words, int32(64)) < 0) return 0;
    const total = words.readUInt32LE(4 * linux.SK_MEMINFO_DROPS);
    const fresh = (total - this.#drops) >>> 0;
    this.#drops = total;
    return fresh;
  }

  #set(level: number, option: number, value: number): boolean {
    return this.#libc.setsockopt(this.fd, level, option, int32(value), 4) === 0;
  }

  #configure(options: SocketOptions): SocketFailure | undefined {
    const failed = () => describeErrno(this.#libc.errno());
    // Time stamps, errors and TTL make results better; a kernel without them still pings.
    if (!this.#set(linux.SOL_SOCKET, linux.SO_RCVBUFFORCE, receiveBufferBytes)) {
      this.#set(linux.SOL_SOCKET, linux.SO_RCVBUF, receiveBufferBytes);
    }
    this.#set(linux.SOL_SOCKET, linux.SO_TIMESTAMPING, stampFlags | linux.SOF_TIMESTAMPING_OPT_ID);
    if (this.family === 4) {
      this.#set(linux.IPPROTO_IP, linux.IP_RECVERR, 1);
      this.#set(linux.IPPROTO_IP, linux.IP_RECVTTL, 1);
    } else {
      this.#set(linux.IPPROTO_IPV6, linux.IPV6_RECVERR, 1);
      this.#set(linux.IPPROTO_IPV6, linux.IPV6_RECVHOPLIMIT, 1);
    }
    if (this.raw && !this.#filterReplies()) return failed();
    if (!this.#setFragmentation(options.dontFragment)) return failed();
    if (options.ttl !== undefined && !this.#setTtl(options.ttl)) return failed();
    if (options.mark !== undefined && !this.#set(linux.SOL_SOCKET, linux.SO_MARK, options.mark)) return failed();
    if (options.device !== undefined) {
      const name = Buffer.from(`${options.device}\0`);
      const { fd } = this;
      if (this.#libc.setsockopt(fd, linux.SOL_SOCKET, linux.SO_BINDTODEVICE, name, name.length) < 0) return failed();
    }
    return options.sourceAddress === undefined ? undefined : this.#bind(options.sourceAddress, options.device);
  }

  /** Lets echo replies in and nothing else: set bits block. */
  #filterReplies(): boolean {
    if (this.family === 4) return this.#set(linux.SOL_RAW, linux.ICMP_FILTER, ~(1 << 0));
    const blocked = Buffer.alloc(32, 0xff);
    blocked.writeUInt32LE(~(1 << (129 & 31)) >>> 0, 4 * (129 >> 5));
    const { fd } = this;
    return this.#libc.setsockopt(fd, linux.IPPROTO_ICMPV6, linux.ICMP6_FILTER, blocked, blocked.length) === 0;
  }

  #setFragmentation(forbidden: boolean): boolean {
    const mode = forbidden ? linux.IP_PMTUDISC_PROBE : linux.IP_PMTUDISC_DONT;
    if (this.family === 4) return this.#set(linux.IPPROTO_IP, linux.IP_MTU_DISCOVER, mode);
    return (
      this.#set(linux.IPPROTO_IPV6, linux.IPV6_MTU_DISCOVER, mode) &&
      this.#set(linux.IPPROTO_IPV6, linux.IPV6_DONTFRAG, forbidden ? 1 : 0)
    );
  }

  #setTtl(ttl: number): boolean {
    if (this.family === 4) {
      return this.#set(linux.IPPROTO_IP, linux.IP_TTL, ttl) && this.#set(linux.IPPROTO_IP, linux.IP_MULTICAST_TTL, ttl);
    }
    return (
      this.#set(linux.IPPROTO_IPV6, linux.IPV6_UNICAST_HOPS, ttl) &&
      this.#set(linux.IPPROTO_IPV6, linux.IPV6_MULTICAST_HOPS, ttl)
    );
  }

  #bind(text: string, device: string | undefined): SocketFailure | undefined {
    const address = parseAddress(text);
    if (address?.family !== this.family) {
      return { code: 'EAFNOSUPPORT', text: `source address ${text} is not an IPv${this.family} address` };
    }
    const name = Buffer.alloc(sockaddrIn6.size);
    const scope = scopeOf(this.#libc, address, device);
    if (typeof scope !== 'number') return scope;
    const length = writeSocketAddress(name, 0, address, scope);
    return this.#libc.bind(this.fd, name, length) < 0 ? describeErrno(this.#libc.errno()) : undefined;
  }
}

/** The interface number that an address needs: that of its zone, or of the device for link-local ones; else 0. */
export function scopeOf(libc: Libc, address: Address, device: string | undefined): number | SocketFailure {
  const zone = address.zone ?? (address.linkLocal ? device : undefined);
  if (zone === undefined) {
    return address.linkLocal ? { code: 'EINVAL', text: 'a link-local address needs %interface' } : 0;
  }
  const number = /^\d+$/.test(zone) ? Number(zone) : libc.if_nametoindex(zone);
  return number > 0 ? number : { code: 'ENODEV', text: `there is no interface ${zone}` };
}

/** Writes a `struct sockaddr_in` or `sockaddr_in6` with port 0; returns its length. */
export function writeSocketAddress(into: Buffer, start: number, address: Address, scope: number): number {
  if (address.family === 4) {
    into[start + sockaddrIn.family] = linux.AF_INET;
    into[start + sockaddrIn.family + 1] = 0;
    into[start + sockaddrIn.port] = 0;
    into[start + sockaddrIn.port + 1] = 0;
    // Byte by byte: for four bytes that is several times faster than `set`.
    for (let at = 0; at < 4; at++) into[start + sockaddrIn.address + at] = address.bytes[at] ?? 0;
    return sockaddrIn.size;
  }
  into.writeUInt16LE(linux.AF_INET6, start + sockaddrIn6.family);
  into.writeUInt16LE(0, start + sockaddrIn6.port);
  into.writeUInt32LE(0, start + sockaddrIn6.flow);
  into.set(address.bytes, start + sockaddrIn6.address);
  into.writeUInt32LE(scope, start + sockaddrIn6.scope);
  return sockaddrIn6.size;
}
