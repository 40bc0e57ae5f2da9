import type { Milliseconds } from '../../model/index.ts';
import type { Clock, Log, NetFailure, SecureLink, Timer } from '../../platform/index.ts';
import type { ParticipantId } from '../protocol.ts';
import { LaneCounts } from './lane-counts.ts';
import type { TransportLimits } from './limits.ts';
import { Outbox } from './outbox.ts';
import { PeerLink } from './peer-link.ts';
import { laneAllowed, type Lane, type LinkStatus, type Peer } from './transport.ts';
import type { Goodbye } from './wire.ts';

/** What the sessions of one transport have in common. */
export interface SessionHost {
  self: { number: ParticipantId; role: Peer['role'] };
  life: bigint;
  clock: Clock;
  random: () => number;
  log: Log;
  limits: TransportLimits;
  call(address: string, publicKey: Uint8Array, done: (result: SecureLink | NetFailure) => void): { cancel(): void };
  deliver(from: ParticipantId, lane: Lane, frame: Buffer): void;
}

/** Links of one peer that have not yet greeted; one of each side's calls, and one to spare. */
const maxGreeting = 3;

/**
 * One peer over all the links it has in its time: who calls when, which link stays when both called, and what waits to be
 * sent meanwhile.
 */
export class PeerSession {
  readonly #host: SessionHost;
  readonly #outbox: Outbox;
  readonly #received = new LaneCounts();
  #peer: Peer;
  #link: PeerLink | undefined;
  #upAtMs: Milliseconds = 0;
  /** The peer has sent something over the present link. */
  #useful = false;
  readonly #greeting = new Set<PeerLink>();
  #calling: { cancel(): void } | undefined;
  #retry: Timer | undefined;
  #failures = 0;
  #throttledBefore = 0;
  #lastError: { code: string; text: string; atMs: Milliseconds } | undefined;
  #closed = false;
  /** From where this peer called last; empty before. */
  calledFrom = '';

  constructor(peer: Peer, host: SessionHost) {
    this.#peer = peer;
    this.#host = host;
    this.#outbox = new Outbox(host.limits.lanes);
    this.#plan(this.#courtesyMs());
  }

  get peer(): Peer {
    return this.#peer;
  }

  /** The same peer, perhaps at another address. */
  update(peer: Peer): void {
    const moved = peer.address !== this.#peer.address;
    this.#peer = peer;
    if (!moved) return;
    this.#failures = 0;
    this.#calling?.cancel();
    this.#calling = undefined;
    this.#retry?.cancel();
    this.#retry = undefined;
    this.#plan(0);
  }

