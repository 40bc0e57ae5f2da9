import type { Milliseconds, PathFigures } from '../../model/index.ts';
import {
  formatAddress,
  parseAddress,
  type Clock,
  type Datagram,
  type DatagramEndpoint,
  type DatagramOptions,
  type DatagramSocket,
  type Timer,
} from '../../platform/index.ts';
import { PathSession } from './path-session.ts';
import type { Probe } from './probe-log.ts';
import { Reflector, type ReflectorCounts } from './reflector.ts';
import { decodeReply } from './stamp.ts';

/** Another watcher to be measured. */
export interface PathPeer {
  id: string;
  /** Host, a name or an address, and port where it answers probes; undefined when it only calls others. */
  host: string | undefined;
  port: number;
}

export interface PathProberOptions {
  clock: Clock;
  /** Uniform in [0, 1). */
  random: () => number;
  /** Where this watcher answers probes, the same host and port as it is called at; without, it sends only. */
  listen: { host: string; port: number } | undefined;
  open: (options: DatagramOptions) => Promise<DatagramSocket>;
  /** Addresses of a name; none when there are none now. */
  resolve: (host: string) => Promise<readonly string[]>;
  /** What is worth telling people: a socket that could not be opened, and nothing when it could. */
  onProblem: (problem: string | undefined) => void;
}

export interface PathSettings {
  enabled: boolean;
  intervalMs: Milliseconds;
  pathMtu: boolean;
}

/** Names are asked for again, and what could not be opened is tried again. */
const lookEveryMs: Milliseconds = 30_000;
/** Send stamps that are awaited; older ones have got lost. */
const maxAwaited = 1024;

/** Measures the paths from this watcher to the others, and answers those who measure theirs to it. */
export class PathProber {
  readonly #options: PathProberOptions;
  readonly #reflector = new Reflector();
  readonly #sessions = new Map<string, PathSession>();
  /** By STAMP session identifier. */
  readonly #bySession = new Map<number, { session: PathSession; isLarge: boolean }>();
  readonly #awaited = new Map<number, Probe>();
  readonly #endpoints = new Map<string, DatagramEndpoint[]>();
  #peers: readonly PathPeer[] = [];
  #settings: PathSettings = { enabled: false, intervalMs: 1000, pathMtu: false };
  #sender: DatagramSocket | undefined;
  #answering: DatagramSocket | undefined;
  #timer: Timer | undefined;
  #looking = false;
  #closed = false;

  constructor(options: PathProberOptions) {
    this.#options = options;
  }

  get reflected(): Readonly<ReflectorCounts> {
    return this.#reflector.counts;
  }

