import { messageOf, QwError } from '../../model/index.ts';
import { replaceFile, type Disk, type DiskFile, type OpenMode } from '../../platform/index.ts';
import type { JournalRecord, Lsn } from '../protocol.ts';
import { encodeFrame, encodeHead, encodeSegmentHeader, frameCrc, sealedBytes } from './frame.ts';
import { journalReadBytes, maxRecordBytes, type Journal, type OpenedJournal, type RecordVisitor } from './journal.ts';
import { headName, scanJournal, type Scan } from './scan.ts';
import { readSegment } from './read-segment.ts';
import { Segment } from './segment.ts';

export interface FileJournalOptions {
  disk: Disk;
  directory: string;
  /** A segment is closed when it has grown beyond this. */
  segmentBytes: number;
  /**
   * Whether the head is made durable with each sync. If not, a power failure (not a killed process) may leave an older
   * head; then a damaged last record looks like a torn tail, unless a later record proves that it was durable.
   */
  durableHead: boolean;
  /** Every write is durable when it returns: for journals of which each write is waited for. */
  writeThrough?: boolean;
  /** Records wait for a `sync` or `written` until so many bytes have gathered; without, they are written at once. */
  gatherBytes?: number;
  /** The head is written with one sync in so many; in between an older one tells less. */
  headStride?: number;
  /** Whether the folder was in use before: then an empty one has lost its records. */
  mustExist: boolean;
  /** Sees every record while the journal opens. */
  visit?: RecordVisitor;
}

/**
 * Opens or creates a journal of segment files. A damaged one opens too: `recovery.corrupt` says where, reading works
 * before that place, appending is refused.
 */
export async function openFileJournal(options: FileJournalOptions): Promise<OpenedJournal> {
  const { disk, directory } = options;
  try {
    await disk.makeDirectory(directory);
    const scan = await scanJournal(disk, directory, options.visit);
    if (!scan.corrupt && scan.segments.length === 0 && options.mustExist) {
      scan.corrupt = { lsn: 0, file: headName, offset: 0, reason: 'the records are missing' };
    }
    const journal = new FileJournal(options, scan);
    if (!scan.corrupt) await journal.prepare(scan);
    const { start, end, tornTail, corrupt } = scan;
    return { journal, recovery: { start, end, tornTail, corrupt } };
  } catch (error) {
    throw error instanceof QwError ? error : unavailable(directory, error);
  }
}

function unavailable(directory: string, cause: unknown): QwError {
  return new QwError('LEDGER_UNAVAILABLE', `the durable log failed: ${messageOf(cause)}`, { where: directory, cause });
}

interface Waiter {
  end: Lsn;
  durably: boolean;
  resolve: (durable: Lsn) => void;
  reject: (error: QwError) => void;
}

class FileJournal implements Journal {
  readonly #options: FileJournalOptions;
  readonly #segments: Segment[];
  #file: DiskFile | undefined;
  #head: DiskFile | undefined;
  #end: Lsn;
  #writtenEnd: Lsn;
  #durable: Lsn;
  /** CRC of the last record that was appended, and of the last that was written. */
  #chain: number;
  #writtenChain: number;
  #frames: Buffer[] = [];
  #bufferedBytes = 0;
  #waiters: Waiter[] = [];
  #running = false;
  #syncs = 0;
  #closed = false;
  #failure: QwError | undefined;

