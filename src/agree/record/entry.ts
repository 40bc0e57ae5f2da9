import type { EpochMs } from '../../model/index.ts';
import { readU64, writeU64 } from '../codec/bytes.ts';
import { hashBytes, sha256, type Hash } from './hash.ts';

/** What one ordered request turns into. The body must survive JSON. */
export interface EntryDraft {
  /** At most 64 bytes of UTF-8. */
  kind: string;
  body: unknown;
}

/** One entry of the ledger. */
export interface LedgerEntry extends EntryDraft {
  /** 0, 1, 2, … */
  position: number;
  /** Of the batch it came from; several entries may share it, some sequences have none. */
  sequence: number;
  /** Agreed time of that batch. */
  time: EpochMs;
}

/** What stands in the fixed part of an entry: all that chain and batch rules need. */
export interface EntryHeader {
  position: number;
  sequence: number;
  time: EpochMs;
  /** Whether the entry is the last of its batch: without it, the batch was cut by a crash. */
  last: boolean;
  previous: Hash;
}

/**
 * Layout, big-endian:
 *
 *      0 u8  0x00, the leaf prefix of RFC 6962
 *      1 u8  version
 *      2 u8  flags: bit 0 = last entry of its batch
 *      3 u8  length of the kind
 *      4 u64 position
 *     12 u64 sequence
 *     20 f64 time
 *     28     leaf hash of the previous entry; zeros for the first
 *     60     kind, then the body as JSON, both UTF-8
 *
 * The leaf prefix is stored so that the leaf hash is the SHA-256 of the record as it lies on disk, without a copy.
 * That one hash is leaf of the Merkle tree and link of the chain.
 */
const headerBytes = 28 + hashBytes;
const entryVersion = 1;
const lastFlag = 1;

export const maxKindBytes = 64;
export const maxBodyBytes = 8_388_608;
export const noEntry: Hash = '\0'.repeat(hashBytes);

export const entryHash: (record: Uint8Array) => Hash = sha256;

/** `body` is the JSON text. */
export function encodeEntry(header: EntryHeader, kind: string, body: string): Buffer {
  const kindBytes = Buffer.byteLength(kind);
  const bytes = Buffer.allocUnsafe(headerBytes + kindBytes + Buffer.byteLength(body));
  bytes[0] = 0;
  bytes[1] = entryVersion;
  bytes[2] = header.last ? lastFlag : 0;
  bytes[3] = kindBytes;
  writeU64(bytes, header.position, 4);
  writeU64(bytes, header.sequence, 12);
  bytes.writeDoubleBE(header.time, 20);
  bytes.write(header.previous, 28, 'latin1');
  bytes.write(kind, headerBytes);
  bytes.write(body, headerBytes + kindBytes);
  return bytes;
}

/** Undefined when the bytes don't begin like an entry of a known version. */
export function readEntryHeader(record: Buffer): EntryHeader | undefined {
  if (record.length < headerBytes || record[0] !== 0 || record[1] !== entryVersion) return undefined;
  if (record.length < headerBytes + (record[3] ?? 0)) return undefined;
  return {
    position: readU64(record, 4),
    sequence: readU64(record, 12),
    time: record.readDoubleBE(20),
    last: record[2] === lastFlag,
    previous: record.toString('latin1', 28, headerBytes),
  };
}

/** The kind of an entry, without reading the rest; undefined when the bytes don't begin like an entry. */
export function entryKind(record: Uint8Array): string | undefined {
  const bytes = Buffer.from(record.buffer, record.byteOffset, record.byteLength);
  return readEntryHeader(bytes) && kindOf(bytes);
}

/** The body's text, as it is stored, of an entry whose header is known to be right. */
export function entryBody(record: Buffer): string {
  return record.toString('utf8', headerBytes + (record[3] ?? 0));
}

/** The whole entry; undefined when the bytes are not one. */
export function decodeEntry(record: Uint8Array): LedgerEntry | undefined {
  const bytes = Buffer.from(record.buffer, record.byteOffset, record.byteLength);
  const header = readEntryHeader(bytes);
  if (!header) return undefined;
  try {
    return {
      position: header.position,
      sequence: header.sequence,
      time: header.time,
      kind: kindOf(bytes),
      body: JSON.parse(entryBody(bytes)),
    };
  } catch {
    return undefined;
  }
}

function kindOf(record: Buffer): string {
  return record.toString('utf8', headerBytes, headerBytes + (record[3] ?? 0));
}
