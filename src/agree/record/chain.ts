import type { EpochMs } from '../../model/index.ts';
import { entryHash, noEntry, readEntryHeader } from './entry.ts';
import type { Hash } from './hash.ts';
import { LeafTiles } from './tiles.ts';

/**
 * Follows a ledger record by record: hash chain, Merkle tree, order of batches, agreed time. Writing, reopening and
 * offline verification share it, so that nothing can be written which would not verify.
 */
export class LedgerChain {
  /** The tree over the entries so far; it makes their proofs. */
  readonly tiles = new LeafTiles();
  #leaf: Hash = noEntry;
  #sequence = 0;
  #time: EpochMs = -Infinity;
  #complete = { position: 0, sequence: 0 };

  /** Takes the next record, or says why it cannot be the next one and stays as it was. */
  append(record: Buffer): string | undefined {
    const header = readEntryHeader(record);
    if (!header) return 'not an entry of a known version';
    if (header.position !== this.size) return `position is ${header.position}, expected ${this.size}`;
    if (header.previous !== this.#leaf) return 'the hash of the previous entry does not match';
    const starts = this.#complete.position === this.size;
    if (starts ? header.sequence <= this.#sequence : header.sequence !== this.#sequence) {
      return `sequence ${header.sequence} does not follow ${this.#sequence}`;
    }
    if (!(header.time >= this.#time)) return 'the agreed time goes back';
    this.#leaf = entryHash(record);
    this.tiles.append(this.#leaf);
    this.#sequence = header.sequence;
    this.#time = header.time;
    if (header.last) this.#complete = { position: this.size, sequence: header.sequence };
    return undefined;
  }

  /** Number of entries: the position that the next one gets. */
  get size(): number {
    return this.tiles.size;
  }

  /** Hash of the last entry. */
  get leaf(): Hash {
    return this.#leaf;
  }

  /** Time of the last entry; -Infinity when there is none. */
  get time(): EpochMs {
    return this.#time;
  }

  /** End and sequence of the last whole batch. */
  get complete(): { position: number; sequence: number } {
    return this.#complete;
  }

  root(): Hash {
    return this.tiles.root();
  }
}
