import type { EpochMs, Milliseconds, PathFigures } from '../../model/index.ts';
import type { Clock, DatagramEndpoint, DatagramSocket, Timer } from '../../platform/index.ts';
import { MtuSearch } from './mtu-search.ts';
import { pathFigures } from './path-figures.ts';
import { ProbeLog, type Probe } from './probe-log.ts';
import { baseBytes, encodeRequest, ntpTime, type Reply } from './stamp.ts';

/** Figures are of so much time. */
const windowMs: Milliseconds = 60_000;
/** A large packet without an answer for so long is missed, if small ones are answered. */
const largeMissedMs: Milliseconds = 3000;
/** Intervals are cut and stretched by up to this share, so that nothing that is regular meets every probe. */
const spread = 0.1;
const headerBytes = { 4: 28, 6: 48 } as const;

export interface SessionPorts {
  clock: Clock;
  /** Uniform in [0, 1). */
  random: () => number;
  /** Sends from where the answers are awaited; undefined while there is no socket. */
  socket: () => DatagramSocket | undefined;
  /** The kernel will tell when the packet of this number left. */
  expectSent: (number: number, probe: Probe) => void;
}

export interface SessionOptions {
  id: string;
  intervalMs: Milliseconds;
  pathMtu: boolean;
  /** STAMP session identifiers of this path, for small and for large packets. */
  sessions: { small: number; large: number };
}

/** Probes to one other watcher, and what their answers tell. */
export class PathSession {
  readonly options: SessionOptions;
  readonly #ports: SessionPorts;
  #target: DatagramEndpoint | undefined;
  #problem: string | undefined;
  readonly #log = new ProbeLog(2 * windowMs);
  readonly #largeLog = new ProbeLog(windowMs);
  readonly #mtu = new MtuSearch();
  /** The large packet that is under way. */
  #large: { bytes: number; sentMs: Milliseconds } | undefined;
  #timer: Timer;

  constructor(options: SessionOptions, ports: SessionPorts) {
    this.options = options;
    this.#ports = ports;
    this.#timer = ports.clock.after(ports.random() * options.intervalMs, () => this.#tick());
  }

  /** Where the other watcher answers probes; a sentence when that is not known. */
  setTarget(target: DatagramEndpoint | string): void {
    this.#target = typeof target === 'string' ? undefined : target;
    this.#problem = typeof target === 'string' ? target : undefined;
  }

  /** An answer that names one of this path's sessions. */
  take(reply: Reply, cameAt: EpochMs, isLarge: boolean): void {
    const nowMs = this.#ports.clock.monotonic();
    if (isLarge) {
      const probe = this.#largeLog.answered(reply, { cameAt, nowMs });
      if (!probe || this.#large?.sentMs !== probe.sentMs) return;
      this.#mtu.passed(this.#large.bytes, nowMs);
      this.#large = undefined;
      return;
    }
    const probe = this.#log.answered(reply, { cameAt, nowMs });
    const large = this.#large;
    if (!probe || !large || probe.sentMs < large.sentMs || nowMs - large.sentMs < largeMissedMs) return;
    this.#mtu.missed(large.bytes, nowMs, this.#lossRatio(nowMs));
    this.#large = undefined;
  }

  /** Answers were lost here because nobody read them: the path is not to blame. */
  forget(): void {
    this.#log.forget();
  }

  figures(): PathFigures {
    const nowMs = this.#ports.clock.monotonic();
    const mtuBytes = this.#mtu.bytes;
    return {
      to: this.options.id,
      ...pathFigures(this.#log.since(nowMs - windowMs), { nowMs, windowMs }),
      stamps: this.#ports.socket()?.stamps ?? 'process',
      ...(mtuBytes !== undefined && { mtuBytes }),
      ...(this.#problem !== undefined && { problem: this.#problem }),
    };
  }

  close(): void {
    this.#timer.cancel();
  }

  #tick(): void {
    const { clock, random } = this.#ports;
    const { intervalMs, pathMtu } = this.options;
    this.#timer = clock.after(intervalMs * (1 + spread * (2 * random() - 1)), () => this.#tick());
    const socket = this.#ports.socket();
    const target = this.#target;
    if (!socket || !target) return;
    this.#send(socket, target);
    if (pathMtu) this.#sendLarge(socket, target);
  }

  /** Of small packets, there and back together. */
  #lossRatio(nowMs: Milliseconds): number {
    const { forward, back } = pathFigures(this.#log.since(nowMs - windowMs), { nowMs, windowMs });
    return forward && back ? (forward.lost + back.lost) / Math.max(1, forward.sent) : 0;
  }

  #send(socket: DatagramSocket, target: DatagramEndpoint): void {
    const sentMs = this.#ports.clock.monotonic();
    const sentAt = socket.now();
    const time = ntpTime(sentAt);
    const request = encodeRequest({ sequence: this.#log.next, time, session: this.options.sessions.small });
    const number = socket.send(target, request);
    if (typeof number !== 'number') {
      // What never left is neither sent nor lost.
      this.#problem = `probes cannot be sent: ${number.text}`;
      return;
    }
    this.#problem = undefined;
    this.#ports.expectSent(number, this.#log.sent({ time, sentMs, sentAt }));
  }

  #sendLarge(socket: DatagramSocket, target: DatagramEndpoint): void {
    const nowMs = this.#ports.clock.monotonic();
    // While nothing is answered a large packet tells nothing; one that nobody judged is forgotten.
    if (this.#large && nowMs - this.#large.sentMs < windowMs) return;
    const bytes = this.#mtu.next(nowMs);
    if (bytes === undefined) return;
    const length = bytes - headerBytes[target.address.includes(':') ? 6 : 4];
    const sentAt = socket.now();
    const time = ntpTime(sentAt);
    const session = this.options.sessions.large;
    const request = encodeRequest({ sequence: this.#largeLog.next, time, session }, Math.max(baseBytes, length));
    const number = socket.send(target, request);
    if (typeof number === 'number') {
      this.#largeLog.sent({ time, sentMs: nowMs, sentAt });
      this.#large = { bytes, sentMs: nowMs };
    } else if (number.code === 'EMSGSIZE') {
      this.#mtu.missed(bytes, nowMs, 0);
    }
  }
}
