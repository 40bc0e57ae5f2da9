import { ByteWriter } from '../codec/bytes.ts';
import type { JournalRecord, Lsn, ParticipantId } from '../protocol.ts';
import {
  decoded,
  flag,
  entryBytes,
  pointBytes,
  readEntry,
  readPoint,
  truth,
  whole,
  writeEntry,
  writePoint,
} from './codec.ts';
import { RaftLog } from './log.ts';
import type { Entry, Membership, Point } from './messages.ts';

/** What stands in the journal of a Raft member. */
export type RaftRecord =
  /** A promise: never again an earlier term, and no other vote in this one (dissertation, section 3.8). */
  | { type: 'promise'; term: number; votedFor: ParticipantId | undefined }
  /** An entry; it replaces whatever stood at its index and after it. */
  | { type: 'entry'; entry: Entry }
  /** The log starts after this point. */
  | { type: 'base'; point: Point };

const version = 1;
const kinds = ['promise', 'entry', 'base'] as const;

export function encodeRecord(record: RaftRecord): JournalRecord {
  switch (record.type) {
    case 'promise': {
      const { term, votedFor } = record;
      return head(record.type, 8 + 1 + 4)
        .u64(term)
        .u8(flag(votedFor !== undefined))
        .u32(votedFor ?? 0).bytes;
    }
    case 'entry': {
      const writer = head(record.type, entryBytes(record.entry));
      writeEntry(writer, record.entry);
      return writer.bytes;
    }
    case 'base':
  }
  const writer = head(record.type, pointBytes(record.point));
  writePoint(writer, record.point);
  return writer.bytes;
}

/** Undefined when the bytes are not exactly one record of this version. */
export function decodeRecord(bytes: Uint8Array): RaftRecord | undefined {
  return decoded(bytes, (reader) => {
    if (reader.u8() !== version) return undefined;
    switch (kinds[reader.u8()]) {
      case 'promise': {
        const term = whole(reader);
        const voted = truth(reader);
        const votedFor = reader.u32();
        // One form only: without a vote there is nothing to say for whom.
        if (!voted && votedFor !== 0) return undefined;
        return { type: 'promise' as const, term, votedFor: voted ? votedFor : undefined };
      }
      case 'entry':
        return { type: 'entry' as const, entry: readEntry(reader) };
      case 'base':
        return { type: 'base' as const, point: readPoint(reader) };
      case undefined:
    }
    return undefined;
  });
}

function head(type: RaftRecord['type'], bodyBytes: number): ByteWriter {
  return new ByteWriter(2 + bodyBytes).u8(version).u8(kinds.indexOf(type));
}

/** What a member knows when it starts. */
export interface Recollection {
  term: number;
  votedFor: ParticipantId | undefined;
  log: RaftLog;
  /** The log starts at a state that the journal does not know of yet; the core tells it first of all. */
  isNewBase: boolean;
  /** End of the journal: the position that the next record gets. */
  lsn: Lsn;
}

/**
 * Rebuilds a member's memory from its journal's records (all durable) and from the point of its newest durable
 * snapshot, if it has one. A state that was installed just before a crash may be newer than the journal: then it wins
 * (section 5.3). A text says why the records cannot be those of one member.
 */
export function recollect(
  start: Lsn,
  records: readonly JournalRecord[],
  genesis: Membership,
  newest: Point | undefined,
): Recollection | string {
  let term = 0;
  let votedFor: ParticipantId | undefined;
  let base: Point | undefined;
  let kept: { entry: Entry; lsn: Lsn }[] = [];
  for (const [at, bytes] of records.entries()) {
    const record = decodeRecord(bytes);
    if (!record) return `record ${start + at} is not one of this version`;
    if (record.type === 'promise') {
      if (record.term < term) return `record ${start + at} goes back to term ${record.term}`;
      ({ term, votedFor } = record);
    } else if (record.type === 'base') {
      const { point } = record;
      // The start of a journal that was truncated: entries that are still needed, then a base from long before them.
      if ((kept[0]?.entry.index ?? 0) > point.index + 1) continue;
      const before = kept.find(({ entry }) => entry.index === point.index);
      const next = kept[0]?.entry.index === point.index + 1;
      const follows = before === undefined ? next : before.entry.term === point.term;
      base = point;
      kept = follows ? kept.filter(({ entry }) => entry.index > point.index) : [];
    } else {
      const { entry } = record;
      while (kept.length > 0 && (kept.at(-1)?.entry.index ?? 0) >= entry.index) kept.pop();
      const last = kept.at(-1)?.entry.index ?? base?.index;
      if (last !== undefined && entry.index !== last + 1) return `record ${start + at} leaves a gap before its entry`;
      kept.push({ entry, lsn: start + at });
    }
  }
  base ??= { index: 0, term: 0, time: 0, membership: genesis };
  if (base.index > (newest?.index ?? 0)) return 'the snapshot on which the journal rests is missing';
  if (kept[0] && kept[0].entry.index !== base.index + 1) return 'the journal does not go on from its base';
  const log = new RaftLog(base);
  for (const { entry, lsn } of kept) log.append(entry, lsn);
  const end = start + records.length;
  log.persisted(end);
  const isNewBase = newest !== undefined && newest.index > log.base.index && log.termAt(newest.index) !== newest.term;
  if (isNewBase) log.reset(newest);
  return { term: Math.max(term, log.lastTerm), votedFor, log, isNewBase, lsn: end };
}
