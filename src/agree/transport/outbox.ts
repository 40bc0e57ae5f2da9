import { assert, type Milliseconds } from '../../model/index.ts';
import { LaneQueue } from './lane-queue.ts';
import type { LaneLimits } from './limits.ts';
import { lanes, type Lane } from './transport.ts';
import { firstFlag, headerBytes, lastFlag, maxChunkBytes, totalBytes, writeHeader } from './wire.ts';

/** What one write carries at most; a whole chunk with its header always fits. */
const maxWriteBytes = maxChunkBytes + headerBytes;

interface OutLane {
  lane: Lane;
  number: number;
  limits: LaneLimits;
  queue: LaneQueue;
  /** A frame of which chunks are sent and others aren't. */
  begun: { frame: Uint8Array; sent: number } | undefined;
  /** Bytes that the lane may send in its turn (deficit round robin, Shreedhar and Varghese, SIGCOMM 1995). */
  creditBytes: number;
  framesOut: number;
  bytesOut: number;
  droppedOther: number;
}

/** A piece of a frame that goes into the present write. */
interface Piece {
  lane: number;
  flags: number;
  frame: Uint8Array;
  start: number;
  end: number;
  total: number | undefined;
}

/**
 * What waits to be sent to one peer, and in which order it goes: votes first, telemetry last, between them the other
 * lanes by their weights. At each chunk it is decided anew, so that a vote waits for 64 KiB at most, whatever else is
 * being sent.
 */
export class Outbox {
  readonly #lanes: readonly OutLane[];
  readonly #pieces: Piece[] = [];
  /** Turn among the lanes that share. */
  #turn = 0;

  constructor(limits: Readonly<Record<Lane, LaneLimits>>) {
    this.#lanes = lanes.map((lane, at) => ({
      lane,
      number: at + 1,
      limits: limits[lane],
      queue: new LaneQueue(limits[lane]),
      begun: undefined,
      creditBytes: 0,
      framesOut: 0,
      bytesOut: 0,
      droppedOther: 0,
    }));
  }

  push(
    lane: Lane,
    frame: Uint8Array,
    nowMs: Milliseconds,
    expiresMs: Milliseconds | undefined,
    allowed: boolean,
  ): void {
    const out = this.#of(lane);
    if (!allowed || frame.length > out.limits.maxFrameBytes) out.droppedOther += 1;
    else out.queue.push(frame, nowMs + (expiresMs ?? out.limits.expiresMs));
  }

  /** The next bytes for the wire, `maxWriteBytes` at most; undefined when nothing waits. */
  next(nowMs: Milliseconds): Buffer | undefined {
    let bytes = 0;
    for (let out = this.#choose(nowMs); out; out = this.#choose(nowMs)) {
      const piece = this.#pieceOf(out, nowMs);
      const size = headerBytes + (piece.total === undefined ? 0 : totalBytes) + piece.end - piece.start;
      if (bytes + size > maxWriteBytes) break;
      this.#commit(out, piece, size);
      this.#pieces.push(piece);
      bytes += size;
    }
    if (bytes === 0) return undefined;
    const target = Buffer.allocUnsafe(bytes);
    let at = 0;
    for (const piece of this.#pieces) at = writePiece(target, at, piece);
    this.#pieces.length = 0;
    return target;
  }

  /** The link is gone: what it had begun to send is worth nothing to the next one. */
  forgetBegun(): void {
    for (const out of this.#lanes) {
      if (out.begun) out.droppedOther += 1;
      out.begun = undefined;
      out.creditBytes = 0;
    }
  }

  /** Gives back the room of frames whose time has run out, which matters while no link takes them. */
  expire(nowMs: Milliseconds): void {
    for (const { queue } of this.#lanes) queue.peek(nowMs);
  }

  clear(): void {
    this.forgetBegun();
    for (const out of this.#lanes) out.queue.clear();
  }

  status(lane: Lane) {
    const { queue, begun, framesOut, bytesOut, droppedOther } = this.#of(lane);
    const { droppedFull, droppedExpired } = queue;
    return {
      framesOut,
      bytesOut,
      droppedFull,
      droppedExpired,
      droppedOther,
      queuedFrames: queue.frames + (begun ? 1 : 0),
      queuedBytes: queue.bytes + (begun ? begun.frame.length - begun.sent : 0),
    };
  }

  #of(lane: Lane): OutLane {
    const out = this.#lanes[lanes.indexOf(lane)];
    assert(out, 'every lane has its queue');
    return out;
  }

  #choose(nowMs: Milliseconds): OutLane | undefined {
    const [votes] = this.#lanes;
    if (votes && waits(votes, nowMs)) return votes;
    const shared = this.#chooseShared(nowMs);
    if (shared) return shared;
    const telemetry = this.#lanes.at(-1);
    return telemetry && waits(telemetry, nowMs) ? telemetry : undefined;
  }

  #chooseShared(nowMs: Milliseconds): OutLane | undefined {
    const sharing = this.#lanes.length - 2;
    for (let tries = 0; tries < sharing; tries++) {
      const out = this.#lanes[1 + this.#turn];
      if (out && waits(out, nowMs)) {
        if (out.creditBytes > 0) return out;
        out.creditBytes += out.limits.weight * maxChunkBytes;
      } else if (out) {
        // Who has nothing to send saves nothing up.
        out.creditBytes = 0;
      }
      this.#turn = (this.#turn + 1) % sharing;
    }
    // All that wait have spent their credit, and each has just got new.
    for (let tries = 0; tries < sharing; tries++) {
      const out = this.#lanes[1 + ((this.#turn + tries) % sharing)];
      if (!out || out.creditBytes <= 0 || !waits(out, nowMs)) continue;
      this.#turn = (this.#turn + tries) % sharing;
      return out;
    }
    return undefined;
  }

  #pieceOf(out: OutLane, nowMs: Milliseconds): Piece {
    const { number: lane, begun } = out;
    if (begun) {
      const { frame, sent: start } = begun;
      const end = Math.min(frame.length, start + maxChunkBytes);
      return { lane, flags: end === frame.length ? lastFlag : 0, frame, start, end, total: undefined };
    }
    const frame = out.queue.peek(nowMs);
    assert(frame, 'a lane that was chosen has a frame');
    if (frame.length <= maxChunkBytes) {
      return { lane, flags: firstFlag | lastFlag, frame, start: 0, end: frame.length, total: undefined };
    }
    return { lane, flags: firstFlag, frame, start: 0, end: maxChunkBytes - totalBytes, total: frame.length };
  }

  #commit(out: OutLane, { frame, start, end }: Piece, size: number): void {
    out.creditBytes -= size;
    out.bytesOut += end - start;
    if (!out.begun) out.queue.take();
    out.begun = end < frame.length ? { frame, sent: end } : undefined;
    if (!out.begun) out.framesOut += 1;
  }
}

function waits(out: OutLane, nowMs: Milliseconds): boolean {
  return out.begun !== undefined || out.queue.peek(nowMs) !== undefined;
}

function writePiece(target: Buffer, start: number, { lane, flags, frame, total, ...piece }: Piece): number {
  const length = piece.end - piece.start;
  let at = start + headerBytes;
  writeHeader(target, start, lane, flags, length + (total === undefined ? 0 : totalBytes));
  if (total !== undefined) at = target.writeUInt32BE(total, at);
  target.set(length === frame.length ? frame : frame.subarray(piece.start, piece.end), at);
  return at + length;
}
