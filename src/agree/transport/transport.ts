import type { Milliseconds } from '../../model/index.ts';
import type { ParticipantId } from '../protocol.ts';

/**
 * Carries frames between watchers. The contract: authenticated, unordered, lossy, possibly repeating; whoever needs more
 * asks again. Each lane has its own bounds, so that no kind of traffic takes the room of another.
 */

/** In the order of their numbers on the wire, which begin with 1. */
export const lanes = ['votes', 'bodies', 'transfer', 'clients', 'telemetry'] as const;

/** Votes go before everything else and telemetry behind it; the others share what is left, by their weights. */
export type Lane = (typeof lanes)[number];

export interface Peer {
  number: ParticipantId;
  /** The watcher's name, for people. */
  id: string;
  /** Ed25519, 32 bytes. */
  publicKey: Uint8Array;
  /** `host:port`; empty when it only calls us. */
  address: string;
  /** A link of which one end is an observer has only the lanes `transfer`, `clients` and `telemetry`. */
  role: 'member' | 'observer';
}

export type FrameListener = (from: ParticipantId, lane: Lane, frame: Buffer) => void;

export interface Transport {
  /**
   * Who may talk to us and whom we call; replaced when membership changes. Links to peers that are gone close. `self` is
   * what we are to them from now on, when that has changed.
   */
  setPeers(peers: readonly Peer[], self?: Pick<Peer, 'number' | 'role'>): void;
  /**
   * Never waits, never throws. A full lane drops its oldest frame, and a frame that waited longer than its time is
   * dropped; so is one that is too large, or for nobody. The frame must not be changed afterwards. `expiresMs` takes the
   * place of the lane's time.
   */
  send(to: ParticipantId, lane: Lane, frame: Uint8Array, expiresMs?: Milliseconds): void;
  /**
   * A frame arrived from an authenticated peer. It stays as it is, but may be a part of what was read at once (16 KiB):
   * copy what is kept for long.
   */
  onFrame(listener: FrameListener): void;
  /** Every peer, in the order of `setPeers`. */
  links(): readonly LinkStatus[];
  close(): Promise<void>;
}

export interface LinkStatus {
  peer: ParticipantId;
  id: string;
  /** `calling` until both sides have greeted; `down` while waiting to call again, or to be called. */
  state: 'up' | 'calling' | 'down';
  /** How long the link has been up. */
  upMs?: Milliseconds;
  /** How long ago anything was read. */
  heardMs?: Milliseconds;
  /** The last measured one. */
  roundTripMs?: Milliseconds;
  /** How often this peer was made to wait because it sent more than its quota. */
  throttled: number;
  lanes: Readonly<Record<Lane, LaneStatus>>;
  /** Why the last link ended or did not come about. */
  lastError?: { code: string; text: string; agoMs: Milliseconds };
}

/** Sums over the life of the transport; bytes are those of frames. */
export interface LaneStatus {
  framesOut: number;
  bytesOut: number;
  framesIn: number;
  bytesIn: number;
  /** Because the lane was full. */
  droppedFull: number;
  /** Because it waited longer than its time. */
  droppedExpired: number;
  /** Because it was too large, the lane is not this link's, or the link ended in the middle of it. */
  droppedOther: number;
  queuedFrames: number;
  queuedBytes: number;
}

/** Whether a link between these two carries the lane. */
export function laneAllowed(lane: Lane, one: Peer['role'], other: Peer['role']): boolean {
  return (lane !== 'votes' && lane !== 'bodies') || (one === 'member' && other === 'member');
}
