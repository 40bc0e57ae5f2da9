import { QwError } from '../../model/index.ts';
import * as linux from './constants.ts';
import { describeErrno, type Libc, type PollHandle } from './ffi.ts';
import { epollEvent } from './layouts.ts';

/**
 * Says once that a descriptor can be read, or has an error, and no more until it is asked for again. The event loop watches
 * an epoll descriptor in its place, since libuv stops watching one that has an error: for sockets that is a message (a stamp
 * of what was sent, an ICMP error, an interface that went down), and the next one must be heard too.
 */
export class Readiness {
  readonly #libc: Libc;
  readonly #fd: number;
  readonly #epoll: number;
  readonly #poll: PollHandle;
  readonly #event = Buffer.from(new ArrayBuffer(epollEvent.size));
  #scheduled = false;
  #closed = false;

  /** The descriptor stays its owner's. Throws UNSUPPORTED where epoll is not to be had. */
  constructor(libc: Libc, fd: number, onReady: () => void) {
    this.#libc = libc;
    this.#fd = fd;
    this.#epoll = libc.epoll_create1(linux.EPOLL_CLOEXEC);
    if (this.#epoll < 0) throw new QwError('UNSUPPORTED', `epoll: ${describeErrno(libc.errno()).text}`);
    this.#poll = libc.poll(this.#epoll, () => this.#schedule(onReady));
    this.#arm(linux.EPOLL_CTL_ADD);
  }

  /** From now on what there is to read is said, once. */
  again(): void {
    if (!this.#closed) this.#arm(linux.EPOLL_CTL_MOD);
  }

  /** The event loop may end although this is open. */
  unref(): void {
    this.#poll.unref();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#poll.close();
    this.#libc.close(this.#epoll);
  }

  #arm(operation: number): void {
    this.#event.writeUInt32LE(linux.EPOLLIN | linux.EPOLLONESHOT, epollEvent.events);
    this.#event.writeInt32LE(this.#fd, epollEvent.data);
    this.#libc.epoll_ctl(this.#epoll, operation, this.#fd, this.#event);
  }

  /** Outside the poll callback, after which promise reactions might not run. */
  #schedule(onReady: () => void): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#closed) return;
      // Takes the event off, so that the next one wakes again.
      this.#libc.epoll_wait(this.#epoll, this.#event, 1, 0);
      onReady();
    });
  }
}
