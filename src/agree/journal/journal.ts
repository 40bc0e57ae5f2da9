import type { QwError } from '../../model/index.ts';
import type { JournalRecord, Lsn } from '../protocol.ts';

/**
 * An append-only log of records.
 *
 * Contract (`journal.suite.ts` runs it against every implementation):
 * - `append` gives records their positions and never waits. `sync` resolves to the end of the durable prefix, at least
 *   to what was appended before the call; calls that meet share one wait for the disk (group commit).
 * - Opening recovers the longest valid chained prefix, which is never shorter than what a `sync` reported. Records
 *   beyond it that a crash left incomplete are a torn tail, and are dropped. Damage below what was durable is
 *   corruption: nothing is cut off, the valid prefix stays readable, nothing can be appended.
 * - The first failure to write or sync is final: a disk that failed once has forgotten in unknown ways which pages were
 *   dirty, so a repeated sync may lie. Everything that waits is rejected with LEDGER_UNAVAILABLE, and so is everything
 *   that comes after.
 */
export interface Journal {
  /** Position of the first record that is kept. */
  readonly start: Lsn;
  /** Position that the next record gets. */
  readonly end: Lsn;
  /** All records before it are durable. */
  readonly durable: Lsn;
  /** Bytes appended and not yet handed to the disk, for back-pressure. */
  readonly bufferedBytes: number;
  /** Bytes kept on disk. */
  readonly storedBytes: number;
  readonly failure: QwError | undefined;
  /** Returns the new end. */
  append(records: readonly JournalRecord[]): Lsn;
  sync(): Promise<Lsn>;
  /** Resolves when everything appended before the call was handed to the disk: readable, not durable. */
  written(): Promise<void>;
  /** Records from a position on, at most `limit` and about `journalReadBytes`; none at the end. */
  read(from: Lsn, limit: number): Promise<JournalRecord[]>;
  /** Gives up records before the position; keeps what shares a segment with later ones, and always the last record. */
  truncateBefore(lsn: Lsn): Promise<void>;
  /** Makes everything durable and releases the disk. */
  close(): Promise<void>;
}

/** One call of `read` returns no more than about this. */
export const journalReadBytes = 4_194_304;

export const maxRecordBytes = 16_777_216;

/** Where the journal is damaged, and how it shows. */
export interface Damage {
  /** Position of the first record that cannot be read. */
  lsn: Lsn;
  /** Name within the journal's folder. */
  file: string;
  /** Byte offset in the file. */
  offset: number;
  reason: string;
}

export interface Recovery {
  start: Lsn;
  end: Lsn;
  /** What a crash left beyond the durable prefix; dropped. */
  tornTail: Damage | undefined;
  /** Durable records are damaged or missing. */
  corrupt: Damage | undefined;
}

/** A record with its place, as a scan sees it. The bytes are only valid during the call. */
interface PlacedRecord {
  lsn: Lsn;
  payload: Buffer;
  file: string;
  offset: number;
}

/** Judges a record that is intact as bytes; a text refuses it, and makes it the journal's damage. */
export type RecordVisitor = (record: PlacedRecord) => string | undefined;

export interface OpenedJournal {
  journal: Journal;
  recovery: Recovery;
}
