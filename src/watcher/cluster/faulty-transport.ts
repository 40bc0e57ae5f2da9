import type { Peer, Transport } from '../../agree/index.ts';
import type { Milliseconds } from '../../model/index.ts';
import type { Clock } from '../../platform/index.ts';

/** Of a liar's votes, this share never leaves, and as many come late. */
const withheldShare = 0.3;
const lateMs: Milliseconds = 1500;

export interface TransportFaults {
  cut: boolean;
  lying: boolean;
}

/** Links that the demonstration can cut, and over which a liar votes late or not at all. */
export class FaultyTransport implements Transport {
  readonly #inner: Transport;
  readonly #clock: Clock;
  readonly #random: () => number;
  #peers: readonly Peer[] = [];
  #self: Pick<Peer, 'number' | 'role'> | undefined;
  #faults: TransportFaults = { cut: false, lying: false };

  constructor(inner: Transport, clock: Clock, random: () => number) {
    this.#inner = inner;
    this.#clock = clock;
    this.#random = random;
  }

  setFaults(faults: TransportFaults): void {
    const changed = faults.cut !== this.#faults.cut;
    this.#faults = faults;
    if (changed) this.#inner.setPeers(faults.cut ? [] : this.#peers, this.#self);
  }

  setPeers(peers: readonly Peer[], self?: Pick<Peer, 'number' | 'role'>): void {
    this.#peers = peers;
    this.#self = self;
    if (!this.#faults.cut) this.#inner.setPeers(peers, self);
  }

  send: Transport['send'] = (to, lane, frame, expiresMs) => {
    if (this.#faults.lying && lane === 'votes') {
      const drawn = this.#random();
      if (drawn < withheldShare) return;
      if (drawn < 2 * withheldShare) {
        this.#clock.after(lateMs, () => this.#inner.send(to, lane, frame, expiresMs));
        return;
      }
    }
    this.#inner.send(to, lane, frame, expiresMs);
  };

  onFrame: Transport['onFrame'] = (listener) => this.#inner.onFrame(listener);
  links: Transport['links'] = () => this.#inner.links();
  close: Transport['close'] = () => this.#inner.close();
}
