import type { Milliseconds } from '../../model/index.ts';
import { FrameDecoder, type FrameFault } from './frame-decoder.ts';
import type { TransportLimits } from './limits.ts';
import { Quota } from './quota.ts';
import { lanes, type Lane } from './transport.ts';
import { controlLane, maxControlBytes, wireBytes } from './wire.ts';

/** More of the link's own frames than this has no honest reason. */
const controlsPerSecond = 100;

export interface InboxEvents {
  /** A frame of the link itself; false ends reading. */
  onControl(content: Buffer): boolean;
  /** A peer's frame; false ends reading. */
  onFrame(lane: Lane, frame: Buffer): boolean;
}

/** The reading side of one link: frames out of bytes, and how much of them the peer may still send. */
export class Inbox {
  readonly #decoder: FrameDecoder;
  /** For frames and for bytes of each lane, by its number. */
  readonly #frameQuotas: readonly Quota[];
  readonly #byteQuotas: readonly Quota[];

  constructor(limits: TransportLimits, nowMs: Milliseconds, events: InboxEvents) {
    const each = lanes.map((lane) => limits.lanes[lane]);
    this.#frameQuotas = [
      new Quota(controlsPerSecond, nowMs),
      ...each.map(({ framesPerSecond }) => new Quota(framesPerSecond, nowMs)),
    ];
    this.#byteQuotas = [
      new Quota(controlsPerSecond * maxControlBytes, nowMs),
      ...each.map((lane) => new Quota(lane.bytesPerSecond, nowMs, wireBytes(lane.maxFrameBytes))),
    ];
    this.#decoder = new FrameDecoder([maxControlBytes, ...each.map(({ maxFrameBytes }) => maxFrameBytes)], {
      onChunk: (lane, bytes) => this.#byteQuotas[lane]?.spend(bytes),
      onFrame: (number, frame) => {
        this.#frameQuotas[number]?.spend(1);
        if (number === controlLane) return events.onControl(frame);
        const lane = lanes[number - 1];
        return lane !== undefined && events.onFrame(lane, frame);
      },
    });
  }

  get heldBytes(): number {
    return this.#decoder.heldBytes;
  }

  feed(bytes: Buffer): FrameFault | undefined {
    return this.#decoder.feed(bytes);
  }

  /** How long the peer has to wait before more of it is read. */
  debtMs(nowMs: Milliseconds): Milliseconds {
    let longestMs = 0;
    for (const quota of this.#frameQuotas) longestMs = Math.max(longestMs, quota.debtMs(nowMs));
    for (const quota of this.#byteQuotas) longestMs = Math.max(longestMs, quota.debtMs(nowMs));
    return longestMs;
  }
}
