import { GrowingWriter } from '../../codec/growing-writer.ts';
import { readCheckpointCertificate, writeCheckpointCertificate } from '../../codec/pbft-body.ts';
import { Malformed, StrictReader } from '../../codec/strict-reader.ts';
import type { CheckpointCertificate } from '../../pbft/messages.ts';
import type { Hash } from '../../record/hash.ts';

/** What members send each other. A frame begins with its kind; consensus messages follow their epoch as they are. */
export type Frame =
  | { type: 'consensus'; epoch: number; message: Buffer }
  /** Asks for the state of a stable checkpoint. */
  | { type: 'want-checkpoint'; epoch: number; sequence: number }
  | {
      type: 'checkpoint';
      epoch: number;
      certificate: CheckpointCertificate;
      root: Hash;
      state: Buffer;
      /** Entries of the ledger at the checkpoint. */
      size: number;
      endsEpoch: boolean;
    }
  /** Asks for entries of the ledger from a position on, with a proof that leads to the ledger of `size` entries. */
  | { type: 'want-entries'; from: number; size: number }
  /** The last of them is proved to be at its place in the ledger of `size` entries; the others by the chain. */
  | { type: 'entries'; from: number; size: number; records: Buffer[]; proof: Hash[] }
  /** A checkpoint of the ledger as a note with signatures. */
  | { type: 'note'; text: string }
  /** A request that another member is to propose: Raft's followers send it to their leader, observers to members. */
  | { type: 'forward'; id: string; request: Buffer }
  /** What was forwarded was ordered and refused, or not taken: code and text of the error. */
  | { type: 'refused'; id: string; code: string; text: string }
  /**
   * Asks how it goes on: for the end of the epoch as a checkpoint or, where a watcher alone ended, a note; while the epoch
   * lasts for the newest note. `size` is how far the sender's ledger has come.
   */
  | { type: 'want-next'; epoch: number; size: number }
  /** How far the sender's journal is durable. */
  | { type: 'recorded'; lsn: number }
  /** How far the receiver's journal was durable, as it once said. */
  | { type: 'recorded-before'; lsn: number };

const kinds = [
  'consensus',
  'want-checkpoint',
  'checkpoint',
  'want-entries',
  'entries',
  'note',
  'forward',
  'refused',
  'want-next',
  'recorded',
  'recorded-before',
] as const;
const maxStateBytes = 1_048_576;
const maxRecords = 4096;
const maxRecordBytes = 8_650_752;
const maxProofHashes = 64;
const maxNoteBytes = 16_384;
const maxRequestBytes = 8_388_608;
const maxIdBytes = 255;
const maxRefusalBytes = 4096;

export function encodeFrame(frame: Frame): Buffer {
  const writer = new GrowingWriter().u8(kinds.indexOf(frame.type));
  switch (frame.type) {
    case 'consensus':
      return writer.u32(frame.epoch).raw(frame.message).finish();
    case 'want-checkpoint':
      return writer.u32(frame.epoch).u64(frame.sequence).finish();
    case 'checkpoint':
      writeCheckpointCertificate(writer.u32(frame.epoch), frame.certificate);
      return writer
        .hash(frame.root)
        .u64(frame.size)
        .u8(Number(frame.endsEpoch))
        .u32(frame.state.length)
        .raw(frame.state)
        .finish();
    case 'want-next':
      return writer.u32(frame.epoch).u64(frame.size).finish();
    case 'recorded':
    case 'recorded-before':
      return writer.u64(frame.lsn).finish();
    case 'want-entries':
      return writer.u64(frame.from).u64(frame.size).finish();
    case 'entries':
      writer.u64(frame.from).u64(frame.size).u16(frame.records.length);
      for (const record of frame.records) writer.u32(record.length).raw(record);
      writer.u16(frame.proof.length);
      for (const hash of frame.proof) writer.hash(hash);
      return writer.finish();
    case 'note':
      return writer.raw(Buffer.from(frame.text)).finish();
    case 'refused':
      for (const text of [frame.id, frame.code]) writer.u8(Buffer.byteLength(text)).raw(Buffer.from(text));
      return writer.u32(Buffer.byteLength(frame.text)).raw(Buffer.from(frame.text)).finish();
    default:
      return writer
        .u8(Buffer.byteLength(frame.id))
        .raw(Buffer.from(frame.id))
        .u32(frame.request.length)
        .raw(frame.request)
        .finish();
  }
}

/** Undefined for bytes that are no frame. Says nothing about sense. */
export function decodeFrame(bytes: Buffer): Frame | undefined {
  try {
    const reader = new StrictReader(bytes);
    const type = kinds[reader.u8()];
    // Read as it is, without a copy, since nearly all frames are of this kind.
    if (type === 'consensus') return { type, epoch: reader.u32(), message: bytes.subarray(5) };
    if (type === 'note') {
      if (bytes.length > maxNoteBytes) return undefined;
      return { type, text: bytes.toString('utf8', 1) };
    }
    const frame = read(reader, type);
    reader.end();
    return frame;
  } catch (problem) {
    if (problem instanceof Malformed) return undefined;
    throw problem;
  }
}

function read(reader: StrictReader, type: Exclude<Frame['type'], 'consensus' | 'note'> | undefined): Frame {
  switch (type) {
    case 'want-checkpoint':
      return { type, epoch: reader.u32(), sequence: reader.u64() };
    case 'checkpoint':
      return {
        type,
        epoch: reader.u32(),
        certificate: readCheckpointCertificate(reader),
        root: reader.hash(),
        size: reader.u64(),
        endsEpoch: reader.flag(),
        state: reader.bytes(maxStateBytes),
      };
    case 'want-entries':
      return { type, from: reader.u64(), size: reader.u64() };
    case 'entries':
      return {
        type,
        from: reader.u64(),
        size: reader.u64(),
        records: reader.list(maxRecords, 4, () => reader.bytes(maxRecordBytes)),
        proof: reader.list(maxProofHashes, 32, () => reader.hash()),
      };
    case 'forward':
      return { type, id: reader.text(maxIdBytes), request: reader.bytes(maxRequestBytes) };
    case 'recorded':
    case 'recorded-before':
      return { type, lsn: reader.u64() };
    case 'want-next':
      return { type, epoch: reader.u32(), size: reader.u64() };
    case 'refused':
      return {
        type,
        id: reader.text(maxIdBytes),
        code: reader.text(maxIdBytes),
        text: Buffer.from(reader.bytes(maxRefusalBytes)).toString(),
      };
    default:
      throw new Malformed('unknown-kind');
  }
}
