import type { EpochMs, Milliseconds } from '../../model/index.ts';
import { decodeRequest, encodeReply } from './stamp.ts';

/** Where a datagram came from. */
export interface Endpoint {
  address: string;
  port: number;
}

export interface ReflectorCounts {
  answered: number;
  /** From addresses that are no watcher's. */
  foreign: number;
  malformed: number;
  /** Above what one session or all new ones may send. */
  limited: number;
}

/** RFC 8762 section 4.3: a session that is silent for so long is over. */
const sessionMs: Milliseconds = 900_000;
const maxSessions = 1024;
/** So few that whoever invents sessions needs longer to push an active one out than that one is ever silent. */
const newSessionsPerSecond = 10;
const newSessionsBurst = 256;
/** The shortest interval is 100 ms; large packets come besides. */
const packetsPerSecond = 50;
const packetsBurst = 100;

interface Session {
  sent: number;
  heardMs: Milliseconds;
  /** When its last packet came, by the clock of the stamps. */
  receivedAt: EpochMs;
  allowance: number;
}

/**
 * Answers the probes of other watchers, and counts in each session what it has answered, so that the sender can tell loss
 * on the way there from loss on the way back. It never sends more bytes than it got, and nothing to strangers.
 */
export class Reflector {
  readonly counts: ReflectorCounts = { answered: 0, foreign: 0, malformed: 0, limited: 0 };
  readonly #sessions = new Map<string, Session>();
  #addresses: ReadonlySet<string> = new Set();
  #reflectors: ReadonlySet<string> = new Set();
  #newSessions = newSessionsBurst;
  #lookedMs: Milliseconds = 0;
  #lostUntil: EpochMs | undefined;

  /** Where the other watchers are: their addresses, and where each of them answers probes itself. */
  setPeers(peers: readonly Endpoint[]): void {
    this.#addresses = new Set(peers.map(({ address }) => address));
    this.#reflectors = new Set(peers.map(nameOf));
  }

  /**
   * Packets were lost here, before they could be read, until that time by the clock of the stamps. Those who sent them must
   * not think that the path lost them: behind the gap all counting begins anew.
   */
  lostUntil(at: EpochMs): void {
    this.#lostUntil = at;
  }

  /** The answer, or nothing. `receivedAt` is when the packet came, `now` reads the same clock when the answer goes. */
  reflect(
    request: Buffer,
    from: Endpoint,
    times: { receivedAt: EpochMs; now: () => EpochMs; nowMs: Milliseconds; ttl: number },
  ): Buffer | undefined {
    // Two that answer each other would never end: what comes from where probes are answered is no probe.
    if (!this.#addresses.has(from.address) || this.#reflectors.has(nameOf(from))) return this.#drop('foreign');
    const found = decodeRequest(request);
    if (!found) return this.#drop('malformed');
    const { receivedAt, ttl } = times;
    if (this.#lostUntil !== undefined && receivedAt > this.#lostUntil) {
      this.#lostUntil = undefined;
      for (const session of this.#sessions.values()) session.sent = 0;
    }
    const session = this.#sessionOf(`${nameOf(from)} ${found.session}`, times);
    if (!session) return this.#drop('limited');
    const reply = encodeReply(request, { sequence: session.sent, receivedAt, sentAt: times.now(), ttl });
    session.sent += 1;
    this.counts.answered += 1;
    return reply;
  }

  #drop(reason: keyof ReflectorCounts): undefined {
    this.counts[reason] += 1;
    return undefined;
  }

  #sessionOf(name: string, { nowMs, receivedAt }: { nowMs: Milliseconds; receivedAt: EpochMs }): Session | undefined {
    const known = this.#sessions.get(name);
    if (known && nowMs - known.heardMs < sessionMs) {
      // By when packets came, not by when this process got to them: after a stall many are read at once.
      const sinceMs = Math.max(0, receivedAt - known.receivedAt);
      known.allowance = Math.min(packetsBurst, known.allowance + (sinceMs / 1000) * packetsPerSecond);
      known.receivedAt = receivedAt;
      known.heardMs = nowMs;
      // The order of the map is that of being heard.
      this.#sessions.delete(name);
      this.#sessions.set(name, known);
      if (known.allowance < 1) return undefined;
      known.allowance -= 1;
      return known;
    }
    this.#newSessions = Math.min(
      newSessionsBurst,
      this.#newSessions + ((nowMs - this.#lookedMs) / 1000) * newSessionsPerSecond,
    );
    this.#lookedMs = nowMs;
    if (this.#newSessions < 1) return undefined;
    this.#newSessions -= 1;
    this.#sessions.delete(name);
    const [oldest] = this.#sessions.keys();
    if (oldest !== undefined && this.#sessions.size >= maxSessions) this.#sessions.delete(oldest);
    const session = { sent: 0, heardMs: nowMs, receivedAt, allowance: packetsBurst - 1 };
    this.#sessions.set(name, session);
    return session;
  }
}

function nameOf({ address, port }: Endpoint): string {
  return `${address} ${port}`;
}
