import type { Data, Message, Reminder, Vote } from '../pbft/messages.ts';
import { GrowingWriter } from './growing-writer.ts';
import {
  readBallot,
  readBundle,
  readCommitCertificate,
  readContent,
  readEndorsement,
  readNewView,
  readProposal,
  readStatus,
  readViewChange,
  wireLimits,
  writeBody,
  writeCommitCertificate,
  writeEndorsement,
  writeProposal,
} from './pbft-body.ts';
import { Malformed, StrictReader, type MalformedReason } from './strict-reader.ts';

const wireVersion = 1;

const kinds = [
  'bundle',
  'pre-prepare',
  'prepare',
  'commit',
  'checkpoint',
  'view-change',
  'new-view',
  'status',
  'fetch',
  'data',
] as const satisfies Message['type'][];

/** Number of a kind on the wire and under signatures: never reused, new ones are added at the end. */
export function kindNumber(type: Message['type']): number {
  return kinds.indexOf(type) + 1;
}

/** version u8, kind u8, [signer u32, signature 64], body; a pre-prepare carries its proposal after the body. */
export function encodeMessage(message: Message): Buffer {
  const writer = new GrowingWriter().u8(wireVersion).u8(kindNumber(message.type));
  if (message.type === 'data') {
    return writeData(writer.u8(dataKinds.indexOf(message.content)), message).finish();
  }
  if (message.type === 'pre-prepare') {
    return writeProposal(writeBody(writeEndorsement(writer, message.header), message), message.proposal).finish();
  }
  return writeBody(writeEndorsement(writer, message), message).finish();
}

/**
 * A message whose form is right, or why it is not. Says nothing about signatures or sense. The bytes of requests are a
 * view of what was given.
 */
export function decodeMessage(bytes: Uint8Array): Message | MalformedReason {
  if (bytes.length > wireLimits.messageBytes) return 'over-limit';
  try {
    const reader = new StrictReader(bytes);
    if (reader.u8() !== wireVersion) return 'unknown-kind';
    const message = readMessage(reader, kinds[reader.u8() - 1]);
    reader.end();
    return message;
  } catch (error) {
    if (error instanceof Malformed) return error.reason;
    throw error;
  }
}

const dataKinds = ['proposal', 'bundle', 'ordered', 'reminder'] as const satisfies Data['content'][];

function writeData(writer: GrowingWriter, data: Data): GrowingWriter {
  switch (data.content) {
    case 'proposal':
      return writeProposal(writer, data.proposal);
    case 'bundle':
      return writeBody(writeEndorsement(writer, data.bundle), data.bundle);
    case 'reminder':
      return writeReminder(writer, data);
    default:
      return writeProposal(writeCommitCertificate(writer, data.certificate), data.proposal);
  }
}

function readData(reader: StrictReader): Data {
  const content = dataKinds[reader.u8()];
  switch (content) {
    case 'proposal':
      return { type: 'data', content, proposal: readProposal(reader) };
    case 'bundle':
      return { type: 'data', content, bundle: readBundle(reader, readEndorsement(reader)) };
    case 'reminder':
      return { type: 'data', content, ...readReminder(reader) };
    case 'ordered':
      return { type: 'data', content, certificate: readCommitCertificate(reader), proposal: readProposal(reader) };
    default:
      throw new Malformed('not-canonical');
  }
}

function writeReminder(writer: GrowingWriter, { number, said, votes }: Reminder): GrowingWriter {
  writer.u64(number).u8(Number(said !== undefined));
  if (said) writeWhole(writer, said);
  writer.u16(votes.length);
  for (const vote of votes) writeWhole(writer, vote);
  return writer;
}

function readReminder(reader: StrictReader): Reminder {
  const number = reader.u64();
  const said = reader.flag() ? readWhole(reader, ['status']) : undefined;
  const read = () => readWhole(reader, ['pre-prepare', 'prepare', 'commit', 'checkpoint', 'view-change']);
  const votes: Vote[] = reader.list(wireLimits.remindedVotes, 4, read);
  return { number, said, votes };
}

function writeWhole(writer: GrowingWriter, message: Message): void {
  const bytes = encodeMessage(message);
  writer.u32(bytes.length).raw(bytes);
}

function readWhole<Type extends Message['type']>(
  reader: StrictReader,
  types: readonly Type[],
): Extract<Message, { type: Type }> {
  const message = decodeMessage(Buffer.from(reader.bytes(wireLimits.messageBytes)));
  const isWanted = typeof message !== 'string' && (types as readonly Message['type'][]).includes(message.type);
  if (!isWanted) throw new Malformed('not-canonical');
  return message as Extract<Message, { type: Type }>;
}

function readMessage(reader: StrictReader, type: Message['type'] | undefined): Message {
  if (type === undefined) throw new Malformed('unknown-kind');
  if (type === 'data') {
    return readData(reader);
  }
  const endorsement = readEndorsement(reader);
  switch (type) {
    case 'bundle':
      return readBundle(reader, endorsement);
    case 'pre-prepare':
      return { type, header: { ...readBallot(reader), ...endorsement }, proposal: readProposal(reader) };
    case 'prepare':
      return { type, ...readBallot(reader), ...endorsement };
    case 'commit':
      return { type, ...readBallot(reader), root: reader.hash(), ...endorsement };
    case 'checkpoint':
      return { type, sequence: reader.u64(), digest: reader.hash(), ...endorsement };
    case 'view-change':
      return readViewChange(reader, endorsement);
    case 'new-view':
      return readNewView(reader, endorsement);
    case 'status':
      return readStatus(reader, endorsement);
    default:
      return { type, content: readContent(reader), digest: reader.hash(), ...endorsement };
  }
}
