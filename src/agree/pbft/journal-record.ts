import { GrowingWriter } from '../codec/growing-writer.ts';
import {
  readCheckpointCertificate,
  readCommitCertificate,
  readPreparedCertificate,
  readProposal,
  wireLimits,
  writeCheckpointCertificate,
  writeCommitCertificate,
  writePreparedCertificate,
  writeProposal,
} from '../codec/pbft-body.ts';
import { decodeMessage, encodeMessage } from '../codec/pbft-message.ts';
import { Malformed, StrictReader } from '../codec/strict-reader.ts';
import type { JournalRecord } from '../protocol.ts';
import type {
  Bundle,
  CheckpointCertificate,
  Commit,
  CommitCertificate,
  Message,
  NewView,
  Prepare,
  PreparedCertificate,
  PrePrepare,
  Proposal,
  Remembered,
  Status,
  ViewChange,
} from './messages.ts';

/** What a member must not forget: each record is durable before anything is sent that rests on it. */
export type PbftRecord =
  /** The core was started for the n-th time. Makes numbers of bundles and statuses rise over restarts. */
  | { type: 'life'; number: number }
  /** Stands behind a pre-prepare; keeps the content, so that it can be supplied to whoever needs it later. */
  | { type: 'accepted'; prePrepare: PrePrepare; bundles: readonly Bundle[]; prepare: Prepare | undefined }
  | { type: 'prepared'; certificate: PreparedCertificate }
  | { type: 'commit'; commit: Commit }
  | { type: 'committed'; certificate: CommitCertificate }
  | { type: 'view-change'; viewChange: ViewChange }
  | { type: 'new-view'; newView: NewView }
  /** What a quorum committed without this member's votes, with its content. */
  | { type: 'ordered'; certificate: CommitCertificate; proposal: Proposal; bundles: readonly Bundle[] }
  /** All records after this one are of this epoch; the certificate is by which the former one vouched for its beginning. */
  | { type: 'epoch'; number: number; certificate: CheckpointCertificate }
  /** Whether the journal holds all that this member ever voted on, or it was lost once and that still matters. */
  | { type: 'memory'; complete: boolean }
  /**
   * How far this member knows what it said itself. Of a life whose own number it names everything; of one in which it named
   * an earlier one it had not yet heard that nobody remembers more.
   */
  | ({ type: 'remembered' } & Remembered)
  /** The status in which another member remembered most of itself: whoever is told of it later may have forgotten it. */
  | { type: 'heard'; status: Status }
  /** A stable checkpoint with the execution state that belongs to it. */
  | { type: 'stable'; certificate: CheckpointCertificate; state: Uint8Array };

const recordVersion = 1;
const kinds = [
  'life',
  'accepted',
  'prepared',
  'commit',
  'committed',
  'view-change',
  'new-view',
  'stable',
  'ordered',
  'epoch',
  'memory',
  'remembered',
  'heard',
] as const satisfies PbftRecord['type'][];
const maxStateBytes = 1_048_576;

export function encodeRecord(record: PbftRecord): JournalRecord {
  const writer = new GrowingWriter().u8(recordVersion).u8(kinds.indexOf(record.type));
  switch (record.type) {
    case 'life':
      return writer.u64(record.number).finish();
    case 'accepted': {
      writeMessage(writer, record.prePrepare).u8(Number(record.prepare !== undefined));
      if (record.prepare) writeMessage(writer, record.prepare);
      return writeBundles(writer, record.bundles).finish();
    }
    case 'prepared':
      return writePreparedCertificate(writer, record.certificate).finish();
    case 'commit':
      return writeMessage(writer, record.commit).finish();
    case 'committed':
      return writeCommitCertificate(writer, record.certificate).finish();
    case 'ordered':
      writeProposal(writeCommitCertificate(writer, record.certificate), record.proposal);
      return writeBundles(writer, record.bundles).finish();
    case 'memory':
      return writer.u8(Number(record.complete)).finish();
    case 'remembered':
      return writer.u64(record.life).u64(record.recorded).finish();
    case 'heard':
      return writeMessage(writer, record.status).finish();
    case 'epoch':
      return writeCheckpointCertificate(writer.u32(record.number), record.certificate).finish();
    case 'view-change':
      return writeMessage(writer, record.viewChange).finish();
    case 'new-view':
      return writeMessage(writer, record.newView).finish();
    default:
      writeCheckpointCertificate(writer, record.certificate);
      return writer.u32(record.state.length).raw(record.state).finish();
  }
}

/** Undefined when the bytes are not a record of a known version. */
export function decodeRecord(bytes: JournalRecord): PbftRecord | undefined {
  try {
    const reader = new StrictReader(bytes);
    if (reader.u8() !== recordVersion) return undefined;
    const record = readRecord(reader, kinds[reader.u8()]);
    reader.end();
    return record;
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

function readRecord(reader: StrictReader, type: PbftRecord['type'] | undefined): PbftRecord {
  switch (type) {
    case 'life':
      return { type, number: reader.u64() };
    case 'accepted': {
      const prePrepare = readMessage(reader, 'pre-prepare');
      const prepare = reader.flag() ? readMessage(reader, 'prepare') : undefined;
      return { type, prePrepare, bundles: readBundles(reader), prepare };
    }
    case 'prepared':
      return { type, certificate: readPreparedCertificate(reader) };
    case 'commit':
      return { type, commit: readMessage(reader, 'commit') };
    case 'committed':
      return { type, certificate: readCommitCertificate(reader) };
    case 'ordered':
      return {
        type,
        certificate: readCommitCertificate(reader),
        proposal: readProposal(reader),
        bundles: readBundles(reader),
      };
    case 'memory':
      return { type, complete: reader.flag() };
    case 'remembered':
      return { type, life: reader.u64(), recorded: reader.u64() };
    case 'heard':
      return { type, status: readMessage(reader, 'status') };
    case 'epoch':
      return { type, number: reader.u32(), certificate: readCheckpointCertificate(reader) };
    case 'view-change':
      return { type, viewChange: readMessage(reader, 'view-change') };
    case 'new-view':
      return { type, newView: readMessage(reader, 'new-view') };
    case 'stable':
      return { type, certificate: readCheckpointCertificate(reader), state: reader.bytes(maxStateBytes) };
    default:
      throw new Malformed('unknown-kind');
  }
}

function writeBundles(writer: GrowingWriter, bundles: readonly Bundle[]): GrowingWriter {
  writer.u16(bundles.length);
  for (const bundle of bundles) writeMessage(writer, bundle);
  return writer;
}

function readBundles(reader: StrictReader): Bundle[] {
  return reader.list(wireLimits.bundlesPerProposal, 4, () => readMessage(reader, 'bundle'));
}

function writeMessage(writer: GrowingWriter, message: Message): GrowingWriter {
  const bytes = encodeMessage(message);
  return writer.u32(bytes.length).raw(bytes);
}

function readMessage<Type extends Message['type']>(reader: StrictReader, type: Type): Extract<Message, { type: Type }> {
  const message = decodeMessage(reader.bytes(wireLimits.messageBytes));
  if (typeof message === 'string' || message.type !== type) throw new Malformed('not-canonical');
  return message as Extract<Message, { type: Type }>;
}
