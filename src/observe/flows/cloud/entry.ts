import type { EpochMs } from '../../../model/index.ts';
import type { CloudNames, CloudRecord } from './record.ts';
import type { CloudFault } from './unreadable.ts';

/** Of a log, by the number of its exporter. */
export interface Interval {
  exporter: number;
  endMs: EpochMs;
}

/** What takes the contents of one entry. */
export interface EntrySink {
  readonly names: CloudNames;
  record(record: CloudRecord): void;
  /** A part of an entry that cannot be read, where the rest can. */
  fault(fault: CloudFault): void;
  /** An interval without traffic, and one for which the cloud kept no records; without a place where the entry says none. */
  noData(interval?: Interval): void;
  skippedData(interval?: Interval): void;
}
