import type { Milliseconds } from '../../model/index.ts';
import type { Lane } from './transport.ts';

export interface LaneLimits {
  /** A larger frame is not sent, and ends the link when it comes. */
  maxFrameBytes: number;
  /** What waits to be sent to one peer; beyond this the oldest is dropped. */
  maxQueuedFrames: number;
  maxQueuedBytes: number;
  /** A frame that has waited so long is worth nothing any more. */
  expiresMs: Milliseconds;
  /** Share of a link beside other lanes; votes and telemetry don't share. */
  weight: number;
  /** What one peer may send us; who sends more is read more slowly. A second's worth may come at once. */
  framesPerSecond: number;
  bytesPerSecond: number;
}

export interface TransportLimits {
  lanes: Readonly<Record<Lane, LaneLimits>>;
  /** Handed to the system and not yet taken by it; the rest waits where it can be dropped and overtaken. */
  maxUnsentBytes: number;
  /** A round trip is measured so often, which also keeps the link from being silent. */
  pingMs: Milliseconds;
  /** Nothing was read for so long: the link is dead. */
  silenceMs: Milliseconds;
  /** From a call to the other side's greeting. */
  greetingMs: Milliseconds;
  /** Wait before the second call; doubles with each failure up to the maximum, and is cut by up to half at random. */
  retryMs: Milliseconds;
  retryMaxMs: Milliseconds;
  /** The higher number of a pair calls so much later, so that usually only one calls. */
  courtesyMs: Milliseconds;
  /** A link that lasted so long was useful: the next wait is short again. */
  usefulMs: Milliseconds;
}

const mebi = 1_048_576;

/** The largest request is 8 MiB; what carries it adds a little. */
const maxBodyBytes = 9 * mebi;

export const transportLimits: TransportLimits = {
  lanes: {
    votes: {
      maxFrameBytes: mebi,
      maxQueuedFrames: 8192,
      maxQueuedBytes: 4 * mebi,
      expiresMs: 2000,
      weight: 1,
      framesPerSecond: 50_000,
      bytesPerSecond: 32 * mebi,
    },
    bodies: {
      maxFrameBytes: maxBodyBytes,
      maxQueuedFrames: 4096,
      maxQueuedBytes: 32 * mebi,
      expiresMs: 10_000,
      weight: 4,
      framesPerSecond: 10_000,
      bytesPerSecond: 64 * mebi,
    },
    transfer: {
      maxFrameBytes: maxBodyBytes,
      maxQueuedFrames: 256,
      maxQueuedBytes: 16 * mebi,
      expiresMs: 30_000,
      weight: 1,
      framesPerSecond: 2000,
      bytesPerSecond: 32 * mebi,
    },
    clients: {
      maxFrameBytes: maxBodyBytes,
      maxQueuedFrames: 4096,
      maxQueuedBytes: 16 * mebi,
      expiresMs: 10_000,
      weight: 2,
      framesPerSecond: 10_000,
      bytesPerSecond: 32 * mebi,
    },
    // Figures of the last minute: the next ones are as good, and whoever needs the link has it.
    telemetry: {
      maxFrameBytes: mebi,
      maxQueuedFrames: 8,
      maxQueuedBytes: 2 * mebi,
      expiresMs: 20_000,
      weight: 1,
      framesPerSecond: 20,
      bytesPerSecond: mebi,
    },
  },
  maxUnsentBytes: 131_072,
  pingMs: 2000,
  silenceMs: 10_000,
  greetingMs: 5000,
  retryMs: 100,
  retryMaxMs: 10_000,
  courtesyMs: 250,
  usefulMs: 10_000,
};