  /** Sessions of peers that stay go on; others begin and end. */
  configure(peers: readonly PathPeer[], settings: PathSettings): void {
    if (this.#closed) return;
    const same = settings.intervalMs === this.#settings.intervalMs && settings.pathMtu === this.#settings.pathMtu;
    this.#settings = settings;
    this.#peers = settings.enabled ? peers : [];
    const wanted = new Set(this.#peers.map(({ id }) => id));
    for (const [id, session] of this.#sessions) if (!same || !wanted.has(id)) this.#end(id, session);
    for (const { id } of this.#peers) if (!this.#sessions.has(id)) this.#begin(id);
    this.#lookNow();
  }

  figures(): PathFigures[] {
    if ((this.#sender?.newDrops() ?? 0) > 0) for (const session of this.#sessions.values()) session.forget();
    return [...this.#sessions.values()].map((session) => session.figures());
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    for (const [id, session] of this.#sessions) this.#end(id, session);
    this.#sender?.close();
    this.#answering?.close();
  }

  #begin(id: string): void {
    const { clock, random } = this.#options;
    const small = this.#freeNumber();
    const sessions = { small, large: this.#freeNumber(small) };
    const { intervalMs, pathMtu } = this.#settings;
    const session = new PathSession(
      { id, intervalMs, pathMtu, sessions },
      {
        clock,
        random,
        socket: () => this.#sender,
        expectSent: (number, probe) => this.#expectSent(number, probe),
      },
    );
    this.#bySession.set(sessions.small, { session, isLarge: false });
    this.#bySession.set(sessions.large, { session, isLarge: true });
    this.#sessions.set(id, session);
  }

  #end(id: string, session: PathSession): void {
    session.close();
    this.#sessions.delete(id);
    this.#bySession.delete(session.options.sessions.small);
    this.#bySession.delete(session.options.sessions.large);
  }

  /** Not 0, which says that there are no sessions. */
  #freeNumber(taken?: number): number {
    for (;;) {
      const number = 1 + Math.floor(this.#options.random() * 0xffff);
      if (number !== taken && !this.#bySession.has(number)) return number;
    }
  }

  #expectSent(number: number, probe: Probe): void {
    this.#awaited.delete(number);
    this.#awaited.set(number, probe);
    const [oldest] = this.#awaited.keys();
    if (oldest !== undefined && this.#awaited.size > maxAwaited) this.#awaited.delete(oldest);
  }

  #onSent(number: number, at: number): void {
    const probe = this.#awaited.get(number);
    this.#awaited.delete(number);
    // A stamp from before the call that sent the packet belongs to another one.
    if (probe && at >= probe.sentAt) probe.sentAt = at;
  }

  #onReply({ bytes, at }: Datagram): void {
    const reply = decodeReply(bytes);
    const found = reply && this.#bySession.get(reply.session);
    if (found) found.session.take(reply, at, found.isLarge);
  }

  #onRequest({ from, bytes, at, ttl }: Datagram): void {
    const socket = this.#answering;
    if (!socket) return;
    if (socket.newDrops() > 0) this.#reflector.lostUntil(socket.now());
    const nowMs = this.#options.clock.monotonic();
    const sender = { address: plainAddress(from.address), port: from.port };
    const reply = this.#reflector.reflect(bytes, sender, { receivedAt: at, now: () => socket.now(), nowMs, ttl });
    if (reply) socket.send(from, reply);
  }

  #lookNow(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#closed || this.#looking) return;
    this.#looking = true;
    void this.#look().finally(() => {
      this.#looking = false;
      if (!this.#closed) this.#timer = this.#options.clock.after(lookEveryMs, () => this.#lookNow());
    });
  }

  /** Opens what is not open, and asks where the others are. */
  async #look(): Promise<void> {
    const { onProblem } = this.#options;
    try {
      if (this.#peers.length > 0) await this.#openSockets();
      onProblem(undefined);
    } catch (thrown) {
      onProblem(`paths to other watchers cannot be measured: ${thrown instanceof Error ? thrown.message : ''}`);
    }
    const asked = this.#peers;
    for (const { id, host, port } of asked) {
      const addresses = host === undefined ? [] : await this.#options.resolve(host);
      const endpoints = addresses.map((address) => ({ address, port }));
      // A name that does not resolve for a moment is still where it was.
      if (endpoints.length > 0 || host === undefined) this.#endpoints.set(id, endpoints);
      const [first] = this.#endpoints.get(id) ?? [];
      const missing = host === undefined ? 'it has no address: it only calls others' : `${host} has no address`;
      this.#sessions.get(id)?.setTarget(first ?? missing);
    }
    for (const id of this.#endpoints.keys()) if (!asked.some((peer) => peer.id === id)) this.#endpoints.delete(id);
    const known = [...this.#endpoints.values()].flat();
    this.#reflector.setPeers(known.map(({ address, port }) => ({ address: plainAddress(address), port })));
  }

  async #openSockets(): Promise<void> {
    const { listen, open } = this.#options;
    if (listen && !this.#answering) {
      this.#answering = await this.#kept(open({ ...listen, onDatagram: (datagram) => this.#onRequest(datagram) }));
    }
    if (this.#sender) return;
    // A socket of its own: on one and the same, questions and answers could not be told apart.
    const sending = {
      port: 0,
      onDatagram: (datagram: Datagram) => this.#onReply(datagram),
      onSent: (number: number, at: number) => this.#onSent(number, at),
    };
    const host = listen?.host ?? '::';
    const opening = open({ ...sending, host });
    // Who is not told where to listen may be on a machine without IPv6.
    this.#sender = await this.#kept(listen ? opening : opening.catch(() => open({ ...sending, host: '0.0.0.0' })));
  }

  async #kept(opening: Promise<DatagramSocket>): Promise<DatagramSocket | undefined> {
    const socket = await opening;
    if (!this.#closed) return socket;
    socket.close();
    return undefined;
  }
}

/** One writing for each address, without the interface: the same watcher comes over whichever leads to it. */
function plainAddress(text: string): string {
  const address = parseAddress(text);
  return address ? formatAddress(address.bytes) : text;
}