  constructor(options: FileJournalOptions, scan: Scan) {
    this.#options = options;
    this.#segments = scan.segments;
    this.#end = this.#writtenEnd = scan.end;
    // What a scan found was in the page cache at least; only the head says what is durable until the first sync.
    this.#durable = Math.min(scan.end, scan.head?.end ?? 0);
    this.#chain = this.#writtenChain = scan.chain;
    if (scan.corrupt) {
      const { lsn, file, offset, reason } = scan.corrupt;
      this.#failure = new QwError('LEDGER_CORRUPT', `record ${lsn} is damaged: ${reason}`, {
        where: `${options.directory}/${file}:${offset}`,
        facts: { lsn, file, offset },
      });
    }
  }

  /** Cuts a torn tail, creates what is missing and opens for appending. */
  async prepare(scan: Scan): Promise<void> {
    const { disk, directory } = this.#options;
    if (!scan.head) await replaceFile(disk, directory, headName, encodeHead({ end: this.#end, chain: this.#chain }));
    this.#head = await disk.open(`${directory}/${headName}`, 'write');
    const last = this.#segments.at(-1);
    const torn = scan.tornTail;
    if (torn && torn.file !== last?.name) await disk.remove(`${directory}/${torn.file}`);
    if (!last) {
      await this.#roll();
      return;
    }
    this.#file = await disk.open(`${directory}/${last.name}`, this.#openMode);
    if (torn) {
      await this.#file.truncate(last.bytes);
      await this.#file.sync();
    }
  }

  get #openMode(): OpenMode {
    return this.#options.writeThrough ? 'write-through' : 'write';
  }

  get start(): Lsn {
    return this.#segments[0]?.first ?? this.#end;
  }

  get end(): Lsn {
    return this.#end;
  }

  get durable(): Lsn {
    return this.#durable;
  }

  get bufferedBytes(): number {
    return this.#bufferedBytes;
  }

  get storedBytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.bytes, 0);
  }

  get failure(): QwError | undefined {
    return this.#failure;
  }

  append(records: readonly JournalRecord[]): Lsn {
    this.#refuseIfStopped();
    for (const record of records) {
      if (record.length > maxRecordBytes) {
        throw new QwError('REQUEST_TOO_LARGE', `a record has ${record.length} bytes, at most ${maxRecordBytes} fit`);
      }
      const frame = encodeFrame(record, this.#end, this.#durable, this.#chain);
      this.#chain = frameCrc(frame);
      this.#frames.push(frame);
      this.#bufferedBytes += frame.length;
      this.#end += 1;
    }
    if (this.#bufferedBytes >= (this.#options.gatherBytes ?? 0)) this.#run();
    return this.#end;
  }

  sync(): Promise<Lsn> {
    return this.#wait(true);
  }

  async written(): Promise<void> {
    await this.#wait(false);
  }

  async read(from: Lsn, limit: number): Promise<JournalRecord[]> {
    // After a failure the disk's part stays readable.
    if (this.#writtenEnd < this.#end && !this.#failure) await this.written().catch(() => undefined);
    const records: JournalRecord[] = [];
    let bytes = 0;
    const wanted = Math.max(from, this.start);
    for (const segment of this.#segments) {
      if (segment.end <= wanted) continue;
      for await (const record of readSegment(this.#options.disk, this.#options.directory, segment, wanted)) {
        if (records.length >= limit) return records;
        records.push(record);
        bytes += record.length;
        if (bytes >= journalReadBytes) return records;
      }
    }
    return records;
  }

  async truncateBefore(lsn: Lsn): Promise<void> {
    this.#refuseIfStopped();
    const { disk, directory } = this.#options;
    try {
      // Oldest first: a crash in between leaves a suffix without gaps.
      for (let oldest = this.#segments[0]; oldest && this.#segments.length > 1 && oldest.end <= lsn;) {
        // A fresh segment without records must not become the only one.
        if (oldest.end === this.#writtenEnd) break;
        this.#segments.shift();
        await disk.remove(`${directory}/${oldest.name}`);
        oldest = this.#segments[0];
      }
      await disk.syncDirectory(directory);
    } catch (error) {
      throw this.#fail(error);
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    try {
      if (!this.#failure) {
        await this.sync();
        await this.#head?.write(0, encodeHead({ end: this.#durable, chain: this.#writtenChain }));
        await this.#head?.sync();
      }
    } finally {
      this.#closed = true;
      await this.#file?.close();
      await this.#head?.close();
    }
  }

  #refuseIfStopped(): void {
    if (this.#failure) throw this.#failure;
    if (this.#closed) throw new QwError('LEDGER_UNAVAILABLE', 'the durable log is closed');
  }

  async #wait(durably: boolean): Promise<Lsn> {
    this.#refuseIfStopped();
    if ((durably ? this.#durable : this.#writtenEnd) >= this.#end) return this.#durable;
    const done = new Promise<Lsn>((resolve, reject) => {
      this.#waiters.push({ end: this.#end, durably, resolve, reject });
    });
    this.#run();
    return done;
  }

  /** One loop at a time writes what has gathered, syncs if somebody waits for it, and goes on while there is more. */
  #run(): void {
    if (this.#running || this.#failure) return;
    this.#running = true;
    this.#loop().catch((error: unknown) => {
      this.#running = false;
      this.#fail(error);
    });
  }

  async #loop(): Promise<void> {
    while (this.#waiters.length > 0 || this.#bufferedBytes > (this.#options.gatherBytes ?? 0)) {
      await this.#writeFrames();
      if (this.#waiters.some((waiter) => waiter.durably)) await this.#makeDurable();
      this.#answer();
    }
    // In the same turn as the check above, so that nothing can come in between and wait for ever.
    this.#running = false;
  }

  async #writeFrames(): Promise<void> {
    if (this.#frames.length === 0) return;
    const last = this.#segments.at(-1);
    if (last && last.bytes >= this.#options.segmentBytes && last.end > last.first) {
      await this.#makeDurable();
      await this.#roll();
    }
    const segment = this.#segments.at(-1);
    const frames = this.#frames;
    if (!segment || !this.#file) throw new Error('no open segment');
    this.#frames = [];
    const bytes = frames.length === 1 && frames[0] ? frames[0] : Buffer.concat(frames);
    await this.#file.write(segment.bytes, bytes);
    this.#bufferedBytes -= bytes.length;
    for (const frame of frames) segment.grow(frame.length);
    this.#writtenEnd = segment.end;
    this.#writtenChain = frameCrc(frames.at(-1) ?? bytes);
  }

  async #makeDurable(): Promise<void> {
    const end = this.#writtenEnd;
    if (end === this.#durable) return;
    const { writeThrough, headStride = 1, durableHead } = this.#options;
    if (!writeThrough) await this.#file?.sync();
    this.#syncs += 1;
    if (this.#syncs % headStride === 0) await this.#head?.write(0, encodeHead({ end, chain: this.#writtenChain }));
    if (durableHead) await this.#head?.sync();
    this.#durable = end;
  }

  #answer(): void {
    const waiting: Waiter[] = [];
    for (const waiter of this.#waiters) {
      if ((waiter.durably ? this.#durable : this.#writtenEnd) >= waiter.end) waiter.resolve(this.#durable);
      else waiting.push(waiter);
    }
    this.#waiters = waiting;
  }

  async #roll(): Promise<void> {
    const { disk, directory } = this.#options;
    const segment = new Segment(this.#writtenEnd, sealedBytes);
    await replaceFile(
      disk,
      directory,
      segment.name,
      encodeSegmentHeader({ first: segment.first, chain: this.#writtenChain }),
    );
    const previous = this.#file;
    this.#file = await disk.open(`${directory}/${segment.name}`, this.#openMode);
    this.#segments.push(segment);
    await previous?.close();
  }

  #fail(cause: unknown): QwError {
    this.#failure ??= unavailable(this.#options.directory, cause);
    for (const waiter of this.#waiters) waiter.reject(this.#failure);
    this.#waiters = [];
    this.#frames = [];
    this.#bufferedBytes = 0;
    return this.#failure;
  }
}
