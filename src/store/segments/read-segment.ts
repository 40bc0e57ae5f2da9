import type { Disk } from '../../platform/index.ts';
import type { ColumnBatch } from '../batch.ts';
import { readFooter, readRowGroup } from '../parquet/read.ts';
import type { Table } from '../table.ts';
import type { Segment } from './segment-store.ts';

/** The rows of a segment, a row group at a time; hold a snapshot meanwhile. Throws when the file is damaged. */
export async function* readSegment(disk: Disk, segment: Segment, table: Table): AsyncGenerator<ColumnBatch> {
  const file = await disk.open(segment.path, 'read');
  try {
    const footer = await readFooter(file, segment.bytes);
    for (let group = 0; group < footer.groups.length; group++) {
      yield await readRowGroup(file, segment.bytes, footer, group, table);
    }
  } finally {
    await file.close();
  }
}
