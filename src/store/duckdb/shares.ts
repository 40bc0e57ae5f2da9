import type { Segment } from '../segments/segment-store.ts';
import type { Table } from '../table.ts';

const columnBytes = { u8: 1, u16: 2, u32: 4, u64: 8, f64: 8 } as const;
/** Of rows that are sorted at once, as plain columns: what does not fit into the memory of the query process is spilled. */
const maxSortedBytes = 400_000_000;

/** So many rows become one file at most; a day of more stays a file an hour, which is as fast to look something up in. */
export function maxRowsOf(table: Table): number {
  const rowBytes = Object.values(table.columns).reduce((sum, type) => sum + columnBytes[type], 0);
  return Math.floor(maxSortedBytes / rowBytes);
}

/**
 * Files that are put together, each share into one file. A file that is large already is a share by itself, so that rows
 * that come late do not move all others.
 */
export function sharesOf(table: Table, segments: readonly Segment[]): Segment[][] {
  const maxRows = maxRowsOf(table);
  const shares: Segment[][] = [];
  let open: Segment[] = [];
  let rows = 0;
  for (const segment of segments) {
    if (segment.rows >= maxRows / 2) {
      shares.push([segment]);
      continue;
    }
    if (rows + segment.rows > maxRows) {
      shares.push(open);
      [open, rows] = [[], 0];
    }
    open.push(segment);
    rows += segment.rows;
  }
  if (open.length > 0) shares.push(open);
  return shares;
}
