import { randomBytes } from 'node:crypto';
import { assert, type Milliseconds } from '../../../model/index.ts';
import type { Clock, Timer } from '../../clock.ts';
import * as linux from '../../linux/constants.ts';
import { describeErrno, type Libc } from '../../linux/ffi.ts';
import { AddressBook } from './address.ts';
import { MessageBatch } from './batch.ts';
import { Deadlines } from './deadlines.ts';
import { EchoSocket, scopeOf, writeSocketAddress } from './echo-socket.ts';
import { Inbox } from './inbox.ts';
import * as packet from './packet.ts';
import { Pending, PendingTable } from './pending.ts';
import { deliver, emptyStatistics, type EchoRequest, type EchoResult, type Pinger } from './pinger.ts';
import { SocketPool } from './socket-pool.ts';

/**
 * Packets sent in one go before replies are read and the event loop gets its turn. Without the cap a sender that
 * catches up starves its own receiver, and the full receive queue looks like loss on the network.
 */
const burst = 32;
/** Echoes that wait for a result. */
const maximumWaiting = 131_072;
/** Echoes that are over but still listened for. */
const maximumLate = 131_072;
/** How long a reply after the deadline still counts as late rather than lost. */
const lateMs: Milliseconds = 2000;
/** A process that comes later than this share of the timeout to its deadline cannot tell loss from its own stall. */
const stallShare = 0.5;
/** Lateness that every timer may have. */
const smallestStallMs: Milliseconds = 5;

/** The engine: sends and receives in batches, measures by kernel time stamps, judges after everything has been read. */
export class SocketPinger implements Pinger {
  readonly method: 'ping-socket' | 'raw-socket';
  readonly #libc: Libc;
  readonly #clock: Clock;
  readonly #pool: SocketPool;
  readonly #outgoing: MessageBatch;
  readonly #inbox: Inbox;
  readonly #addresses = new AddressBook();
  readonly #table = new PendingTable();
  readonly #deadlines = new Deadlines<Pending>();
  readonly #secret = randomBytes(packet.secretBytes);
  readonly #time = Buffer.alloc(80);
  readonly #sending = new Set<EchoSocket<Pending>>();
  /** Results that `echo` itself must not deliver. */
  readonly #refused: [(result: EchoResult) => void, EchoResult][] = [];
  readonly #totals = emptyStatistics();
  #waiting = 0;
  #late = 0;
  #timer: Timer | undefined;
  #armedMs = Infinity;
  #scheduled = false;
  #readable = false;
  #closed = false;

