import { z } from 'zod';
import { flowKinds } from '../../../model/index.ts';
import { nodeDisk, readSmallFile, replaceFile, type Disk } from '../../../platform/index.ts';
import { receiptText, type DeletionReceipt } from './retention.ts';

const fileName = 'deletions.json';
const maxBytes = 64 * 1024 * 1024;
/** A ledger that takes nothing for long costs the oldest receipts, never memory without bound. */
const maxPending = 1000;

const time = z.number().min(-8.64e15).max(8.64e15);
const schema = z.object({
  version: z.literal(1),
  receipts: z
    .array(
      z.object({
        kind: z.enum(flowKinds),
        from: time,
        to: time,
        rows: z.int().min(0),
        why: z.enum(['age or size', 'request']),
        files: z.array(z.string().max(64)).max(1_000_000),
        servers: z.string().max(10_000).optional(),
      }),
    )
    .max(maxPending),
});

/**
 * Receipts that the ledger does not have yet. They are written down before the files go, and stay until the ledger has them:
 * a crash in between loses none.
 */
export class PendingReceipts {
  readonly #directory: string;
  readonly #disk: Disk;
  /** By what the ledger says of them. */
  readonly #pending = new Map<string, DeletionReceipt>();
  #writing: Promise<void> = Promise.resolve();

  constructor(directory: string, disk: Disk = nodeDisk) {
    this.#directory = directory;
    this.#disk = disk;
  }

  /** Rejects where the file is not what was written; what it held is lost then. */
  async open(): Promise<void> {
    const bytes = await readSmallFile(this.#disk, `${this.#directory}/${fileName}`, maxBytes);
    if (!bytes) return;
    for (const { servers, ...one } of schema.parse(JSON.parse(bytes.toString())).receipts) {
      const receipt = { ...one, ...(servers !== undefined && { servers }) };
      this.#pending.set(receiptText(receipt), receipt);
    }
  }

  get receipts(): readonly DeletionReceipt[] {
    return [...this.#pending.values()];
  }

  /** Resolves when they are durable. */
  add(receipts: readonly DeletionReceipt[]): Promise<void> {
    const fresh = receipts.filter((one) => !this.#pending.has(receiptText(one)));
    if (fresh.length === 0) return this.#writing;
    for (const one of fresh) this.#pending.set(receiptText(one), one);
    for (const text of [...this.#pending.keys()].slice(0, -maxPending)) this.#pending.delete(text);
    return this.#write();
  }

  /** The ledger has them, or nothing went. */
  async settle(texts: readonly string[]): Promise<void> {
    const known = texts.filter((text) => this.#pending.delete(text));
    if (known.length > 0) await this.#write();
  }

  #write(): Promise<void> {
    const write = () => {
      const kept = Buffer.from(JSON.stringify({ version: 1, receipts: this.receipts }));
      return replaceFile(this.#disk, this.#directory, fileName, kept);
    };
    const done = this.#writing.then(write);
    this.#writing = done.catch(() => undefined);
    return done;
  }
}
