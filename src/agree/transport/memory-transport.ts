import { assert, type Milliseconds } from '../../model/index.ts';
import type { Clock, Timer } from '../../platform/index.ts';
import type { ParticipantId } from '../protocol.ts';
import { FrameDecoder } from './frame-decoder.ts';
import { LaneCounts } from './lane-counts.ts';
import { transportLimits, type TransportLimits } from './limits.ts';
import { Outbox } from './outbox.ts';
import {
  laneAllowed,
  lanes,
  type FrameListener,
  type Lane,
  type LinkStatus,
  type Peer,
  type Transport,
} from './transport.ts';
import { maxControlBytes } from './wire.ts';

/** What the network between the watchers does to each frame. */
export interface Weather {
  /** Shares between 0 and 1. */
  loss: number;
  repeat: number;
  /** Uniform between the two; frames overtake each other. */
  minDelayMs: Milliseconds;
  maxDelayMs: Milliseconds;
}

export interface MemoryHubOptions {
  clock: Clock;
  /** Uniform in [0, 1). */
  random: () => number;
  limits?: TransportLimits;
}

/**
 * The network of transports in one process. Nothing happens by itself: frames move when the clock does, in an order that
 * clock and randomness alone decide.
 */
export class MemoryHub {
  readonly clock: Clock;
  readonly limits: TransportLimits;
  weather: Weather = { loss: 0, repeat: 0, minDelayMs: 0, maxDelayMs: 0 };
  readonly #random: () => number;
  readonly #open = new Map<ParticipantId, MemoryTransport>();
  /** `from to` of directions in which nothing passes. */
  readonly #cut = new Set<string>();
  readonly #jammed = new Set<ParticipantId>();

  constructor({ clock, random, limits = transportLimits }: MemoryHubOptions) {
    this.clock = clock;
    this.#random = random;
    this.limits = limits;
  }

