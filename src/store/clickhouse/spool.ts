import type { Disk } from '../../platform/index.ts';

/**
 * What waits to be sent: one file a block, in the bytes that are sent and sent again, so that a repetition is the same to
 * the last bit and servers can tell it. A block is safe here before anybody is told so, however long the servers are away.
 */
export interface Waiting {
  /** In order of arrival. */
  number: number;
  shard: number;
  table: string;
  rows: number;
  bytes: number;
}

export interface Block {
  shard: number;
  table: string;
  rows: number;
  bytes: Uint8Array;
}

/** Some blocks of 100,000 flows; what waits longer is read from the disk. */
const maxFreshBytes = 32 * 1024 ** 2;

const name = /^(\d{12,16})-(\d+)-([a-z0-9_]+)-(\d+)\.native$/;

export class Spool {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #waiting = new Map<number, Waiting>();
  #next = 1;
  #bytes = 0;
  #restored = 0;
  /** Of blocks that were just written, so that they need not be read again to be sent. */
  readonly #fresh = new Map<number, Uint8Array>();
  #freshBytes = 0;

  private constructor(disk: Disk, directory: string) {
    this.#disk = disk;
    this.#directory = directory;
  }

  /** Blocks are numbered from `first`, or above those that wait: by their numbers servers tell them apart, for hours. */
  static async open(disk: Disk, directory: string, first = 1): Promise<Spool> {
    const spool = new Spool(disk, directory);
    spool.#next = first;
    await disk.makeDirectory(directory);
    const waiting: Waiting[] = [];
    for (const found of await disk.list(directory)) {
      const [, number = '', shard = '', table = '', rows = ''] = name.exec(found) ?? [];
      if (number === '') {
        // What was being written when the process ended: nobody was told that it is safe.
        if (found.endsWith('.native.new')) await disk.remove(`${directory}/${found}`);
        continue;
      }
      const file = await disk.open(`${directory}/${found}`, 'read');
      const bytes = await file.size();
      await file.close();
      waiting.push({ number: Number(number), shard: Number(shard), table, rows: Number(rows), bytes });
    }
    for (const one of waiting.toSorted((a, b) => a.number - b.number)) spool.#add(one);
    spool.#restored = waiting.reduce((newest, { number }) => Math.max(newest, number), 0);
    return spool;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Whether a block waited when the process began: it may have been sent before. */
  isRestored({ number }: Waiting): boolean {
    return number <= this.#restored;
  }

  /** Resolves when all of them are durable; rejects when none of them is kept. */
  async put(blocks: readonly Block[]): Promise<void> {
    const added: Waiting[] = [];
    try {
      for (const { bytes, ...block } of blocks) {
        const waiting = { ...block, number: this.#next++, bytes: bytes.length };
        added.push(waiting);
        await this.#write(this.#pathOf(waiting), bytes);
      }
      await this.#disk.syncDirectory(this.#directory);
    } catch (problem) {
      // Whoever is refused tries again with the same rows: none of them may stay behind.
      for (const waiting of added) {
        await this.#disk.remove(this.#pathOf(waiting)).catch(() => undefined);
        await this.#disk.remove(`${this.#pathOf(waiting)}.new`).catch(() => undefined);
      }
      throw problem;
    }
    for (const [at, waiting] of added.entries()) {
      this.#add(waiting);
      const bytes = blocks[at]?.bytes;
      if (!bytes || this.#freshBytes + bytes.length > maxFreshBytes) continue;
      this.#fresh.set(waiting.number, bytes);
      this.#freshBytes += bytes.length;
    }
  }

  async #write(path: string, bytes: Uint8Array): Promise<void> {
    const file = await this.#disk.open(`${path}.new`, 'write');
    try {
      await file.truncate(0);
      await file.write(0, bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await this.#disk.rename(`${path}.new`, path);
  }

  /** The oldest that waits for a shard. */
  first(shard: number): Waiting | undefined {
    for (const waiting of this.#waiting.values()) if (waiting.shard === shard) return waiting;
    return undefined;
  }

  /** Of one shard: how many rows wait, and the number of the newest. */
  pending(shard: number): { rows: number; newest: number } {
    let rows = 0;
    let newest = 0;
    for (const waiting of this.#waiting.values()) {
      if (waiting.shard !== shard) continue;
      rows += waiting.rows;
      newest = waiting.number;
    }
    return { rows, newest };
  }

  async read(waiting: Waiting): Promise<Buffer> {
    const fresh = this.#fresh.get(waiting.number);
    if (fresh) return Buffer.from(fresh.buffer, fresh.byteOffset, fresh.byteLength);
    const file = await this.#disk.open(this.#pathOf(waiting), 'read');
    try {
      return await file.read(0, waiting.bytes);
    } finally {
      await file.close();
    }
  }

  /** It was stored elsewhere. */
  async done(waiting: Waiting): Promise<void> {
    await this.#disk.remove(this.#pathOf(waiting));
    this.#waiting.delete(waiting.number);
    if (this.#fresh.delete(waiting.number)) this.#freshBytes -= waiting.bytes;
    this.#bytes -= waiting.bytes;
  }

  #add(waiting: Waiting): void {
    this.#waiting.set(waiting.number, waiting);
    this.#next = Math.max(this.#next, waiting.number + 1);
    this.#bytes += waiting.bytes;
  }

  #pathOf({ number, shard, table, rows }: Waiting): string {
    return `${this.#directory}/${String(number).padStart(16, '0')}-${shard}-${table}-${rows}.native`;
  }
}