  constructor(libc: Libc, kind: 'ping' | 'raw', clock: Clock) {
    this.method = kind === 'ping' ? 'ping-socket' : 'raw-socket';
    this.#libc = libc;
    this.#clock = clock;
    this.#outgoing = new MessageBatch(libc, burst);
    this.#pool = new SocketPool(libc, kind, () => {
      // Callbacks run outside the poll callback, after which Node 26 would not run promise reactions.
      this.#readable = true;
      this.#schedule();
    });
    this.#inbox = new Inbox(libc, clock, {
      table: this.#table,
      secret: this.#secret,
      totals: this.#totals,
      onReply: (pending, result) => this.#answer(pending, result),
      onError: (pending, result) => this.#refuse(pending, result),
    });
  }

  echo(request: EchoRequest, callback: (result: EchoResult) => void): void {
    const pending = this.#prepare(request, callback);
    if (!(pending instanceof Pending)) {
      this.#totals.errors++;
      this.#refused.push([callback, pending]);
    } else {
      this.#table.add(pending);
      this.#waiting++;
      pending.socket.users++;
      pending.socket.queue.push(pending);
      this.#sending.add(pending.socket);
    }
    this.#schedule();
  }

  statistics() {
    return { ...this.#totals, waiting: this.#waiting, sockets: this.#pool.size };
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#timer?.cancel();
    this.#pool.close();
    for (const pending of this.#table.all()) {
      if (pending.state === 'queued' || pending.state === 'waiting') deliver(pending.callback, canceled);
    }
    for (const [callback, result] of this.#refused.splice(0)) deliver(callback, result);
    this.#waiting = 0;
  }

  #prepare(request: EchoRequest, callback: (result: EchoResult) => void): Pending | EchoResult {
    const failed = (code: string, text: string): EchoResult => ({ kind: 'error', code, text });
    if (this.#closed) return canceled;
    if (this.#waiting >= maximumWaiting) return failed('OVERLOADED', `${maximumWaiting} echoes are under way`);
    const address = this.#addresses.find(request.address);
    if (!address) return failed('EINVAL', `${request.address} is not a literal IPv4 or IPv6 address`);
    const length = packet.icmpBytesFor(address.family, request.sizeBytes);
    if (length === undefined) return failed('EMSGSIZE', 'an IP packet holds at most 65535 bytes');
    const scope = scopeOf(this.#libc, address, request.device);
    if (typeof scope !== 'number') return failed(scope.code, scope.text);
    const socket = this.#pool.find(request, address.family);
    if (!(socket instanceof EchoSocket)) return failed(socket.code, socket.text);
    return new Pending(request, callback, { address, scope, socket, length });
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#turn();
    });
  }

  /** One round: read what came, send a burst on each socket, read again. */
  #turn(): void {
    for (const [callback, result] of this.#refused.splice(0)) deliver(callback, result);
    if (this.#readable && !this.#closed) {
      this.#readable = false;
      for (const socket of this.#pool.ready()) {
        this.#inbox.drain(socket, false);
        if (socket.users > 0) this.#pool.wakeFor(socket);
      }
    }
    let full = false;
    for (const socket of this.#sending) {
      if (this.#closed) return;
      full = !this.#send(socket) || full;
      this.#inbox.drain(socket, false);
      if (socket.queue.length > 0) continue;
      this.#sending.delete(socket);
      if (socket.users > 0) this.#pool.wakeFor(socket);
    }
    this.#arm();
    if (full) this.#clock.after(1, () => this.#schedule());
    else if (this.#sending.size > 0) this.#schedule();
  }

  /** Sends one burst; false if the send queue of the kernel is full. */
  #send(socket: EchoSocket<Pending>): boolean {
    const { queue } = socket;
    const count = Math.min(burst, queue.length);
    for (let index = 0; index < count; index++) this.#write(index, socket, queue[index]);
    const sentMs = this.#clock.monotonic();
    this.#libc.clock_gettime(linux.CLOCK_REALTIME, this.#time);
    const seconds = this.#time.readUInt32LE(0);
    const nanoseconds = this.#time.readUInt32LE(8);
    let sent = this.#libc.sendmmsg(socket.fd, this.#outgoing.headers, count, linux.MSG_DONTWAIT);
    let errno = sent < 0 ? this.#libc.errno() : 0;
    if (sent < 0 && errno !== linux.EAGAIN) {
      // The error may be an ICMP error that an earlier packet caused: take it off and ask again.
      this.#inbox.drain(socket, false);
      if (this.#closed) return true;
      socket.clearError();
      socket.restartStamps();
      sent = this.#libc.sendmmsg(socket.fd, this.#outgoing.headers, count, linux.MSG_DONTWAIT);
      errno = sent < 0 ? this.#libc.errno() : 0;
    }
    if (sent < 0 && errno === linux.EAGAIN) return false;
    if (sent < 0) {
      socket.restartStamps();
      const failed = queue.shift();
      if (goneForGood.has(describeErrno(errno).code)) this.#pool.retire(socket);
      if (failed) this.#end(failed, { kind: 'error', ...describeErrno(errno) });
      return true;
    }
    for (const pending of queue.splice(0, sent)) {
      pending.state = 'waiting';
      pending.sentMs = sentMs;
      pending.sentSeconds = seconds;
      pending.sentNanoseconds = nanoseconds;
      pending.stampKey = socket.expectStamp(pending.slot);
      this.#expect(pending, sentMs + pending.request.timeoutMs);
    }
    this.#totals.sent += sent;
    return true;
  }

  #write(index: number, socket: EchoSocket<Pending>, pending: Pending | undefined): void {
    assert(pending !== undefined, 'a queued echo is there');
    const { data, names } = this.#outgoing;
    const start = this.#outgoing.dataStart(index);
    const { family, identifier } = socket;
    const { length } = pending;
    packet.writeEcho(data, start, { family, identifier, cookie: pending, secret: this.#secret, length });
    if (socket.raw && family === 4) packet.writeChecksum(data, start, length);
    const nameLength = writeSocketAddress(names, this.#outgoing.nameStart(index), pending.address, pending.scope);
    this.#outgoing.prepareSend(index, nameLength, length);
  }

  #expect(pending: Pending, dueMs: Milliseconds): void {
    pending.dueMs = dueMs;
    pending.dueKey = this.#deadlines.add(pending, dueMs);
  }

  /** Sets the timer for the earliest deadline. */
  #arm(): void {
    const nextMs = this.#closed ? Infinity : (this.#deadlines.nextMs() ?? Infinity);
    if (nextMs >= this.#armedMs && this.#armedMs !== Infinity) return;
    this.#timer?.cancel();
    this.#armedMs = nextMs;
    if (nextMs === Infinity) return;
    this.#timer = this.#clock.after(nextMs - this.#clock.monotonic(), () => {
      this.#armedMs = Infinity;
      this.#timer = undefined;
      this.#judge();
    });
  }

  /** Deadlines are judged after everything that has arrived was read; a late timer gives the kernel a second chance. */
  #judge(): void {
    const nowMs = this.#clock.monotonic();
    const dueMs = this.#deadlines.nextMs() ?? Infinity;
    this.#drainAll();
    if (nowMs - dueMs <= smallestStallMs) {
      this.#settleDue(nowMs);
      return;
    }
    setImmediate(() => {
      this.#drainAll();
      this.#settleDue(nowMs);
    });
  }

  #settleDue(nowMs: Milliseconds): void {
    if (this.#closed) return;
    const due = this.#deadlines.takeDue(nowMs);
    const overflowed = new Set<EchoSocket<Pending>>();
    for (const socket of new Set(due.filter((pending) => pending.state === 'waiting').map(({ socket }) => socket))) {
      const drops = socket.newDrops();
      this.#totals.dropped += drops;
      if (drops > 0) overflowed.add(socket);
    }
    for (const pending of due) {
      if (this.#closed) return;
      const stallMs = Math.max(smallestStallMs, stallShare * pending.request.timeoutMs);
      if (pending.state === 'late') this.#forget(pending);
      else if (pending.refusal) this.#end(pending, pending.refusal);
      else this.#giveUp(pending, nowMs - pending.dueMs > stallMs || overflowed.has(pending.socket));
    }
    this.#arm();
  }

  #giveUp(pending: Pending, starved: boolean): void {
    if (starved) this.#totals.starved++;
    else this.#totals.timeouts++;
    this.#waiting--;
    if (this.#late < maximumLate) {
      this.#late++;
      pending.state = 'late';
      this.#expect(pending, pending.dueMs + lateMs);
    } else {
      this.#release(pending);
    }
    deliver(pending.callback, { kind: starved ? 'starved' : 'timeout' });
  }

  /** Gives an echo its result and forgets it. */
  #end(pending: Pending, result: EchoResult): void {
    this.#deadlines.remove(pending, pending.dueKey);
    this.#waiting--;
    this.#release(pending);
    if (result.kind === 'reply') this.#totals.replies++;
    else if (result.kind === 'error') this.#totals.errors++;
    else this.#totals.refused++;
    deliver(pending.callback, result);
  }

  /** Nobody listens for this one any more. */
  #forget(pending: Pending): void {
    this.#deadlines.remove(pending, pending.dueKey);
    this.#late--;
    this.#release(pending);
  }

  #release(pending: Pending): void {
    pending.state = 'done';
    this.#table.remove(pending);
    this.#pool.release(pending.socket);
  }

  #drainAll(): void {
    for (const socket of this.#pool.all()) this.#inbox.drain(socket, true);
  }

  #answer(pending: Pending, result: Extract<EchoResult, { kind: 'reply' }>): void {
    if (pending.state === 'waiting' && result.rttMs <= pending.request.timeoutMs) {
      this.#end(pending, result);
      return;
    }
    if (pending.state === 'waiting') {
      this.#deadlines.remove(pending, pending.dueKey);
      this.#giveUp(pending, false);
    }
    if (pending.state !== 'late') return;
    this.#totals.late++;
    this.#forget(pending);
    const { onLate } = pending.request;
    if (onLate) deliver(onLate, result.rttMs);
  }

  #refuse(pending: Pending, result: EchoResult): void {
    if (pending.state !== 'waiting') return;
    if (result.kind === 'unreachable' || pending.request.acceptTimeExceeded) this.#end(pending, result);
    else pending.refusal = result;
  }
}

const canceled: EchoResult = { kind: 'error', code: 'ECANCELED', text: 'the pinger is closed' };

/** What the socket was bound to is gone; a new socket may find it again under the same name. */
const goneForGood: ReadonlySet<string> = new Set(['ENODEV', 'ENXIO', 'EINVAL', 'EADDRNOTAVAIL', 'EBADF']);
