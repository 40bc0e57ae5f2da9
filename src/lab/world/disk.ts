import type { Lsn } from '../../agree/index.ts';
import type { CrashLoss } from './plan.ts';
import type { StoredSnapshot } from './protocol.ts';
import type { Random } from './random.ts';

/** A disk's content at one time. */
export interface Backup {
  start: Lsn;
  records: readonly Uint8Array[];
  snapshot: StoredSnapshot | undefined;
}

/**
 * A node's disk as its journal shows it: records with positions, of which a prefix is durable, and one snapshot that
 * is replaced as a whole. The real journal keeps this contract on a real disk (`journal.suite.ts`); here it costs
 * nothing, and damage is what it would be found to be at the next start.
 */
export class Disk {
  #start: Lsn = 0;
  #records: Uint8Array[] = [];
  #durable: Lsn = 0;
  #isDamaged = false;
  snapshot: StoredSnapshot | undefined;

  get start(): Lsn {
    return this.#start;
  }

  get end(): Lsn {
    return this.#start + this.#records.length;
  }

  get durable(): Lsn {
    return this.#durable;
  }

  /** A record that was durable cannot be read any more. */
  get isDamaged(): boolean {
    return this.#isDamaged;
  }

  get records(): readonly Uint8Array[] {
    return this.#records;
  }

  append(records: readonly Uint8Array[]): void {
    for (const record of records) this.#records.push(new Uint8Array(record));
  }

  synced(lsn: Lsn): void {
    this.#durable = Math.max(this.#durable, Math.min(lsn, this.end));
  }

  truncateBefore(lsn: Lsn): void {
    const drop = Math.min(lsn, this.#durable) - this.#start;
    if (drop <= 0) return;
    this.#records.splice(0, drop);
    this.#start += drop;
  }

  /** What is not durable is lost, kept, or torn off somewhere; what is left is durable, for the next start reads it. */
  crash(loss: CrashLoss, random: Random): void {
    const unsynced = this.end - this.#durable;
    const kept = loss === 'nothing' ? unsynced : loss === 'torn' ? random.between(0, unsynced) : 0;
    this.#records.length -= unsynced - kept;
    this.#durable = this.end;
  }

  /** Flips a bit of a durable record, or writes another record over it; the checksums of the journal tell. */
  damage(): boolean {
    this.#isDamaged = this.#durable > this.#start;
    return this.#isDamaged;
  }

  erase(): void {
    this.#isDamaged = true;
  }

  /** What is durable now, to be restored some day; undefined when it cannot be read. */
  backUp(): Backup | undefined {
    if (this.#isDamaged) return undefined;
    const records = this.#records.slice(0, this.#durable - this.#start);
    return { start: this.#start, records, snapshot: this.snapshot };
  }

  restore({ start, records, snapshot }: Backup): void {
    this.#start = start;
    this.#records = [...records];
    this.#durable = this.end;
    this.snapshot = snapshot;
  }
}
