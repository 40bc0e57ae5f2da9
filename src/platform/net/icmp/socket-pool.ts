import { QwError } from '../../../model/index.ts';
import * as linux from '../../linux/constants.ts';
import { describeErrno, type Libc, type PollHandle } from '../../linux/ffi.ts';
import { epollEvent } from '../../linux/layouts.ts';
import { EchoSocket, type SocketFailure, type SocketOptions } from './echo-socket.ts';
import type { Family } from './packet.ts';
import type { Pending } from './pending.ts';
import type { EchoRequest } from './pinger.ts';

/** Most sockets open at once; each distinct set of options takes one. */
const maximumSockets = 64;

/**
 * The sockets of one pinger, found by their options. They sit in an epoll descriptor of their own, because libuv stops
 * watching a descriptor at the first entry in its error queue, and send stamps arrive there.
 */
export class SocketPool {
  readonly #libc: Libc;
  readonly #kind: 'ping' | 'raw';
  readonly #epoll: number;
  readonly #poll: PollHandle;
  readonly #events = Buffer.alloc(epollEvent.size * maximumSockets);
  readonly #event = Buffer.alloc(epollEvent.size);
  readonly #byKey = new Map<string, EchoSocket<Pending>>();
  readonly #plain = new Map<Family, EchoSocket<Pending>>();
  /** All that are open, also those that `retire` took out of `byKey`. */
  readonly #byFd = new Map<number, EchoSocket<Pending>>();
  #uses = 0;

  constructor(libc: Libc, kind: 'ping' | 'raw', onReadable: () => void) {
    this.#libc = libc;
    this.#kind = kind;
    this.#epoll = libc.epoll_create1(linux.EPOLL_CLOEXEC);
    if (this.#epoll < 0) throw new QwError('UNSUPPORTED', `epoll: ${describeErrno(libc.errno()).text}`);
    this.#poll = libc.poll(this.#epoll, onReadable);
    // Echoes that wait hold a timer, which keeps the process alive; an idle pinger need not.
    this.#poll.unref();
  }

  get size(): number {
    return this.#byFd.size;
  }

  all(): Iterable<EchoSocket<Pending>> {
    return this.#byFd.values();
  }

  find(request: EchoRequest, family: Family): EchoSocket<Pending> | SocketFailure {
    const { ttl, dontFragment, device, mark, sourceAddress } = request;
    const plain =
      ttl === undefined && !dontFragment && device === undefined && mark === undefined && sourceAddress === undefined;
    let socket = plain ? this.#plain.get(family) : undefined;
    if (!socket) {
      const options = { family, ttl, dontFragment: dontFragment === true, device, mark, sourceAddress };
      const key = keyOf(options);
      const found = this.#byKey.get(key) ?? this.#open(key, options);
      if (!(found instanceof EchoSocket)) return found;
      socket = found;
      if (plain) this.#plain.set(family, socket);
    }
    socket.lastUse = ++this.#uses;
    return socket;
  }

  /** The next echo with these options gets a new socket; this one stays until nobody needs it. */
  retire(socket: EchoSocket<Pending>): void {
    for (const [key, value] of this.#byKey) if (value === socket) this.#byKey.delete(key);
    if (this.#plain.get(socket.family) === socket) this.#plain.delete(socket.family);
  }

  /** One echo less on this socket. */
  release(socket: EchoSocket<Pending>): void {
    socket.users--;
    if (socket.users > 0) return;
    for (const value of this.#byKey.values()) if (value === socket) return;
    this.#close(socket);
  }

  /**
   * Wakes the event loop once when something arrives on the socket. It is asked for only while echoes wait, because
   * each wake costs, and replies from near are read together with the sending.
   */
  wakeFor(socket: EchoSocket<Pending>): void {
    if (socket.wakes || socket.closed) return;
    this.#event.writeUInt32LE(linux.EPOLLIN | linux.EPOLLONESHOT, epollEvent.events);
    this.#event.writeInt32LE(socket.fd, epollEvent.data);
    const operation = socket.watched ? linux.EPOLL_CTL_MOD : linux.EPOLL_CTL_ADD;
    socket.wakes = this.#libc.epoll_ctl(this.#epoll, operation, socket.fd, this.#event) === 0;
    socket.watched ||= socket.wakes;
  }

  /** Sockets with something to read; each wakes no more until `wakeFor`. */
  ready(): EchoSocket<Pending>[] {
    const count = this.#libc.epoll_wait(this.#epoll, this.#events, maximumSockets, 0);
    const sockets: EchoSocket<Pending>[] = [];
    for (let index = 0; index < count; index++) {
      const socket = this.#byFd.get(this.#events.readInt32LE(epollEvent.size * index + epollEvent.data));
      if (!socket) continue;
      socket.wakes = false;
      sockets.push(socket);
    }
    return sockets;
  }

  close(): void {
    for (const socket of this.#byFd.values()) socket.close();
    this.#byFd.clear();
    this.#byKey.clear();
    this.#plain.clear();
    this.#poll.close();
    this.#libc.close(this.#epoll);
  }

  #open(key: string, options: SocketOptions): EchoSocket<Pending> | SocketFailure {
    if (this.#byFd.size >= maximumSockets && !this.#closeIdle()) {
      return { code: 'OVERLOADED', text: `echoes with ${maximumSockets} different sets of options are under way` };
    }
    const socket = EchoSocket.open<Pending>(this.#libc, options, this.#kind);
    if (!(socket instanceof EchoSocket)) return socket;
    this.#byFd.set(socket.fd, socket);
    this.#byKey.set(key, socket);
    return socket;
  }

  /** Closes the socket that was unused for longest; false if all are in use. */
  #closeIdle(): boolean {
    let oldest: EchoSocket<Pending> | undefined;
    for (const socket of this.#byFd.values()) {
      if (socket.users === 0 && (!oldest || socket.lastUse < oldest.lastUse)) oldest = socket;
    }
    if (!oldest) return false;
    this.retire(oldest);
    this.#close(oldest);
    return true;
  }

  #close(socket: EchoSocket<Pending>): void {
    // Closing takes the socket out of the epoll set.
    this.#byFd.delete(socket.fd);
    socket.close();
  }
}

function keyOf(options: SocketOptions): string {
  const { family, ttl, dontFragment, device, mark, sourceAddress } = options;
  return JSON.stringify([family, ttl, dontFragment, device, mark, sourceAddress]);
}
