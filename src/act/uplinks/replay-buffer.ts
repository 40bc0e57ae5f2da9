import type { Milliseconds } from '../../model/index.ts';

/** A copy of a packet that left by an uplink. */
export interface Kept {
  atMs: Milliseconds;
  /** The uplink's place in the configuration. */
  place: number;
  mark: number;
  bytes: Uint8Array;
}

/** Copies of packets, bounded in time and in bytes: the oldest go first. */
export class ReplayBuffer {
  readonly #keepMs: Milliseconds;
  readonly #limitBytes: number;
  #kept: Kept[] = [];
  #bytes = 0;

  constructor(keepMs: Milliseconds, limitBytes: number) {
    this.#keepMs = keepMs;
    this.#limitBytes = limitBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(packet: Kept): void {
    this.#kept.push(packet);
    this.#bytes += packet.bytes.length;
  }

  /** To be called after packets were added, and from time to time. */
  trim(nowMs: Milliseconds): void {
    let surplus = 0;
    for (const { atMs, bytes } of this.#kept) {
      if (nowMs - atMs <= this.#keepMs && this.#bytes <= this.#limitBytes) break;
      this.#bytes -= bytes.length;
      surplus++;
    }
    if (surplus > 0) this.#kept.splice(0, surplus);
  }

  /** Takes out what fits and left at that time or later, oldest first: nothing is handed out twice. */
  take(fits: (packet: Kept) => boolean, sinceMs: Milliseconds): Kept[] {
    const taken: Kept[] = [];
    this.#kept = this.#kept.filter((packet) => {
      if (!fits(packet)) return true;
      this.#bytes -= packet.bytes.length;
      if (packet.atMs >= sinceMs) taken.push(packet);
      return false;
    });
    return taken;
  }
}
