import type { Milliseconds } from '../../model/index.ts';

export interface LaneQueueLimits {
  maxQueuedFrames: number;
  maxQueuedBytes: number;
}

interface Slot {
  frame: Uint8Array;
  expiresAtMs: Milliseconds;
}

const smallestRing = 16;

/** Frames of one lane that wait, oldest first: a ring that grows with need, up to its bounds. */
export class LaneQueue {
  droppedFull = 0;
  droppedExpired = 0;
  readonly #limits: LaneQueueLimits;
  #ring: (Slot | undefined)[] = Array.from({ length: smallestRing }, () => undefined);
  #head = 0;
  #count = 0;
  #bytes = 0;

  constructor(limits: LaneQueueLimits) {
    this.#limits = limits;
  }

  get frames(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Drops the oldest until the new one has room. */
  push(frame: Uint8Array, expiresAtMs: Milliseconds): void {
    const { maxQueuedFrames, maxQueuedBytes } = this.#limits;
    while (this.#count > 0 && (this.#count >= maxQueuedFrames || this.#bytes + frame.length > maxQueuedBytes)) {
      this.#shift();
      this.droppedFull += 1;
    }
    if (this.#count === this.#ring.length) this.#grow();
    this.#ring[(this.#head + this.#count) % this.#ring.length] = { frame, expiresAtMs };
    this.#count += 1;
    this.#bytes += frame.length;
  }

  /** The oldest whose time has not run out, without taking it. */
  peek(nowMs: Milliseconds): Uint8Array | undefined {
    for (let slot = this.#ring[this.#head]; slot; slot = this.#ring[this.#head]) {
      if (slot.expiresAtMs > nowMs) return slot.frame;
      this.#shift();
      this.droppedExpired += 1;
    }
    return undefined;
  }

  /** Takes what `peek` showed. */
  take(): void {
    this.#shift();
  }

  clear(): void {
    while (this.#count > 0) this.#shift();
  }

  #shift(): void {
    const slot = this.#ring[this.#head];
    if (!slot) return;
    this.#ring[this.#head] = undefined;
    this.#head = (this.#head + 1) % this.#ring.length;
    this.#count -= 1;
    this.#bytes -= slot.frame.length;
  }

  #grow(): void {
    const { length } = this.#ring;
    this.#ring = Array.from({ length: length * 2 }, (_, at) =>
      at < length ? this.#ring[(this.#head + at) % length] : undefined,
    );
    this.#head = 0;
  }
}