  send(lane: Lane, frame: Uint8Array, expiresMs: Milliseconds | undefined): void {
    const { clock, self } = this.#host;
    const allowed = laneAllowed(lane, self.role, this.#peer.role);
    this.#outbox.push(lane, frame, clock.monotonic(), expiresMs, allowed);
    this.#link?.flush();
  }

  /** A link to this peer, whoever called. */
  take(secure: SecureLink): void {
    if (!secure.calledByUs) this.calledFrom = secure.address;
    const [oldest] = this.#greeting;
    if (oldest && this.#greeting.size >= maxGreeting) {
      this.#greeting.delete(oldest);
      oldest.end('DUPLICATE');
    }
    const { clock, limits, life, self } = this.#host;
    const link: PeerLink = new PeerLink({
      link: secure,
      clock,
      limits,
      life,
      events: {
        onGreeted: () => this.#onGreeted(link),
        onFrame: (lane, frame) => {
          if (!laneAllowed(lane, 'member', this.#peer.role)) return false;
          // Members may know before us that we vote now: no reason to lose the link over which we shall hear of it.
          if (!laneAllowed(lane, self.role, this.#peer.role)) return true;
          this.#useful = true;
          this.#received.count(lane, frame.length);
          this.#host.deliver(this.#peer.number, lane, frame);
          return true;
        },
        onEnded: ({ code, text }) => this.#onEnded(link, code, text),
      },
    });
    this.#greeting.add(link);
  }

  tick(nowMs: Milliseconds, sleptMs: Milliseconds): void {
    this.#outbox.expire(nowMs);
    this.#link?.tick(nowMs, sleptMs);
    for (const link of this.#greeting) link.tick(nowMs, sleptMs);
  }

  status(): LinkStatus {
    const nowMs = this.#host.clock.monotonic();
    const link = this.#link;
    const error = this.#lastError;
    const roundTripMs = link?.roundTripMs;
    const waiting = this.#calling || this.#greeting.size > 0 ? 'calling' : 'down';
    return {
      peer: this.#peer.number,
      id: this.#peer.id,
      state: link ? 'up' : waiting,
      ...(link ? { upMs: nowMs - this.#upAtMs, heardMs: link.heardMs(nowMs) } : {}),
      ...(roundTripMs === undefined ? {} : { roundTripMs }),
      throttled: this.#throttledBefore + (link?.throttled ?? 0),
      lanes: this.#received.with((lane) => this.#outbox.status(lane)),
      ...(error ? { lastError: { code: error.code, text: error.text, agoMs: nowMs - error.atMs } } : {}),
    };
  }

  close(reason: Goodbye): void {
    this.#closed = true;
    this.#retry?.cancel();
    this.#calling?.cancel();
    for (const link of this.#greeting) link.end(reason);
    this.#link?.end(reason);
    this.#greeting.clear();
    this.#link = undefined;
    this.#outbox.clear();
  }

  #onGreeted(candidate: PeerLink): void {
    this.#greeting.delete(candidate);
    const current = this.#link;
    if (current && !this.#replaces(candidate, current)) {
      candidate.end('DUPLICATE');
      return;
    }
    if (current) {
      this.#throttledBefore += current.throttled;
      current.end('DUPLICATE');
    }
    this.#link = candidate;
    this.#upAtMs = this.#host.clock.monotonic();
    this.#useful = false;
    this.#calling?.cancel();
    this.#calling = undefined;
    this.#retry?.cancel();
    this.#retry = undefined;
    this.#host.log.info('link is up', { peer: this.#peer.id, calledByUs: candidate.link.calledByUs });
    candidate.carry(this.#outbox);
  }

  /**
   * Both sides come to the same answer when both called: the call of the lower number stays. But a link that the other
   * side has lost must not keep a new one out: it has lost it when it started anew, when the same side calls again, or
   * when nothing came over it though pings should have.
   */
  #replaces(candidate: PeerLink, current: PeerLink): boolean {
    const { clock, limits, self } = this.#host;
    if (candidate.life !== current.life || current.heardMs(clock.monotonic()) > 2 * limits.pingMs) return true;
    if (candidate.link.calledByUs === current.link.calledByUs) return true;
    return candidate.link.calledByUs === self.number < this.#peer.number;
  }

  #onEnded(link: PeerLink, code: string, text: string): void {
    const wasUp = link === this.#link;
    this.#greeting.delete(link);
    if (wasUp) {
      const { clock, limits, log } = this.#host;
      const upMs = clock.monotonic() - this.#upAtMs;
      this.#throttledBefore += link.throttled;
      this.#link = undefined;
      if (this.#useful || upMs >= limits.usefulMs) this.#failures = 0;
      log.warning('link is down', { peer: this.#peer.id, code, reason: text, upMs: Math.round(upMs) });
    }
    this.#failed(code, text);
  }

  #failed(code: string, text: string): void {
    if (this.#link || this.#closed) return;
    const { clock, limits, log, random } = this.#host;
    this.#lastError = { code, text, atMs: clock.monotonic() };
    log.debug('no link', { peer: this.#peer.id, code, reason: text });
    const waitMs = Math.min(limits.retryMaxMs, limits.retryMs * 2 ** Math.min(this.#failures, 30));
    this.#failures += 1;
    this.#plan(waitMs * (1 - random() / 2) + this.#courtesyMs());
  }

  /** So that usually only one of the two calls. */
  #courtesyMs(): Milliseconds {
    const { self, limits } = this.#host;
    return self.number < this.#peer.number || this.#failures > 1 ? 0 : limits.courtesyMs;
  }

  #plan(waitMs: Milliseconds): void {
    const busy = this.#link ?? this.#calling ?? this.#retry;
    if (busy || this.#greeting.size > 0 || this.#closed || this.#peer.address === '') return;
    this.#retry = this.#host.clock.after(waitMs, () => {
      this.#retry = undefined;
      if (!this.#link && this.#greeting.size === 0) this.#call();
    });
  }

  #call(): void {
    const { address, publicKey } = this.#peer;
    this.#calling = this.#host.call(address, publicKey, (result) => {
      this.#calling = undefined;
      if ('kind' in result) this.#failed(result.code, result.text);
      else this.take(result);
    });
  }
}
