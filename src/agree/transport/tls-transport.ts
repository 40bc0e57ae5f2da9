import type { KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import { messageOf, type Milliseconds } from '../../model/index.ts';
import { openLinks, type Clock, type Links, type Log, type NetFailure, type Timer } from '../../platform/index.ts';
import type { ParticipantId } from '../protocol.ts';
import { transportLimits, type TransportLimits } from './limits.ts';
import { PeerSession } from './peer-session.ts';
import type { FrameListener, Lane, LinkStatus, Peer, Transport } from './transport.ts';

export interface TlsTransportOptions {
  /** Ed25519. Its public part is what others know us by. */
  privateKey: KeyObject;
  self: { number: ParticipantId; role: Peer['role'] };
  /** Where others call us; port 0 lets the system choose. Without it we only call. */
  listen?: { host: string; port: number } | undefined;
  clock: Clock;
  /** Uniform in [0, 1). */
  random: () => number;
  log: Log;
  limits?: TransportLimits;
}

export interface TlsTransport extends Transport {
  /** Where it listens; undefined when it doesn't. */
  readonly port: number | undefined;
}

/** Links are looked at so often: silence is found that much later at most. */
const tickMs = 250;
/** A tick that is later than this means that the process stood still, which is nobody else's silence. */
const lateTickMs = 1000;
/** Callers turned away that the log tells about within a minute: a flood must not fill it. */
const maxToldRefusals = 20;
const refusalWindowMs = 60_000;

/** Links between watchers over TLS, where a peer is its key. Throws QwError LISTEN_FAILED. */
export async function openTlsTransport(options: TlsTransportOptions): Promise<TlsTransport> {
  const { privateKey, listen, clock, limits = transportLimits } = options;
  // Nobody is known until `setPeers`, which is not called before this has returned.
  let board: Switchboard | undefined;
  const links = await openLinks({
    privateKey,
    listen,
    clock,
    handshakeMs: limits.greetingMs,
    knows: (key) => board?.sessionOf(key) !== undefined,
    expects: (address) => board?.expects(address) === true,
    onLink: (link) => {
      const session = board?.sessionOf(link.peerKey);
      if (session) session.take(link);
      else link.close();
    },
    onRefused: (address, reason) => board?.onRefused(address, reason),
  });
  board = new Switchboard({ ...options, limits }, links);
  return board;
}

/** All peers, and the one timer that looks after them. */
class Switchboard implements TlsTransport {
  readonly #options: TlsTransportOptions & { limits: TransportLimits };
  /** All sessions look at this one: it changes when we get a number, or begin or cease to vote. */
  readonly #self: { number: ParticipantId; role: Peer['role'] };
  readonly #links: Links;
  readonly #listeners: FrameListener[] = [];
  readonly #life: bigint;
  #sessions = new Map<ParticipantId, PeerSession>();
  #byKey = new Map<string, PeerSession>();
  #tick: Timer;
  #tickedAtMs: Milliseconds;
  #told = 0;
  #toldSinceMs: Milliseconds;
  #closed = false;

  constructor(options: TlsTransportOptions & { limits: TransportLimits }, links: Links) {
    const { clock, random } = options;
    this.#options = options;
    this.#self = { ...options.self };
    this.#links = links;
    this.#life = (BigInt(Math.floor(random() * 2 ** 32)) << 32n) | BigInt(Math.floor(random() * 2 ** 32));
    this.#tickedAtMs = clock.monotonic();
    this.#toldSinceMs = clock.monotonic();
    this.#tick = clock.after(tickMs, () => this.#onTick());
  }

  get port(): number | undefined {
    return this.#links.port;
  }

  setPeers(peers: readonly Peer[], self?: Pick<Peer, 'number' | 'role'>): void {
    if (this.#closed) return;
    if (self) Object.assign(this.#self, { number: self.number, role: self.role });
    const sessions = new Map<ParticipantId, PeerSession>();
    for (const peer of peers) {
      if (peer.number === this.#self.number) continue;
      const old = this.#sessions.get(peer.number);
      const same = old && old.peer.role === peer.role && keyName(old.peer.publicKey) === keyName(peer.publicKey);
      if (same) {
        this.#sessions.delete(peer.number);
        old.update(peer);
        sessions.set(peer.number, old);
      } else {
        sessions.set(peer.number, this.#openSession(peer));
      }
    }
    for (const gone of this.#sessions.values()) gone.close('REMOVED');
    this.#sessions = sessions;
    this.#byKey = new Map([...sessions.values()].map((session) => [keyName(session.peer.publicKey), session]));
  }

  send(to: ParticipantId, lane: Lane, frame: Uint8Array, expiresMs?: Milliseconds): void {
    this.#sessions.get(to)?.send(lane, frame, expiresMs);
  }

  onFrame(listener: FrameListener): void {
    this.#listeners.push(listener);
  }

  links(): readonly LinkStatus[] {
    return [...this.#sessions.values()].map((session) => session.status());
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#tick.cancel();
    for (const session of this.#sessions.values()) session.close('CLOSING');
    this.#sessions.clear();
    this.#byKey.clear();
    this.#links.close();
    return Promise.resolve();
  }

  sessionOf(publicKey: Uint8Array): PeerSession | undefined {
    return this.#byKey.get(keyName(publicKey));
  }

  /** A peer's own address, or one from which it has called before. */
  expects(address: string): boolean {
    for (const { peer, calledFrom } of this.#sessions.values()) {
      if (calledFrom === address) return true;
      const host = peer.address.slice(0, peer.address.lastIndexOf(':')).replaceAll(/[[\]]/g, '');
      if (isIP(host) !== 0 && host === address) return true;
    }
    return false;
  }

  onRefused(address: string, { code, text }: NetFailure): void {
    const nowMs = this.#options.clock.monotonic();
    if (nowMs - this.#toldSinceMs >= refusalWindowMs) {
      this.#toldSinceMs = nowMs;
      this.#told = 0;
    }
    this.#told += 1;
    const { log } = this.#options;
    if (this.#told <= maxToldRefusals) log.warning('turned a caller away', { address, code, reason: text });
  }

  #openSession(peer: Peer): PeerSession {
    const { clock, random, log, limits } = this.#options;
    return new PeerSession(peer, {
      self: this.#self,
      life: this.#life,
      clock,
      random,
      log,
      limits,
      call: (address, publicKey, done) => this.#links.call(address, publicKey, done),
      deliver: (from, lane, frame) => this.#deliver(from, lane, frame),
    });
  }

  #deliver(from: ParticipantId, lane: Lane, frame: Buffer): void {
    for (const listener of this.#listeners) {
      try {
        listener(from, lane, frame);
      } catch (error) {
        // The link is not to blame, nor are the frames behind this one.
        this.#options.log.error('a frame could not be taken', { from, lane, reason: messageOf(error) });
      }
    }
  }

  #onTick(): void {
    const { clock } = this.#options;
    this.#tick = clock.after(tickMs, () => this.#onTick());
    const nowMs = clock.monotonic();
    const elapsedMs = nowMs - this.#tickedAtMs;
    this.#tickedAtMs = nowMs;
    const sleptMs = elapsedMs > lateTickMs ? elapsedMs - tickMs : 0;
    for (const session of this.#sessions.values()) session.tick(nowMs, sleptMs);
  }
}

const keyName = (key: Uint8Array): string => Buffer.from(key).toString('latin1');
