import { readSmallFile, systemErrorCode, type Disk } from '../../platform/index.ts';
import type { Lsn } from '../protocol.ts';
import { frameHeaderBytes, readFrame, readHead, readSegmentHeader, sealedBytes, type Head } from './frame.ts';
import type { Damage, RecordVisitor, Recovery } from './journal.ts';
import { ChunkReader, listSegments, Segment, segmentName } from './segment.ts';

export const headName = 'head';

export interface Scan extends Recovery {
  /** CRC of the last valid record. */
  chain: number;
  segments: Segment[];
  head: Head | undefined;
}

/**
 * Reads a journal from its first segment to the first record that is not valid, and judges what that means. Changes
 * nothing, and works beside a process that appends: the head is read first, what lies beyond it may be in motion.
 */
export async function scanJournal(disk: Disk, directory: string, visit?: RecordVisitor): Promise<Scan> {
  const head = await loadHead(disk, directory);
  const names = await listSegments(disk, directory);
  const start = names[0] === undefined ? 0 : Number.parseInt(names[0], 10);
  const scan: Scan = {
    start,
    end: start,
    chain: 0,
    segments: [],
    head: undefined,
    tornTail: undefined,
    corrupt: undefined,
  };
  const walk: Walk = { disk, directory, scan, visit, headCrc: undefined, head: undefined };

  if (head === undefined && names.length > 0) {
    scan.corrupt = { lsn: start, file: headName, offset: 0, reason: 'the head file is missing' };
  } else if (head === 'damaged') {
    scan.corrupt = { lsn: start, file: headName, offset: 0, reason: 'the head file is damaged' };
  } else {
    scan.head = walk.head = head;
  }
  let bad: Damage | undefined;
  for (const [at, name] of names.entries()) {
    bad = await walkSegment(walk, name, at === 0);
    if (!bad) continue;
    // A new segment is begun only after the old one is durable, so damage before the last segment is corruption.
    if (at < names.length - 1) scan.corrupt ??= bad;
    break;
  }
  judge(walk, bad);
  if (bad && !scan.corrupt) {
    if (await laterRecordCallsItDurable(walk, bad)) scan.corrupt = bad;
    else scan.tornTail = bad;
  }
  return scan;
}

interface Walk {
  disk: Disk;
  directory: string;
  scan: Scan;
  visit: RecordVisitor | undefined;
  head: Head | undefined;
  /** CRC of the last record before the head's end, as found. */
  headCrc: number | undefined;
}

/** The head is overwritten in place: a reader beside the writer may see it half old, so it looks again. */
async function loadHead(disk: Disk, directory: string): Promise<Head | 'damaged' | undefined> {
  for (let attempt = 0; ; attempt++) {
    const bytes = await readSmallFile(disk, `${directory}/${headName}`, 4096);
    if (bytes === undefined) return undefined;
    const head = readHead(bytes);
    if (head) return head;
    if (attempt === 3) return 'damaged';
  }
}

/** Compares what was found with what the head says was durable. */
function judge(walk: Walk, bad: Damage | undefined): void {
  const { scan, head } = walk;
  if (!head || scan.corrupt) return;
  if (scan.end < head.end) {
    const last = scan.segments.at(-1);
    scan.corrupt = bad ?? {
      lsn: scan.end,
      file: last?.name ?? segmentName(scan.start),
      offset: last?.bytes ?? 0,
      reason: `the records end at ${scan.end}, but ${head.end} were durable`,
    };
  } else if (head.end > scan.start && walk.headCrc !== head.chain) {
    const reason = `the head file does not fit record ${head.end - 1}`;
    scan.corrupt = { lsn: head.end - 1, file: headName, offset: 0, reason };
  }
}

async function walkSegment(walk: Walk, name: string, isFirst: boolean): Promise<Damage | undefined> {
  const { scan, disk, directory } = walk;
  const damage = (offset: number, reason: string): Damage => ({ lsn: scan.end, file: name, offset, reason });
  if (Number.parseInt(name, 10) !== scan.end) {
    return { ...damage(0, `the segment with record ${scan.end} is missing`), file: segmentName(scan.end) };
  }
  let file;
  try {
    file = await disk.open(`${directory}/${name}`, 'read');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return damage(0, 'the segment is missing');
    throw error;
  }
  try {
    const reader = new ChunkReader(file, 0);
    await reader.more(0);
    const header = readSegmentHeader(reader.bytes);
    if (header?.first !== scan.end) return damage(0, 'the header of the segment is damaged');
    if (isFirst) scan.chain = header.chain;
    else if (header.chain !== scan.chain) return damage(0, 'the segment does not follow the one before it');
    if (isFirst && scan.start === walk.head?.end) walk.headCrc = header.chain;
    const segment = new Segment(scan.end, sealedBytes);
    scan.segments.push(segment);
    return await walkFrames(walk, segment, reader, damage);
  } finally {
    await file.close();
  }
}

async function walkFrames(
  walk: Walk,
  segment: Segment,
  reader: ChunkReader,
  damage: (offset: number, reason: string) => Damage,
): Promise<Damage | undefined> {
  const { scan, visit, head } = walk;
  let at = sealedBytes;
  for (;;) {
    const bytes = reader.bytes;
    const frame = readFrame(bytes, at);
    if (frame === 'more') {
      const rest = bytes.length - at;
      if (await reader.more(at)) {
        at = 0;
        continue;
      }
      return rest === 0 ? undefined : damage(segment.bytes, 'the record ends early');
    }
    if (!frame) return damage(segment.bytes, 'the checksum of the record is wrong');
    if (frame.lsn !== scan.end) return damage(segment.bytes, `record ${frame.lsn} lies in the place of ${scan.end}`);
    if (frame.chain !== scan.chain) return damage(segment.bytes, 'the record does not follow the one before it');
    const end = at + frameHeaderBytes + frame.length;
    if (visit) {
      const payload = bytes.subarray(at + frameHeaderBytes, end);
      const refused = visit({ lsn: scan.end, payload, file: segment.name, offset: segment.bytes });
      if (refused !== undefined) {
        // Intact bytes with wrong content are never a torn write.
        scan.corrupt ??= damage(segment.bytes, refused);
        return scan.corrupt;
      }
    }
    segment.grow(end - at);
    scan.end += 1;
    scan.chain = frame.crc;
    if (head?.end === scan.end) walk.headCrc = frame.crc;
    at = end;
  }
}

/** Looks through the rest of the damaged segment for an intact record that was written after this one was durable. */
async function laterRecordCallsItDurable(walk: Walk, bad: Damage): Promise<boolean> {
  const file = await walk.disk.open(`${walk.directory}/${bad.file}`, 'read');
  try {
    const rest = await file.read(bad.offset, Math.max(0, (await file.size()) - bad.offset));
    for (let at = 1; at + frameHeaderBytes <= rest.length; at++) {
      if (!mayBeLater(rest, at, bad.lsn)) continue;
      const frame = readFrame(rest, at);
      if (frame && frame !== 'more' && frame.durable > bad.lsn) return true;
    }
    return false;
  } finally {
    await file.close();
  }
}

/** A segment cannot hold more records than it has bytes, which rules out almost every offset without a checksum. */
function mayBeLater(bytes: Buffer, at: number, lsn: Lsn): boolean {
  const ahead = bytes.readUInt32BE(at + 8) * 0x1_0000_0000 + bytes.readUInt32BE(at + 12) - lsn;
  return ahead > 0 && ahead < bytes.length;
}
