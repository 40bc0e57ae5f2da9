import { ByteReader, ByteWriter } from '../codec/bytes.ts';
import { hashBytes, hashFromBytes, hashToBytes, sha256, type Hash } from '../record/hash.ts';

/** The application's state after all entries before `position`, and after all batches up to `sequence`. */
export interface Snapshot {
  position: number;
  sequence: number;
  /** Hash of the entry before `position`: a snapshot of another ledger does not fit. */
  leaf: Hash;
  state: Uint8Array;
}

export const maxSnapshotBytes = 1_073_741_824;

const snapshotVersion = 1;

/** Version, position, sequence, leaf, length, state, then the SHA-256 of all that. */
export function encodeSnapshot(snapshot: Snapshot): Buffer {
  const bodyBytes = 1 + 8 + 8 + hashBytes + 4 + snapshot.state.length;
  const writer = new ByteWriter(bodyBytes + hashBytes)
    .u8(snapshotVersion)
    .u64(snapshot.position)
    .u64(snapshot.sequence)
    .raw(hashToBytes(snapshot.leaf))
    .u32(snapshot.state.length)
    .raw(snapshot.state);
  return writer.raw(hashToBytes(sha256(writer.bytes.subarray(0, bodyBytes)))).bytes;
}

/** Undefined for anything that is not a whole snapshot of this version. */
export function decodeSnapshot(bytes: Buffer): Snapshot | undefined {
  const body = bytes.subarray(0, Math.max(0, bytes.length - hashBytes));
  if (sha256(body) !== hashFromBytes(bytes.subarray(body.length))) return undefined;
  try {
    const reader = new ByteReader(body);
    if (reader.u8() !== snapshotVersion) return undefined;
    const position = reader.u64();
    const sequence = reader.u64();
    const leaf = hashFromBytes(reader.raw(hashBytes));
    const state = reader.raw(reader.u32());
    return reader.end() ? { position, sequence, leaf, state } : undefined;
  } catch {
    return undefined;
  }
}
