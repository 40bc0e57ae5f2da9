import { assert } from '../../model/index.ts';
import { firstFlag, headerBytes, laneMask, lastFlag, maxChunkBytes, totalBytes } from './wire.ts';

export type FrameFault = 'BAD_FRAME' | 'FRAME_TOO_LARGE';

export interface FrameSink {
  /** One chunk was read, with its header. */
  onChunk(lane: number, bytes: number): void;
  /** A whole frame. Returning false stops the decoder: the link is at its end. */
  onFrame(lane: number, frame: Buffer): boolean;
}

/** A frame that has begun on one lane. */
interface Partial {
  frame: Buffer;
  filled: number;
}

/**
 * Makes frames of bytes, however they were cut on their way. It holds one unfinished frame a lane at most, and takes no
 * memory for it before its length was compared with the lane's limit.
 */
export class FrameDecoder {
  readonly #maxFrameBytes: readonly number[];
  readonly #sink: FrameSink;
  readonly #partials: (Partial | undefined)[];
  readonly #header = Buffer.alloc(headerBytes + totalBytes);
  #headerFilled = 0;
  /** The chunk that is being read: its lane, flags and bytes to come; undefined between chunks. */
  #chunk: { lane: number; last: boolean; restBytes: number } | undefined;
  #fault: FrameFault | undefined;
  #stopped = false;

  /** `maxFrameBytes` by lane number; lanes beyond its length do not exist. */
  constructor(maxFrameBytes: readonly number[], sink: FrameSink) {
    this.#maxFrameBytes = maxFrameBytes;
    this.#sink = sink;
    this.#partials = maxFrameBytes.map(() => undefined);
  }

  /** Memory taken for unfinished frames. */
  get heldBytes(): number {
    return this.#partials.reduce((sum, partial) => sum + (partial?.frame.length ?? 0), 0);
  }

  /** Takes the next bytes. A fault is final: nothing more is read. */
  feed(bytes: Buffer): FrameFault | undefined {
    let at = 0;
    while (!this.#stopped && at < bytes.length)
      at = this.#chunk ? this.#takeBody(bytes, at) : this.#takeHead(bytes, at);
    return this.#fault;
  }

  #takeHead(bytes: Buffer, start: number): number {
    // Most chunks lie in one read: then neither header nor frame is copied.
    if (this.#headerFilled === 0 && bytes.length - start >= headerBytes) {
      const length = lengthAt(bytes, start);
      const end = start + headerBytes + length;
      const whole = isWhole(bytes[start] ?? 0) && length <= maxChunkBytes && end <= bytes.length;
      if (whole) return this.#takeWhole(bytes, start, length, end);
    }
    let at = start;
    const need = () => headerBytes + (isFirstOfSeveral(this.#header[0] ?? 0) ? totalBytes : 0);
    while (at < bytes.length && (this.#headerFilled < headerBytes || this.#headerFilled < need())) {
      this.#header[this.#headerFilled] = bytes[at] ?? 0;
      this.#headerFilled += 1;
      at += 1;
    }
    if (this.#headerFilled >= headerBytes && this.#headerFilled === need()) this.#begin();
    return at;
  }

  #takeWhole(bytes: Buffer, start: number, length: number, end: number): number {
    const lane = (bytes[start] ?? 0) & laneMask;
    if (this.#refuses(lane, length, this.#partials[lane] !== undefined)) return end;
    this.#sink.onChunk(lane, headerBytes + length);
    this.#deliver(lane, bytes.subarray(start + headerBytes, end));
    return end;
  }

  /** The header is complete, with the frame's length if the chunk is the first of several. */
  #begin(): void {
    this.#headerFilled = 0;
    const head = this.#header[0] ?? 0;
    const lane = head & laneMask;
    const last = (head & lastFlag) !== 0;
    const length = lengthAt(this.#header, 0);
    const partial = this.#partials[lane];
    const first = (head & firstFlag) !== 0;
    const several = first && !last;
    const frameBytes = several ? this.#header.readUInt32BE(headerBytes) : length;
    if (this.#refuses(lane, frameBytes, first === (partial !== undefined))) return;
    const inChunk = several ? length - totalBytes : length;
    // What the rules of cutting leave as the only possible length.
    const expected = first ? frameBytes : (partial?.frame.length ?? 0) - (partial?.filled ?? 0);
    const misfit = last
      ? inChunk !== expected || length > maxChunkBytes || (!first && length === 0)
      : length !== maxChunkBytes || inChunk >= expected;
    if (misfit) {
      this.#fail('BAD_FRAME');
      return;
    }
    this.#sink.onChunk(lane, headerBytes + length);
    if (first) this.#partials[lane] = { frame: Buffer.allocUnsafe(frameBytes), filled: 0 };
    this.#chunk = { lane, last, restBytes: inChunk };
    if (inChunk === 0) this.#endChunk(this.#chunk);
  }

  #takeBody(bytes: Buffer, start: number): number {
    const chunk = this.#chunk;
    const partial = chunk && this.#partials[chunk.lane];
    assert(chunk && partial, 'a chunk belongs to a frame that has begun');
    const count = Math.min(chunk.restBytes, bytes.length - start);
    bytes.copy(partial.frame, partial.filled, start, start + count);
    partial.filled += count;
    chunk.restBytes -= count;
    if (chunk.restBytes === 0) this.#endChunk(chunk);
    return start + count;
  }

  #endChunk({ lane, last }: { lane: number; last: boolean }): void {
    this.#chunk = undefined;
    const frame = this.#partials[lane]?.frame;
    if (!last || !frame) return;
    this.#partials[lane] = undefined;
    this.#deliver(lane, frame);
  }

  #deliver(lane: number, frame: Buffer): void {
    if (!this.#sink.onFrame(lane, frame)) this.#stopped = true;
  }

  #refuses(lane: number, frameBytes: number, outOfOrder: boolean): boolean {
    const maxBytes = this.#maxFrameBytes[lane];
    if (maxBytes === undefined || outOfOrder) this.#fail('BAD_FRAME');
    else if (frameBytes > maxBytes) this.#fail('FRAME_TOO_LARGE');
    return this.#stopped;
  }

  #fail(fault: FrameFault): void {
    this.#fault = fault;
    this.#stopped = true;
    this.#partials.fill(undefined);
  }
}

const lengthAt = (bytes: Buffer, at: number): number =>
  ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
const isWhole = (head: number): boolean => (head & (firstFlag | lastFlag)) === (firstFlag | lastFlag);
const isFirstOfSeveral = (head: number): boolean => (head & (firstFlag | lastFlag)) === firstFlag;
