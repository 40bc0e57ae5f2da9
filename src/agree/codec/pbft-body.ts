import type {
  Bundle,
  BundleReference,
  CheckpointCertificate,
  CommitCertificate,
  Endorsement,
  Fetch,
  Header,
  Message,
  PreparedCertificate,
  Progress,
  Proposal,
  ViewChange,
} from '../pbft/messages.ts';
import type { Request } from '../protocol.ts';
import { hashBytes } from '../record/hash.ts';
import type { GrowingWriter } from './growing-writer.ts';
import { Malformed, type StrictReader } from './strict-reader.ts';

/** Largest counts and sizes that are read; what is written stays below them by the limits of its writer. */
export const wireLimits = {
  messageBytes: 16_777_216,
  requestBytes: 8_388_608,
  requestIdBytes: 255,
  requestsPerBundle: 1024,
  bundlesPerProposal: 1024,
  members: 64,
  /** Slots between the water marks. */
  slots: 1024,
  /** Votes of its receiver in one reminder. */
  remindedVotes: 64,
} as const;

export const signatureBytes = 64;
const endorsementBytes = 4 + signatureBytes;
const referenceBytes = 4 + 8 + hashBytes;
const headerBytes = 8 + 8 + hashBytes + endorsementBytes;
const contents = ['proposal', 'bundle'] as const;

/** The signed part of a message, without signer and signature. Of a pre-prepare it names the proposal by its digest. */
export function writeBody(writer: GrowingWriter, message: Exclude<Message, { type: 'data' }>): GrowingWriter {
  switch (message.type) {
    case 'bundle':
      writer.u64(message.number).u16(message.requests.length);
      for (const request of message.requests) writeRequest(writer, request);
      return writer;
    case 'pre-prepare':
      return writeBallot(writer, message.header);
    case 'prepare':
      return writeBallot(writer, message);
    case 'commit':
      return writeBallot(writer, message).hash(message.root);
    case 'checkpoint':
      return writer.u64(message.sequence).hash(message.digest);
    case 'view-change':
      writeCheckpointCertificate(writer.u64(message.view), message.stable).u16(message.prepared.length);
      for (const certificate of message.prepared) writePreparedCertificate(writer, certificate);
      return writer;
    case 'new-view':
      writer.u64(message.view).u16(message.viewChanges.length);
      for (const change of message.viewChanges) writeBody(writeEndorsement(writer, change), change);
      writer.u16(message.headers.length);
      for (const header of message.headers) writeHeader(writer, header);
      return writer;
    case 'status':
      writer
        .u64(message.number)
        .u64(message.view)
        .u8(Number(message.active))
        .u8(Number(message.suspects))
        .u8(Number(message.voting))
        .u8(Number(message.asks));
      writer.u64(message.remembered.life).u64(message.remembered.recorded);
      writer.u64(message.stable).u64(message.executed).u16(message.slots.length);
      for (const slot of message.slots) writer.u8(slot);
      writer.u16(message.viewChanges.length);
      for (const member of message.viewChanges) writer.u32(member);
      return writer;
    default:
      return writer.u8(contents.indexOf(message.content)).hash(message.digest);
  }
}

export function writeProposal(writer: GrowingWriter, proposal: Proposal): GrowingWriter {
  writer.u64(proposal.time).u16(proposal.bundles.length);
  for (const { client, number, digest } of proposal.bundles) writer.u32(client).u64(number).hash(digest);
  return writer;
}

export function readProposal(reader: StrictReader): Proposal {
  const time = reader.u64();
  const bundles = reader.list(wireLimits.bundlesPerProposal, referenceBytes, (): BundleReference => ({
    client: reader.u32(),
    number: reader.u64(),
    digest: reader.hash(),
  }));
  return { time, bundles };
}

export function writeEndorsement(writer: GrowingWriter, { signer, signature }: Endorsement): GrowingWriter {
  return writer.u32(signer).raw(signature);
}

export function readEndorsement(reader: StrictReader): Endorsement {
  // Copied, because a vote is kept for long and must not keep the whole frame alive.
  return { signer: reader.u32(), signature: Buffer.from(reader.raw(signatureBytes)) };
}

function writeRequest(writer: GrowingWriter, request: Request): void {
  const id = Buffer.from(request.id);
  writer.u8(id.length).raw(id).u32(request.bytes.length).raw(request.bytes);
}

export function readBundle(reader: StrictReader, endorsement: Endorsement): Bundle {
  const number = reader.u64();
  const requests = reader.list(wireLimits.requestsPerBundle, 1 + 4, () => ({
    id: reader.text(wireLimits.requestIdBytes),
    bytes: reader.bytes(wireLimits.requestBytes),
  }));
  return { type: 'bundle', number, requests, ...endorsement };
}

