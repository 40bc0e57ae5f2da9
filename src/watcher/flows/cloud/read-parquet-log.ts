import { extname } from 'node:path';
import { messageOf, type Milliseconds } from '../../../model/index.ts';
import { runInThread } from '../../../platform/index.ts';
import type { ParquetPart, ParquetRows } from './parquet-parts.ts';

/** One row: '' for what it does not say. */
type FieldOf = (name: string) => string;

/** Takes some rows, and says whether to read on; `share` of the file's rows were given then. */
export type TakeRows = (rows: Iterable<FieldOf>, share: number) => Promise<boolean>;

/** apache/parquet-format: the file begins and ends with this. */
export const parquetMagic = 'PAR1';

/** Rows that are in memory at once. */
const rowsAtOnce = 50_000;
const usualDeadlineMs: Milliseconds = 60_000;
const memoryMiB = 512;

/**
 * A flow log that AWS delivered as Parquet (docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-path.html), some rows
 * after the others. They are read in a thread, since a damaged file may say what keeps a reader busy for ever: that one is
 * ended after `deadlineMs`. Throws an Error that names the row group where one cannot be read.
 */
export async function readParquetLog(path: string, onRows: TakeRows, deadlineMs = usualDeadlineMs): Promise<void> {
  const { groups } = await inThread({ path }, deadlineMs);
  const total = groups.reduce((sum, rows) => sum + rows, 0);
  let rowStart = 0;
  for (const [group, rows] of groups.entries()) {
    for (const end = rowStart + rows; rowStart < end;) {
      const count = Math.min(rowsAtOnce, end - rowStart);
      const found = await inThread({ path, rowStart, count }, deadlineMs).catch((problem: unknown) => {
        const where = `row group ${group + 1} of ${groups.length}`;
        throw new Error(`${where}: ${messageOf(problem)}`, { cause: problem });
      });
      rowStart += count;
      if (!(await onRows(rowsOf(found, count), rowStart / total))) return;
    }
  }
}

/** The thread's module has the same extension as this one: sources in development, compiled when published. */
const inThread = (part: ParquetPart, deadlineMs: Milliseconds): Promise<ParquetRows> =>
  runInThread(new URL(`./parquet-thread${extname(import.meta.url)}`, import.meta.url), part, { deadlineMs, memoryMiB });

function* rowsOf({ columns }: ParquetRows, count: number): Iterable<FieldOf> {
  const known = new Map(Object.entries(columns));
  for (let row = 0; row < count; row++) yield (name) => known.get(name)?.[row] ?? '';
}
