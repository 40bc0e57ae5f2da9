import type { Disk, DiskFile } from '../../platform/index.ts';
import type { Lsn } from '../protocol.ts';

/** One record in this many bytes is remembered by its offset, so that reading from a position need not scan a file. */
const indexStrideBytes = 65_536;
const namePattern = /^\d{16}\.log$/;

/** A file of the journal. It is named after the position of its first record. */
export class Segment {
  readonly name: string;
  readonly first: Lsn;
  /** Position after its last record, and the bytes up to there. */
  end: Lsn;
  bytes: number;
  readonly #lsns: Lsn[];
  readonly #offsets: number[];

  constructor(first: Lsn, headerBytes: number) {
    this.name = segmentName(first);
    this.first = first;
    this.end = first;
    this.bytes = headerBytes;
    this.#lsns = [first];
    this.#offsets = [headerBytes];
  }

  /** The next record takes this many bytes. */
  grow(frameBytes: number): void {
    if (this.bytes - (this.#offsets.at(-1) ?? 0) >= indexStrideBytes) {
      this.#lsns.push(this.end);
      this.#offsets.push(this.bytes);
    }
    this.end += 1;
    this.bytes += frameBytes;
  }

  /** A place at or before the record, and the position of the record that lies there. */
  seek(lsn: Lsn): { lsn: Lsn; offset: number } {
    let low = 0;
    let high = this.#lsns.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#lsns[middle] ?? Infinity) <= lsn) low = middle;
      else high = middle - 1;
    }
    return { lsn: this.#lsns[low] ?? this.first, offset: this.#offsets[low] ?? 0 };
  }
}

export function segmentName(first: Lsn): string {
  return `${String(first).padStart(16, '0')}.log`;
}

export async function listSegments(disk: Disk, directory: string): Promise<string[]> {
  return (await disk.list(directory)).filter((name) => namePattern.test(name));
}

const chunkBytes = 1_048_576;

/** Reads a file from front to back in large chunks; what was not consumed stays in front of what comes next. */
export class ChunkReader {
  readonly #file: DiskFile;
  #position: number;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(file: DiskFile, position: number) {
    this.#file = file;
    this.#position = position;
  }

  get bytes(): Buffer {
    return this.#bytes;
  }

  /** Drops `consumed` bytes and reads on; false at the end of the file. */
  async more(consumed: number): Promise<boolean> {
    const rest = this.#bytes.subarray(consumed);
    // A record longer than a chunk doubles what is read, so that it is copied a few times and not once a chunk.
    const next = await this.#file.read(this.#position, Math.max(chunkBytes, rest.length));
    this.#position += next.length;
    this.#bytes = rest.length === 0 ? next : Buffer.concat([rest, next]);
    return next.length > 0;
  }
}