function writeBallot(
  writer: GrowingWriter,
  { view, sequence, digest }: Omit<Header, keyof Endorsement>,
): GrowingWriter {
  return writer.u64(view).u64(sequence).hash(digest);
}

export function readBallot(reader: StrictReader): Omit<Header, keyof Endorsement> {
  return { view: reader.u64(), sequence: reader.u64(), digest: reader.hash() };
}

function writeHeader(writer: GrowingWriter, header: Header): GrowingWriter {
  return writeEndorsement(writeBallot(writer, header), header);
}

function readHeader(reader: StrictReader): Header {
  return { ...readBallot(reader), ...readEndorsement(reader) };
}

function writeEndorsements(writer: GrowingWriter, endorsements: readonly Endorsement[]): GrowingWriter {
  writer.u16(endorsements.length);
  for (const endorsement of endorsements) writeEndorsement(writer, endorsement);
  return writer;
}

/** In rising order of signers, so that nobody counts twice and a certificate has one writing. */
function readEndorsements(reader: StrictReader): Endorsement[] {
  const list = reader.list(wireLimits.members, endorsementBytes, () => readEndorsement(reader));
  return rising(list, ({ signer }) => signer);
}

export function writeCheckpointCertificate(writer: GrowingWriter, stable: CheckpointCertificate): GrowingWriter {
  return writeEndorsements(writer.u64(stable.sequence).hash(stable.digest), stable.votes);
}

export function readCheckpointCertificate(reader: StrictReader): CheckpointCertificate {
  return { sequence: reader.u64(), digest: reader.hash(), votes: readEndorsements(reader) };
}

export function writeCommitCertificate(writer: GrowingWriter, certificate: CommitCertificate): GrowingWriter {
  return writeEndorsements(writeBallot(writer, certificate).hash(certificate.root), certificate.votes);
}

export function readCommitCertificate(reader: StrictReader): CommitCertificate {
  return { ...readBallot(reader), root: reader.hash(), votes: readEndorsements(reader) };
}

export function writePreparedCertificate(writer: GrowingWriter, certificate: PreparedCertificate): GrowingWriter {
  return writeEndorsements(writeHeader(writer, certificate.header), certificate.prepares);
}

export function readPreparedCertificate(reader: StrictReader): PreparedCertificate {
  return { header: readHeader(reader), prepares: readEndorsements(reader) };
}

export function readViewChange(reader: StrictReader, endorsement: Endorsement): ViewChange {
  const view = reader.u64();
  const stable = readCheckpointCertificate(reader);
  const certificates = reader.list(wireLimits.slots, headerBytes + 2, () => readPreparedCertificate(reader));
  const prepared = rising(certificates, ({ header }) => header.sequence);
  return { type: 'view-change', view, stable, prepared, ...endorsement };
}

export function readNewView(reader: StrictReader, endorsement: Endorsement): Message {
  const view = reader.u64();
  const changes = reader.list(wireLimits.members, endorsementBytes, () =>
    readViewChange(reader, readEndorsement(reader)),
  );
  const headers = reader.list(wireLimits.slots, headerBytes, () => readHeader(reader));
  return {
    type: 'new-view',
    view,
    viewChanges: rising(changes, ({ signer }) => signer),
    headers: rising(headers, ({ sequence }) => sequence),
    ...endorsement,
  };
}

export function readStatus(reader: StrictReader, endorsement: Endorsement): Message {
  const status = {
    type: 'status' as const,
    number: reader.u64(),
    view: reader.u64(),
    active: reader.flag(),
    suspects: reader.flag(),
    voting: reader.flag(),
    asks: reader.flag(),
    remembered: { life: reader.u64(), recorded: reader.u64() },
    stable: reader.u64(),
    executed: reader.u64(),
    slots: reader.list(wireLimits.slots, 1, () => readProgress(reader)),
    viewChanges: rising(
      reader.list(wireLimits.members, 4, () => reader.u32()),
      (member) => member,
    ),
    ...endorsement,
  };
  if (status.slots.at(-1) === 0) throw new Malformed('not-canonical');
  return status;
}

function readProgress(reader: StrictReader): Progress {
  const value = reader.u8();
  if (value !== 0 && value !== 1 && value !== 2 && value !== 3) throw new Malformed('not-canonical');
  return value;
}

export function readContent(reader: StrictReader): Fetch['content'] {
  const content = contents[reader.u8()];
  if (!content) throw new Malformed('not-canonical');
  return content;
}

function rising<Item>(items: Item[], key: (item: Item) => number): Item[] {
  let previous = -1;
  for (const item of items) {
    const value = key(item);
    if (value <= previous) throw new Malformed('not-canonical');
    previous = value;
  }
  return items;
}