  /** Takes the place of an earlier transport of this number, whose process has ended. */
  open(self: Pick<Peer, 'number' | 'publicKey' | 'role'>): Transport {
    const transport = new MemoryTransport(this, self, () => {
      if (this.#open.get(self.number) === transport) this.#open.delete(self.number);
    });
    this.#open.set(self.number, transport);
    this.wake();
    return transport;
  }

  /** Frames from one to the other are lost, those on their way too; the other direction is not touched. */
  cut(from: ParticipantId, to: ParticipantId): void {
    this.#cut.add(`${from} ${to}`);
  }

  /** Frames pass within a group only. */
  partition(...groups: readonly (readonly ParticipantId[])[]): void {
    this.#cut.clear();
    for (const group of groups) {
      for (const other of groups) {
        if (other !== group) for (const from of group) for (const to of other) this.cut(from, to);
      }
    }
  }

  /** Nothing is cut or jammed any more. */
  heal(): void {
    this.#cut.clear();
    this.#jammed.clear();
    this.wake();
  }

  /** This watcher reads nothing: what is for it waits with its senders. */
  jam(number: ParticipantId): void {
    this.#jammed.add(number);
  }

  /** What waits may have become possible. */
  wake(): void {
    for (const transport of this.#open.values()) transport.wake();
  }

  /** The transport at the other end, if each is a peer of the other, under the key it has. */
  end(from: MemoryTransport, to: Peer): MemoryTransport | undefined {
    const other = this.#open.get(to.number);
    if (!other || this.#open.get(from.self.number) !== from || !sameKey(other.self.publicKey, to.publicKey))
      return undefined;
    const back = other.peer(from.self.number);
    return back && sameKey(back.publicKey, from.self.publicKey) ? other : undefined;
  }

  reads(number: ParticipantId): boolean {
    return !this.#jammed.has(number);
  }

  carry(from: MemoryTransport, to: Peer, lane: Lane, frame: Buffer): void {
    const { loss, repeat, minDelayMs, maxDelayMs } = this.weather;
    if (this.#random() < loss) return;
    const copies = this.#random() < repeat ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      const delayMs = minDelayMs + this.#random() * (maxDelayMs - minDelayMs);
      this.clock.after(delayMs, () => {
        if (!this.#cut.has(`${from.self.number} ${to.number}`))
          this.end(from, to)?.deliver(from.self.number, lane, frame);
      });
    }
  }
}

/** One direction between two watchers. */
interface Wire {
  peer: Peer;
  outbox: Outbox;
  decoder: FrameDecoder;
  received: LaneCounts;
}

class MemoryTransport implements Transport {
  self: Pick<Peer, 'number' | 'publicKey' | 'role'>;
  readonly #hub: MemoryHub;
  readonly #onClose: () => void;
  readonly #listeners: FrameListener[] = [];
  #wires = new Map<ParticipantId, Wire>();
  #moving: Timer | undefined;
  #closed = false;

  constructor(hub: MemoryHub, self: Pick<Peer, 'number' | 'publicKey' | 'role'>, onClose: () => void) {
    this.#hub = hub;
    this.self = self;
    this.#onClose = onClose;
  }

  setPeers(peers: readonly Peer[], self?: Pick<Peer, 'number' | 'role'>): void {
    if (this.#closed) return;
    if (self) this.self = { ...this.self, role: self.role };
    const wires = new Map<ParticipantId, Wire>();
    for (const peer of peers) {
      if (peer.number === this.self.number) continue;
      const old = this.#wires.get(peer.number);
      const same = old && old.peer.role === peer.role && sameKey(old.peer.publicKey, peer.publicKey);
      wires.set(peer.number, same ? { ...old, peer } : this.#wireTo(peer));
    }
    this.#wires = wires;
    this.#hub.wake();
  }

  send(to: ParticipantId, lane: Lane, frame: Uint8Array, expiresMs?: Milliseconds): void {
    const wire = this.#wires.get(to);
    if (!wire) return;
    const allowed = laneAllowed(lane, this.self.role, wire.peer.role);
    wire.outbox.push(lane, frame, this.#hub.clock.monotonic(), expiresMs, allowed);
    this.wake();
  }

  onFrame(listener: FrameListener): void {
    this.#listeners.push(listener);
  }

  links(): readonly LinkStatus[] {
    return [...this.#wires.values()].map(({ peer, outbox, received }) => ({
      peer: peer.number,
      id: peer.id,
      state: this.#hub.end(this, peer) ? 'up' : 'down',
      throttled: 0,
      lanes: received.with((lane) => outbox.status(lane)),
    }));
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#moving?.cancel();
    this.#wires.clear();
    this.#onClose();
    return Promise.resolve();
  }

  peer(number: ParticipantId): Peer | undefined {
    return this.#wires.get(number)?.peer;
  }

  wake(): void {
    if (this.#closed) return;
    this.#moving ??= this.#hub.clock.after(0, () => {
      this.#moving = undefined;
      this.#move();
    });
  }

  deliver(from: ParticipantId, lane: Lane, frame: Buffer): void {
    const wire = this.#wires.get(from);
    if (!wire || !laneAllowed(lane, this.self.role, wire.peer.role)) return;
    wire.received.count(lane, frame.length);
    for (const listener of this.#listeners) listener(from, lane, frame);
  }

  #move(): void {
    const nowMs = this.#hub.clock.monotonic();
    for (const { peer, outbox, decoder } of this.#wires.values()) {
      while (this.#hub.end(this, peer) && this.#hub.reads(peer.number)) {
        const bytes = outbox.next(nowMs);
        if (!bytes) break;
        const fault = decoder.feed(bytes);
        assert(!fault, 'an outbox writes what a decoder reads');
      }
    }
  }

  /** The same frames and the same order of lanes as on a real link. */
  #wireTo(peer: Peer): Wire {
    const { limits } = this.#hub;
    const maxFrameBytes = [maxControlBytes, ...lanes.map((lane) => limits.lanes[lane].maxFrameBytes)];
    const decoder = new FrameDecoder(maxFrameBytes, {
      onChunk: () => undefined,
      onFrame: (number, frame) => {
        const lane = lanes[number - 1];
        if (lane) this.#hub.carry(this, peer, lane, frame);
        return true;
      },
    });
    return { peer, outbox: new Outbox(limits.lanes), decoder, received: new LaneCounts() };
  }
}

function sameKey(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
