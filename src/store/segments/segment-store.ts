import type { EpochMs, Milliseconds } from '../../model/index.ts';
import type { ColumnBatch } from '../batch.ts';
import type { Table } from '../table.ts';
import type { SeriesTable } from './series-table.ts';

/** Told of segments that are about to go for good. */
export type BeforeDrop = (segments: readonly Segment[]) => Promise<void>;

/**
 * Telemetry on disk: Parquet files that never change, and a manifest that says which of them count. Rows are gathered in
 * memory for a few seconds, written as one file an hour of `ts`, and acknowledged when file and manifest outlive
 * `kill -9`. Nobody reads the folder by listing it: what the manifest does not name is not there.
 */
export interface SegmentStore {
  readonly directory: string;
  /** What the `series` column of tables names. */
  readonly series: SeriesTable;
  /**
   * What was found damaged or missing when it was opened, and what is too large and may not go; in sentences. The rest
   * works.
   */
  readonly problems: readonly string[];
  /**
   * Resolves when the rows outlive `kill -9`. The store keeps the arrays: do not change them afterwards. Rejects with
   * `TELEMETRY_BEHIND` when too much waits for the disk, `TELEMETRY_UNWRITABLE` when the disk refuses (a later batch may
   * go through again), and `BAD_INPUT` for a time beyond `lastTime`. Only after `TELEMETRY_UNWRITABLE` may rows that were
   * refused still be found.
   */
  append(batch: ColumnBatch): Promise<void>;
  /** Writes what was gathered now, instead of after `sealMs`. Never rejects: the promises of `append` say what became of it. */
  seal(): Promise<void>;
  /**
   * Segments and unsealed rows of one instant, those of its parts too: no row is in both. Files stay until `release`,
   * whatever happens.
   */
  snapshot(table: Table, from: EpochMs, to: EpochMs): Snapshot;
  /**
   * Names for files that shall take the place of `inputs`, or be added when there are none. Whoever writes them puts
   * `metadata` into the key-value pairs of the footer, from which a lost manifest is made again.
   */
  planReplacement(table: Table, inputs: readonly Segment[], outputs: readonly OutputPlan[]): Replacement;
  /**
   * At once and durably, the outputs take the place of the inputs. Their rows, bytes and times are read from their
   * footers. Rejects with `CONFLICT` when an input is no longer in place, `BAD_INPUT` when an output is not such a file,
   * `TELEMETRY_UNWRITABLE` when the disk refuses; nothing changed then, and the outputs are gone.
   */
  replace(replacement: Replacement): Promise<readonly Segment[]>;
  /** Forgets the segments of a table and its parts whose rows are all older; resolves to how many. */
  dropBefore(table: Table, before: EpochMs): Promise<number>;
  /**
   * Applies ages and the total size; resolves to what was forgotten. `beforeDrop` is told of it before anything goes, and
   * nothing goes where it rejects.
   */
  retain(policy: RetentionPolicy, beforeDrop?: BeforeDrop): Promise<Retained>;
  /** Every segment that counts, oldest rows first. */
  segments(table?: Table): readonly Segment[];
  /** Reads every file of a table again and compares its hash; resolves to a sentence for each that differs. */
  verify(table?: Table): Promise<readonly string[]>;
  /** Rows that wait for the disk. */
  readonly unsealedRows: number;
  /**
   * Only of a folder that another process writes: reads again what counts there now. A file that was read of before may be
   * gone by then, and questions about it have to be asked again.
   */
  refresh?(): Promise<void>;
  /** Seals what was gathered. */
  close(): Promise<void>;
}

export interface Segment {
  /** File name inside the directory. */
  name: string;
  /** The whole path. */
  path: string;
  table: string;
  /** 0 as it was gathered, sorted by nothing; above, whatever its maker says: compacted, of a whole day. */
  level: number;
  rows: number;
  bytes: number;
  /** Smallest and greatest `ts`, both inclusive. */
  from: EpochMs;
  to: EpochMs;
  /** Lower case hexadecimal SHA-256 of the file. */
  sha256: string;
  /** What its maker noted, such as a hash of what it was computed from. */
  note?: string;
}

export interface Snapshot {
  /** Those with rows in the range, oldest first; they hold rows outside of it too. */
  segments: readonly Segment[];
  /** Rows not sealed yet, unpruned. */
  unsealed: readonly ColumnBatch[];
  /** Harmless when repeated. */
  release: () => void;
}

export interface OutputPlan {
  /** Of any row in it, for its name. */
  from: EpochMs;
  level: number;
  /** At most 200 characters; found again in `Segment.note`. */
  note?: string;
}

export interface Replacement {
  table: Table;
  inputs: readonly Segment[];
  outputs: readonly PlannedOutput[];
}

export interface PlannedOutput extends OutputPlan {
  /** Where to write the file. */
  path: string;
  /** Names and values for the key-value metadata of the footer. */
  metadata: Readonly<Record<string, string>>;
}

export interface RetentionPolicy {
  /** By name of the table; tables that are not named are kept. */
  tables: Readonly<Record<string, TableRetention>>;
  /** Of all segments together: above, the oldest go first, until only such are left that `keepMs` protects. */
  maxBytes?: number;
}

export interface TableRetention {
  /** Rows older than this go. */
  maxAgeMs: Milliseconds;
  /** Rows before this time go, instead of those of an age. */
  before?: EpochMs;
  /** Rows younger than this stay, even over `maxBytes`. */
  keepMs?: Milliseconds;
}

export interface Retained {
  droppedSegments: number;
  /** What they were, for whoever has to account for it. */
  dropped: readonly Segment[];
  droppedBytes: number;
  /** What is still above `maxBytes` because it is protected. */
  excessBytes: number;
}

/** Exclusive: 2100-01-01. A later time is a broken clock or a wrong unit. */
export const lastTime: EpochMs = 4_102_444_800_000;
