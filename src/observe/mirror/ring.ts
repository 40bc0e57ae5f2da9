import { createHash, type Hash } from 'node:crypto';
import type { MirrorFile } from '../../model/index.ts';
import type { Disk, DiskFile } from '../../platform/index.ts';
import { captureHeader, writeFrame, writtenBytes, type CaptureInterface, type FrameToWrite } from './pcapng.ts';
import { shredFile } from './shred.ts';

export interface RingOptions {
  disk: Disk;
  directory: string;
  interfaces: readonly CaptureInterface[];
  /** Who wrote the files and what for, in their first block. */
  application: string;
  comment: string;
  /** Of all files together; the oldest are shredded for new ones. */
  sizeBytes: number;
}

/** The ring has so many files, so that little is lost when the oldest goes. */
const filesInRing = 16;
/** Written at once. */
const pieceBytes = 1024 * 1024;
/** Frames that wait for the disk; more are dropped and counted, since memory has an end. */
const maxWaitingPieces = 64;

/** Frames into files of bounded size, the oldest of which make room for new ones. */
export class Ring {
  /** Frames that were lost since the disk could not take them. */
  dropped = 0;
  packets = 0;
  /** Files that made room. */
  overwritten = 0;
  /** What went wrong with the disk, as a sentence. */
  problem: string | undefined;
  readonly #options: RingOptions;
  readonly #sealed: MirrorFile[] = [];
  readonly #header: Buffer;
  #piece = Buffer.allocUnsafeSlow(pieceBytes);
  #used = 0;
  #piecePackets = 0;
  #waiting = 0;
  #work: Promise<void> = Promise.resolve();
  #current: { name: string; file: DiskFile; bytes: number; packets: number; hash: Hash } | undefined;
  #number = 0;

  constructor(options: RingOptions) {
    this.#options = options;
    this.#header = captureHeader(options.interfaces, options.application, options.comment);
  }

  /** Files that are complete, oldest first. */
  get sealed(): readonly MirrorFile[] {
    return this.#sealed;
  }

  add(frame: FrameToWrite): void {
    const bytes = writtenBytes(frame);
    if (this.#used + bytes > pieceBytes) this.flush();
    if (this.#waiting >= maxWaitingPieces || this.problem !== undefined) {
      this.dropped++;
      return;
    }
    this.#used = writeFrame(this.#piece, this.#used, frame);
    this.#piecePackets++;
    this.packets++;
  }

  /** Hands to the disk what has come; called when a piece is full, and by the clock. */
  flush(): void {
    if (this.#used === 0 || this.#waiting >= maxWaitingPieces) return;
    const piece = this.#piece.subarray(0, this.#used);
    const packets = this.#piecePackets;
    this.#piece = Buffer.allocUnsafeSlow(pieceBytes);
    this.#used = 0;
    this.#piecePackets = 0;
    this.#waiting++;
    this.#then(async () => {
      try {
        await this.#write(piece, packets);
      } catch (thrown) {
        this.packets -= packets;
        this.dropped += packets;
        throw thrown;
      } finally {
        this.#waiting--;
      }
    });
  }

  /** Completes the file that is being written. */
  async close(): Promise<readonly MirrorFile[]> {
    this.flush();
    this.#then(() => this.#seal());
    await this.#work;
    return this.#sealed;
  }

  #then(step: () => Promise<void>): void {
    this.#work = this.#work.then(step).catch((thrown: unknown) => {
      this.problem ??= thrown instanceof Error ? thrown.message : String(thrown);
    });
  }

  async #write(piece: Buffer, packets: number): Promise<void> {
    const { disk, directory, sizeBytes } = this.#options;
    const fileBytes = Math.floor(sizeBytes / filesInRing);
    if (this.#current && this.#current.bytes + piece.length > fileBytes) await this.#seal();
    if (!this.#current) {
      const name = `${String(++this.#number).padStart(6, '0')}.pcapng`;
      const file = await disk.open(`${directory}/${name}`, 'write');
      this.#current = { name, file, bytes: 0, packets: 0, hash: createHash('sha256') };
      await this.#append(this.#header);
    }
    await this.#append(piece);
    this.#current.packets += packets;
  }

  async #append(bytes: Buffer): Promise<void> {
    if (!this.#current) return;
    await this.#current.file.write(this.#current.bytes, bytes);
    this.#current.hash.update(bytes);
    this.#current.bytes += bytes.length;
  }

  async #seal(): Promise<void> {
    if (!this.#current) return;
    const { name, file, bytes, packets, hash } = this.#current;
    this.#current = undefined;
    try {
      // A disk that is full takes the first part of a piece.
      if ((await file.size()) > bytes) await file.truncate(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    this.#sealed.push({ name, bytes, packets, sha256: hash.digest('hex') });
    const { disk, directory } = this.#options;
    while (this.#sealed.length >= filesInRing) {
      const oldest = this.#sealed.shift();
      if (!oldest) break;
      const problem = await shredFile(disk, directory, oldest.name);
      if (problem !== undefined) throw new Error(problem);
      this.overwritten++;
    }
  }
}
