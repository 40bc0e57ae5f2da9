import { QwError } from '../../model/index.ts';
import type { Disk } from '../../platform/index.ts';
import type { JournalRecord, Lsn } from '../protocol.ts';
import { frameHeaderBytes, readFrame } from './frame.ts';
import { ChunkReader, type Segment } from './segment.ts';

/** The intact records of a segment from a position on; throws LEDGER_CORRUPT at one that is not. */
export async function* readSegment(
  disk: Disk,
  directory: string,
  segment: Segment,
  from: Lsn,
): AsyncGenerator<JournalRecord> {
  const end = segment.end;
  const place = segment.seek(from);
  const file = await disk.open(`${directory}/${segment.name}`, 'read');
  try {
    const reader = new ChunkReader(file, place.offset);
    let at = 0;
    for (let { lsn } = place; lsn < end;) {
      const frame = readFrame(reader.bytes, at);
      if (frame === 'more' && (await reader.more(at))) {
        at = 0;
        continue;
      }
      if (frame === undefined || frame === 'more' || frame.lsn !== lsn) {
        throw new QwError('LEDGER_CORRUPT', `record ${lsn} is damaged`, { where: `${directory}/${segment.name}` });
      }
      const begin = at + frameHeaderBytes;
      at = begin + frame.length;
      if (lsn >= from) yield reader.bytes.subarray(begin, at);
      lsn += 1;
    }
  } finally {
    await file.close();
  }
}
