import type { EpochMs } from '../../../model/index.ts';
import { tcpFlags, type Packet } from './packet.ts';

/** How far the opening of a TCP connection was seen; `spoiled` where something came twice. */
const steps = { none: 0, asked: 1, answered: 2, done: 3, spoiled: 4 } as const;
const usPerMs = 1000;
/** Data may go with the first packet already (RFC 7413), and is acknowledged with it. */
const mostWithFirst = 65_536;
const longestUs = 0xffff_ffff;

/**
 * Round trips of TCP by its three-way handshake (RFC 9293, section 3.5): from the SYN to the ACK that answers the SYN-ACK
 * both ways have been gone once, wherever in between packets are seen. A SYN or SYN-ACK that came twice leaves open which of
 * them was answered, so that nothing is measured (Karn and Partridge, 1987).
 */
export class Handshakes {
  readonly #step: Uint8Array;
  readonly #opener: Uint8Array;
  readonly #askedAt: Float64Array;
  readonly #first: Uint32Array;
  readonly #answer: Uint32Array;
  /** Microseconds; 0 until it is measured, and again when it was told. */
  readonly tripUs: Uint32Array;

  constructor(slots: number) {
    this.#step = new Uint8Array(slots);
    this.#opener = new Uint8Array(slots);
    this.#askedAt = new Float64Array(slots);
    this.#first = new Uint32Array(slots);
    this.#answer = new Uint32Array(slots);
    this.tripUs = new Uint32Array(slots);
  }

  clear(slot: number): void {
    this.#step[slot] = steps.none;
    this.tripUs[slot] = 0;
  }

  /** Whether it asks for another connection than the one that is known, by the same ports. */
  isAnother(slot: number, { flags, sequence, half }: Packet): boolean {
    const asks = (flags & (tcpFlags.syn | tcpFlags.ack)) === tcpFlags.syn;
    const known = this.#step[slot] !== steps.none && this.#opener[slot] === half;
    return asks && known && this.#first[slot] !== sequence;
  }

  see(slot: number, packet: Packet, at: EpochMs): void {
    const { flags, half, sequence, acknowledged } = packet;
    const step = this.#step[slot];
    if (step === steps.done || step === steps.spoiled) return;
    const isAsking = (flags & tcpFlags.syn) !== 0;
    const isAnswering = (flags & tcpFlags.ack) !== 0;
    if (isAsking && !isAnswering) {
      this.#step[slot] = step === steps.none ? steps.asked : steps.spoiled;
      this.#opener[slot] = half;
      this.#first[slot] = sequence;
      this.#askedAt[slot] = at;
    } else if (isAsking) {
      const isOurs = half !== this.#opener[slot] && answers(acknowledged, this.#first[slot] as number);
      if (step === steps.none) return;
      this.#step[slot] = step === steps.asked && isOurs ? steps.answered : steps.spoiled;
      this.#answer[slot] = sequence;
    } else if (isAnswering && step === steps.answered && half === this.#opener[slot]) {
      if (acknowledged !== ((this.#answer[slot] as number) + 1) >>> 0) return;
      this.#step[slot] = steps.done;
      const us = (at - (this.#askedAt[slot] as number)) * usPerMs;
      if (us >= 0 && us <= longestUs) this.tripUs[slot] = Math.max(1, Math.round(us));
    }
  }
}

/** Whether it acknowledges a first packet: its own number, and what went with it. */
function answers(acknowledged: number, first: number): boolean {
  const ahead = (acknowledged - first) >>> 0;
  return ahead >= 1 && ahead <= mostWithFirst;
}
