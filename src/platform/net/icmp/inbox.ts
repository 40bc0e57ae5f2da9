import type { Milliseconds } from '../../../model/index.ts';
import type { Clock } from '../../clock.ts';
import * as linux from '../../linux/constants.ts';
import type { Libc } from '../../linux/ffi.ts';
import { formatAddress } from './address.ts';
import { MessageBatch } from './batch.ts';
import { emptyControl, readControl, readOffender } from './control.ts';
import type { EchoSocket } from './echo-socket.ts';
import * as packet from './packet.ts';
import type { Pending, PendingTable } from './pending.ts';
import type { EchoResult, PingerStatistics } from './pinger.ts';

/** Messages read by one call. */
const receiveBatch = 64;
/** Calls in a row before the event loop gets its turn; far more than a receive queue holds. */
const maximumReceiveCalls = 1024;

/** What the inbox works with, and whom it tells. */
export interface InboxPorts {
  table: PendingTable;
  secret: Uint8Array;
  totals: PingerStatistics;
  onReply(pending: Pending, result: Extract<EchoResult, { kind: 'reply' }>): void;
  onError(pending: Pending, result: EchoResult): void;
}

/** Reads replies, kernel time stamps and ICMP errors off the sockets, and finds the echo that each belongs to. */
export class Inbox {
  readonly #libc: Libc;
  readonly #clock: Clock;
  readonly #ports: InboxPorts;
  readonly #incoming: MessageBatch;
  readonly #control = emptyControl();
  readonly #message: packet.Message;

  constructor(libc: Libc, clock: Clock, ports: InboxPorts) {
    this.#libc = libc;
    this.#clock = clock;
    this.#ports = ports;
    this.#incoming = new MessageBatch(libc, receiveBatch);
    this.#message = { bytes: this.#incoming.data, start: 0, length: 0 };
  }

  /** Reads stamps and errors, then replies; `thorough` goes on until the kernel says that there is nothing more. */
  drain(socket: EchoSocket<Pending>, thorough: boolean): void {
    this.#receive(socket, linux.MSG_ERRQUEUE, thorough);
    this.#receive(socket, 0, thorough);
  }

