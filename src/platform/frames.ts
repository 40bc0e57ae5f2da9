import { crc32 } from 'node:zlib';

/**
 * Messages over a pipe: length and CRC-32 of the body, both as 32 bits with the lowest byte first, then the body. A pipe
 * between two processes loses nothing; the sum finds a process that has lost its mind and writes into what isn't its own.
 */
const headerBytes = 8;
const maxFrameBytes = 256 * 1024 * 1024;

/** The parts of one body, without copying them together. */
export function frame(parts: readonly Uint8Array[]): Uint8Array[] {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32LE(
    parts.reduce((sum, part) => sum + part.length, 0),
    0,
  );
  header.writeUInt32LE(
    parts.reduce((sum, part) => crc32(part, sum), 0),
    4,
  );
  return [header, ...parts];
}

/** Takes chunks as they come and gives whole bodies. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #bytes = 0;
  readonly #onBody: (body: Buffer) => void;

  constructor(onBody: (body: Buffer) => void) {
    this.#onBody = onBody;
  }

  /** Throws a RangeError for what cannot be a frame; afterwards nothing that comes means anything. */
  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    while (this.#bytes >= headerBytes) {
      const header = this.#peek(headerBytes);
      const [length, sum] = [header.readUInt32LE(0), header.readUInt32LE(4)];
      if (length > maxFrameBytes)
        throw new RangeError(`a frame of ${length} bytes, at most ${maxFrameBytes} are expected`);
      if (this.#bytes < headerBytes + length) return;
      const body = this.#peek(headerBytes + length).subarray(headerBytes);
      if (crc32(body) !== sum) throw new RangeError('a frame with a wrong sum');
      this.#chunks = [(this.#chunks[0] ?? Buffer.alloc(0)).subarray(headerBytes + length), ...this.#chunks.slice(1)];
      this.#bytes -= headerBytes + length;
      this.#onBody(body);
    }
  }

  /** The first bytes in one piece, which stays the first chunk. */
  #peek(length: number): Buffer {
    const [first] = this.#chunks;
    if (first && first.length >= length) return first.subarray(0, length);
    const whole = Buffer.concat(this.#chunks);
    this.#chunks = [whole];
    return whole.subarray(0, length);
  }
}
