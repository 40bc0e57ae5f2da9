import { assert, QwError } from '../../model/index.ts';
import { readSmallFile, replaceFile, type Disk } from '../../platform/index.ts';
import type { Signer } from '../crypto/signer.ts';
import { openFileJournal } from '../journal/file-journal.ts';
import type { Journal, RecordVisitor } from '../journal/journal.ts';
import { LedgerChain } from '../record/chain.ts';
import { maxCheckpointBytes, readCheckpoint, signCheckpoint, type Checkpoint } from '../record/checkpoint.ts';
import { decodeEntry, encodeEntry, type LedgerEntry } from '../record/entry.ts';
import type { Hash } from '../record/hash.ts';
import { layout, ledgerOrigin } from './layout.ts';

export interface LedgerOptions {
  disk: Disk;
  /** The ledger's own folder. */
  directory: string;
  signer: Signer;
  /** The key that the watcher had before; its checkpoint is taken as well. */
  formerKey?: Buffer | undefined;
  mustExist: boolean;
  segmentBytes: number;
  gatherBytes?: number;
}

/** An entry of which the body is already text, as it will be stored. */
export interface PreparedEntry {
  entry: LedgerEntry;
  bodyText: string;
}

/**
 * The ledger's file side: a journal that is never truncated, whose records are the hash-chained entries, with a signed
 * checkpoint beside it. It is synced lazily: until then the consensus journal holds what it would lose.
 */
export class Ledger {
  readonly #options: LedgerOptions;
  readonly #journal: Journal;
  readonly #chain: LedgerChain;
  #checkpoint: Checkpoint;

  private constructor(options: LedgerOptions, journal: Journal, chain: LedgerChain, checkpoint: Checkpoint) {
    this.#options = options;
    this.#journal = journal;
    this.#chain = chain;
    this.#checkpoint = checkpoint;
  }

  /**
   * Opens the ledger and verifies all of it: checksums, hash chain, Merkle root against the checkpoint. `marks` are
   * positions of which the caller wants the hash of the entry before.
   */
  static async open(
    options: LedgerOptions,
    marks: readonly number[] = [],
  ): Promise<{ ledger: Ledger; leafBefore: Map<number, Hash> }> {
    const { disk, directory, signer } = options;
    const path = `${directory}/${layout.checkpoint}`;
    const bytes = await readSmallFile(disk, path, maxCheckpointBytes);
    const read = (key: Buffer) => bytes && readCheckpoint(bytes, signer.name, key);
    const own = read(signer.publicKey);
    const checkpoint = typeof own === 'string' && options.formerKey ? read(options.formerKey) : own;
    if (typeof checkpoint === 'string') throw new QwError('LEDGER_CORRUPT', checkpoint, { where: path });
    if (!checkpoint && options.mustExist)
      throw new QwError('LEDGER_CORRUPT', 'the checkpoint is missing', { where: path });

    const chain = new LedgerChain();
    const leafBefore = new Map<number, Hash>();
    const notice = () => {
      if (marks.includes(chain.size)) leafBefore.set(chain.size, chain.leaf);
    };
    notice();
    const visit: RecordVisitor = (record) => {
      const refused = chain.append(record.payload);
      notice();
      if (refused === undefined && chain.size === checkpoint?.size && chain.root() !== checkpoint.root) {
        return 'the root does not match the signed checkpoint: some entry up to here was changed';
      }
      return refused;
    };
    const { journal } = await openFileJournal({ ...options, durableHead: true, visit });
    if (journal.failure) throw journal.failure;
    if (checkpoint && checkpoint.size > chain.size) {
      const message = `the ledger has ${chain.size} entries, its checkpoint says ${checkpoint.size}`;
      throw new QwError('LEDGER_CORRUPT', message, { where: path });
    }
    const origin = ledgerOrigin(signer.name);
    const ledger = new Ledger(
      options,
      journal,
      chain,
      checkpoint ?? { origin, size: 0, root: new LedgerChain().root() },
    );
    if (!checkpoint) await ledger.#writeCheckpoint({ origin, size: chain.size, root: chain.root() });
    return { ledger, leafBefore };
  }

  get size(): number {
    return this.#chain.size;
  }

  get chain(): LedgerChain {
    return this.#chain;
  }

  get journal(): Journal {
    return this.#journal;
  }

  get checkpointSize(): number {
    return this.#checkpoint.size;
  }

  /** Entries of one batch, or the rest of one that a crash cut. Not durable before `sync`. */
  append(entries: readonly PreparedEntry[]): void {
    const records: Buffer[] = [];
    for (const [at, { entry, bodyText }] of entries.entries()) {
      const { position, sequence, time } = entry;
      const header = { position, sequence, time, last: at === entries.length - 1, previous: this.#chain.leaf };
      const record = encodeEntry(header, entry.kind, bodyText);
      const refused = this.#chain.append(record);
      assert(refused === undefined, `an entry follows the one before it: ${refused}`);
      records.push(record);
    }
    this.#journal.append(records);
  }

  /** Entries of whole batches as others store them, of which the caller knows that they belong here. */
  appendRecords(records: readonly Buffer[]): void {
    for (const record of records) {
      const refused = this.#chain.append(record);
      assert(refused === undefined, `an entry follows the one before it: ${refused}`);
    }
    this.#journal.append(records);
  }

  async read(from: number, limit: number): Promise<LedgerEntry[]> {
    const entries: LedgerEntry[] = [];
    for (const record of await this.#journal.read(from, limit)) {
      const entry = decodeEntry(record);
      if (!entry) throw new QwError('LEDGER_CORRUPT', `entry ${from + entries.length} is not readable`);
      entries.push(entry);
    }
    return entries;
  }

  async sync(): Promise<void> {
    await this.#journal.sync();
  }

  /** Signs size and root as they are now, after making them durable. */
  async checkpoint(): Promise<Checkpoint> {
    const { signer } = this.#options;
    const checkpoint = { origin: ledgerOrigin(signer.name), size: this.#chain.size, root: this.#chain.root() };
    await this.#journal.sync();
    if (checkpoint.size > this.#checkpoint.size) await this.#writeCheckpoint(checkpoint);
    return checkpoint;
  }

  /** Signs what was signed before by the present key. */
  async signAgain(): Promise<void> {
    await this.#writeCheckpoint(this.#checkpoint);
  }

  close(): Promise<void> {
    return this.#journal.close();
  }

  async #writeCheckpoint(checkpoint: Checkpoint): Promise<void> {
    const { disk, directory, signer } = this.#options;
    await replaceFile(disk, directory, layout.checkpoint, Buffer.from(signCheckpoint(checkpoint, signer)));
    this.#checkpoint = checkpoint;
  }
}
