import { crc32 } from 'node:zlib';
import { readU64, writeU64 } from '../codec/bytes.ts';
import type { JournalRecord, Lsn } from '../protocol.ts';
import { maxRecordBytes } from './journal.ts';

/**
 * A record on disk, big-endian:
 *
 *      0 u32 CRC-32 of all that follows
 *      4 u32 length of the payload
 *      8 u64 position (lsn)
 *     16 u64 durable: all records before this position were durable when this one was written
 *     24 u32 chain: CRC of the previous record
 *     28     payload
 *
 * Position and chain show records that are intact but not where they belong (misdirected writes, old segments).
 * `durable` lets a reader who meets a damaged record tell a torn tail from corruption: an intact later record that
 * calls the damaged one durable proves corruption.
 */
export const frameHeaderBytes = 28;

export interface FrameHeader {
  crc: number;
  length: number;
  lsn: Lsn;
  durable: Lsn;
  chain: number;
}

export function encodeFrame(record: JournalRecord, lsn: Lsn, durable: Lsn, chain: number): Buffer {
  const frame = Buffer.allocUnsafe(frameHeaderBytes + record.length);
  frame.writeUInt32BE(record.length, 4);
  writeU64(frame, lsn, 8);
  writeU64(frame, durable, 16);
  frame.writeUInt32BE(chain, 24);
  frame.set(record, frameHeaderBytes);
  frame.writeUInt32BE(crc32(frame.subarray(4)), 0);
  return frame;
}

export function frameCrc(frame: Buffer): number {
  return frame.readUInt32BE(0);
}

/** `more` when the bytes end before the frame does; undefined when there is no intact frame. */
export function readFrame(bytes: Buffer, at: number): FrameHeader | 'more' | undefined {
  if (bytes.length - at < frameHeaderBytes) return 'more';
  const length = bytes.readUInt32BE(at + 4);
  if (length > maxRecordBytes) return undefined;
  const end = at + frameHeaderBytes + length;
  if (end > bytes.length) return 'more';
  const crc = bytes.readUInt32BE(at);
  if (crc32(bytes.subarray(at + 4, end)) !== crc) return undefined;
  return {
    crc,
    length,
    lsn: readU64(bytes, at + 8),
    durable: readU64(bytes, at + 16),
    chain: bytes.readUInt32BE(at + 24),
  };
}

/** First bytes of a segment: magic, position of its first record, CRC of the record before it, CRC of these. */
export interface SegmentHeader {
  first: Lsn;
  chain: number;
}

/** First bytes of the head: end and chain of what was durable after the last sync. */
export interface Head {
  end: Lsn;
  chain: number;
}

export const sealedBytes = 24;
const segmentMagic = 'QWSEGM01';
const headMagic = 'QWHEAD01';

export const encodeSegmentHeader = (header: SegmentHeader): Buffer => seal(segmentMagic, header.first, header.chain);
export const encodeHead = (head: Head): Buffer => seal(headMagic, head.end, head.chain);

export function readSegmentHeader(bytes: Buffer): SegmentHeader | undefined {
  const sealed = unseal(segmentMagic, bytes);
  return sealed && { first: sealed.lsn, chain: sealed.chain };
}

export function readHead(bytes: Buffer): Head | undefined {
  const sealed = bytes.length === sealedBytes ? unseal(headMagic, bytes) : undefined;
  return sealed && { end: sealed.lsn, chain: sealed.chain };
}

function seal(magic: string, lsn: Lsn, chain: number): Buffer {
  const bytes = Buffer.allocUnsafe(sealedBytes);
  bytes.write(magic, 0, 'latin1');
  writeU64(bytes, lsn, 8);
  bytes.writeUInt32BE(chain, 16);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 20)), 20);
  return bytes;
}

function unseal(magic: string, bytes: Buffer): { lsn: Lsn; chain: number } | undefined {
  if (bytes.length < sealedBytes || bytes.toString('latin1', 0, 8) !== magic) return undefined;
  if (crc32(bytes.subarray(0, 20)) !== bytes.readUInt32BE(20)) return undefined;
  return { lsn: readU64(bytes, 8), chain: bytes.readUInt32BE(16) };
}