  #receive(socket: EchoSocket<Pending>, flags: number, thorough: boolean): void {
    for (let call = 0; call < maximumReceiveCalls; call++) {
      // A callback may have closed the pinger, or ended the last echo of a retired socket.
      if (socket.closed) return;
      this.#incoming.prepareReceive();
      const count = this.#libc.recvmmsg(
        socket.fd,
        this.#incoming.headers,
        receiveBatch,
        flags | linux.MSG_DONTWAIT,
        null,
      );
      if (count < 0) {
        if (this.#libc.errno() === linux.EAGAIN || flags !== 0) return;
        continue;
      }
      this.#incoming.received(count);
      const nowMs = this.#clock.monotonic();
      for (let index = 0; index < count && !socket.closed; index++) {
        this.#message.start = this.#incoming.dataStart(index);
        this.#message.length = this.#incoming.length(index);
        const { controlView } = this.#incoming;
        readControl(
          controlView,
          this.#incoming.controlStart(index),
          this.#incoming.controlLength(index),
          this.#control,
        );
        if (flags === 0) this.#onReply(socket, index, nowMs);
        else this.#onErrorQueue(socket, index, nowMs);
      }
      if (count < receiveBatch && !thorough) return;
    }
  }

  #onReply(socket: EchoSocket<Pending>, index: number, nowMs: Milliseconds): void {
    const echo = packet.readReply(this.#message, socket.family, socket.raw && socket.family === 4);
    if (!echo) {
      this.#ports.totals.malformed++;
      return;
    }
    if (socket.raw && echo.identifier !== socket.identifier) return;
    const ours = packet.carriesSecret(this.#message.bytes, echo, this.#ports.secret);
    const pending = this.#ports.table.at(echo.slot);
    if (!ours || (this.#incoming.flags(index) & linux.MSG_TRUNC) !== 0) {
      this.#ports.totals.foreign++;
      return;
    }
    if (pending?.nonce !== echo.nonce || pending.socket !== socket || pending.state === 'queued') {
      this.#ports.totals.duplicates++;
      return;
    }
    if (echo.length !== pending.length || !this.#isFrom(index, pending)) {
      this.#ports.totals.foreign++;
      return;
    }
    const ttl = echo.ttl ?? this.#control.ttl;
    const from = pending.address.multicast ? this.#source(index, pending) : pending.request.address;
    this.#ports.onReply(pending, { kind: 'reply', rttMs: this.#rtt(pending, nowMs), from, ...(ttl >= 0 && { ttl }) });
  }

  /**
   * From the kernel's stamp of sending to that of receiving, so that waiting in this process does not count. A step of
   * the wall clock in between shows as a time that is negative or longer than the monotonic one, which then counts; so
   * it does for the very first packets after opening, while the kernel switches its stamps on.
   */
  #rtt(pending: Pending, nowMs: Milliseconds): Milliseconds {
    const elapsedMs = nowMs - pending.sentMs;
    const { stampSeconds, stampNanoseconds } = this.#control;
    if (stampSeconds < 0) return elapsedMs;
    const rttMs =
      (stampSeconds - pending.sentSeconds) * 1000 + (stampNanoseconds - pending.sentNanoseconds) / 1_000_000;
    return rttMs >= 0 && rttMs <= elapsedMs + 1 ? rttMs : elapsedMs;
  }

  #onErrorQueue(socket: EchoSocket<Pending>, index: number, nowMs: Milliseconds): void {
    const { origin } = this.#control;
    if (origin === linux.SO_EE_ORIGIN_TIMESTAMPING) this.#onSendStamp(socket);
    else if (origin === linux.SO_EE_ORIGIN_ICMP || origin === linux.SO_EE_ORIGIN_ICMP6) {
      this.#onIcmpError(socket, index, nowMs);
    }
  }

  #onSendStamp(socket: EchoSocket<Pending>): void {
    const { data, stampSeconds, stampNanoseconds } = this.#control;
    const pending = this.#ports.table.at(socket.stampedSlot(data));
    if (pending?.socket !== socket || pending.stampKey !== data || stampSeconds < 0) return;
    const laterMs =
      (stampSeconds - pending.sentSeconds) * 1000 + (stampNanoseconds - pending.sentNanoseconds) / 1_000_000;
    // A stamp from before the call that sent the packet belongs to another one.
    if (laterMs < 0) return;
    pending.sentSeconds = stampSeconds;
    pending.sentNanoseconds = stampNanoseconds;
  }

  #onIcmpError(socket: EchoSocket<Pending>, index: number, nowMs: Milliseconds): void {
    const kind = errorKind(socket.family, this.#control.type);
    const quoted = kind && packet.readQuoted(this.#message, socket.family);
    if (!quoted || (socket.raw && quoted.identifier !== socket.identifier)) return;
    const pending = this.#ports.table.at(quoted.slot < 0 ? quoted.sequence : quoted.slot);
    if (pending?.socket !== socket || pending.state !== 'waiting') return;
    if (quoted.slot >= 0 && quoted.nonce !== pending.nonce) return;
    if (!this.#isFrom(index, pending)) return;
    const from = readOffender(this.#incoming.control, this.#control, socket.family);
    const rttMs = this.#rtt(pending, nowMs);
    this.#ports.onError(pending, { kind, ...(from && { from }), code: this.#control.code, rttMs });
  }

  /** Whether the message's address (the source of a reply, the target of a quoted request) is the pending one's. */
  #isFrom(index: number, pending: Pending): boolean {
    if (pending.address.multicast) return true;
    const { bytes, family } = pending.address;
    const { names } = this.#incoming;
    const start = this.#incoming.nameStart(index) + (family === 4 ? 4 : 8);
    for (let at = 0; at < bytes.length; at++) if (names[start + at] !== bytes[at]) return false;
    return true;
  }

  #source(index: number, pending: Pending): string {
    const start = this.#incoming.nameStart(index) + (pending.address.family === 4 ? 4 : 8);
    return formatAddress(this.#incoming.names.subarray(start, start + pending.address.bytes.length));
  }
}

/** RFC 792; RFC 4443 sections 3.1 to 3.3, where "packet too big" is one way of not getting there. */
function errorKind(family: packet.Family, type: number): 'unreachable' | 'time-exceeded' | undefined {
  const unreachable = family === 4 ? type === 3 : type === 1 || type === 2;
  if (unreachable) return 'unreachable';
  return type === (family === 4 ? 11 : 3) ? 'time-exceeded' : undefined;
}
