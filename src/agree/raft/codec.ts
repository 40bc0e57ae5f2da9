import { isUtf8 } from 'node:buffer';
import { ByteReader, ByteWriter } from '../codec/bytes.ts';
import type { ParticipantId, Request } from '../protocol.ts';
import { maxMembers } from './membership.ts';
import type { Entry, Membership, Point, RaftMessage } from './messages.ts';

/** Nothing larger is decoded: the largest batch, with room for what stands around it. */
const maxRaftMessageBytes = 16_777_216;
/** An append with more entries is refused. */
const maxEntries = 1024;

const version = 1;
const kinds = [
  'vote-request',
  'vote-reply',
  'append',
  'append-reply',
  'snapshot',
  'snapshot-reply',
  'timeout-now',
] as const satisfies readonly RaftMessage['type'][];

export function encodeMessage(message: RaftMessage): Buffer {
  const writer = new ByteWriter(messageBytes(message));
  writer.u8(version).u8(kinds.indexOf(message.type)).u64(message.term);
  switch (message.type) {
    case 'vote-request':
      return writer.u8(flag(message.trial)).u8(flag(message.forced)).u64(message.lastIndex).u64(message.lastTerm).bytes;
    case 'vote-reply':
      return writer.u8(flag(message.trial)).u8(flag(message.granted)).bytes;
    case 'append':
      writer.u64(message.previousIndex).u64(message.previousTerm).u64(message.commit).u32(message.entries.length);
      for (const entry of message.entries) writeEntry(writer, entry);
      break;
    case 'append-reply':
      writer.u64(message.index).u8(flag(message.refused)).u64(message.hintIndex).u64(message.hintTerm);
      return writer.bytes;
    case 'snapshot':
      writePoint(writer, message.point);
      return writer.u64(message.totalBytes).u64(message.offset).u32(message.bytes.length).raw(message.bytes).bytes;
    case 'snapshot-reply':
      return writer.u64(message.index).u64(message.offset).bytes;
    case 'timeout-now':
  }
  return writer.bytes;
}

/** Undefined when the bytes are not exactly one message within the bounds. */
export function decodeMessage(bytes: Uint8Array): RaftMessage | undefined {
  if (bytes.length > maxRaftMessageBytes) return undefined;
  return decoded(bytes, (reader) => {
    if (reader.u8() !== version) return undefined;
    const type = kinds[reader.u8()];
    return type && readBody(reader, type, whole(reader));
  });
}

/** Undefined when `read` throws (the bytes end early, or a value is out of bounds) or leaves bytes over. */
export function decoded<Value>(bytes: Uint8Array, read: (reader: ByteReader) => Value | undefined): Value | undefined {
  try {
    const reader = new ByteReader(bytes);
    const value = read(reader);
    return reader.end() ? value : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readBody(reader: ByteReader, type: RaftMessage['type'], term: number): RaftMessage {
  switch (type) {
    case 'vote-request':
      return {
        type,
        term,
        trial: truth(reader),
        forced: truth(reader),
        lastIndex: whole(reader),
        lastTerm: whole(reader),
      };
    case 'vote-reply':
      return { type, term, trial: truth(reader), granted: truth(reader) };
    case 'append':
      return readAppend(reader, term);
    case 'append-reply': {
      const index = whole(reader);
      const refused = truth(reader);
      return { type, term, index, refused, hintIndex: whole(reader), hintTerm: whole(reader) };
    }
    case 'snapshot': {
      const point = readPoint(reader);
      const totalBytes = whole(reader);
      const offset = whole(reader);
      const bytes = reader.raw(reader.u32());
      if (offset + bytes.length > totalBytes) throw new RangeError('chunk beyond its snapshot');
      return { type, term, point, totalBytes, offset, bytes };
    }
    case 'snapshot-reply':
      return { type, term, index: whole(reader), offset: whole(reader) };
    case 'timeout-now':
  }
  return { type, term };
}

function readAppend(reader: ByteReader, term: number): RaftMessage {
  const previousIndex = whole(reader);
  const previousTerm = whole(reader);
  const commit = whole(reader);
  const count = reader.u32();
  if (count > maxEntries) throw new RangeError('too many entries');
  const entries: Entry[] = [];
  let lastTerm = previousTerm;
  for (let at = 1; at <= count; at++) {
    const entry = readEntry(reader);
    if (entry.index !== previousIndex + at || entry.term < lastTerm || entry.term > term) {
      throw new RangeError('entries out of order');
    }
    lastTerm = entry.term;
    entries.push(entry);
  }
  return { type: 'append', term, previousIndex, previousTerm, commit, entries };
}

export function writeEntry(writer: ByteWriter, entry: Entry): void {
  writer
    .u64(entry.index)
    .u64(entry.term)
    .u64(entry.time)
    .u8(flag(entry.membership !== undefined));
  if (entry.membership) writeMembership(writer, entry.membership);
  writer.u32(entry.requests.length);
  for (const request of entry.requests) {
    const id = Buffer.from(request.id);
    writer.u8(id.length).raw(id).u32(request.bytes.length).raw(request.bytes);
  }
}

export function entryBytes(entry: Entry): number {
  const requests = entry.requests.reduce((sum, request) => sum + requestBytes(request), 0);
  return 8 + 8 + 8 + 1 + (entry.membership ? membershipBytes(entry.membership) : 0) + 4 + requests;
}

export function readEntry(reader: ByteReader): Entry {
  const index = whole(reader);
  const term = whole(reader);
  const time = whole(reader);
  const membership = truth(reader) ? readMembership(reader) : undefined;
  const requests: Request[] = [];
  for (let left = reader.u32(); left > 0; left--) {
    const id = reader.raw(reader.u8());
    if (!isUtf8(id)) throw new RangeError('an id is not UTF-8');
    requests.push({ id: id.toString(), bytes: reader.raw(reader.u32()) });
  }
  if (index === 0 || term === 0) throw new RangeError('entries count from 1');
  return membership ? { index, term, time, requests, membership } : { index, term, time, requests };
}

export function writePoint(writer: ByteWriter, point: Point): void {
  writer.u64(point.index).u64(point.term).u64(point.time);
  writeMembership(writer, point.membership);
}

export function pointBytes(point: Point): number {
  return 8 + 8 + 8 + membershipBytes(point.membership);
}

export function readPoint(reader: ByteReader): Point {
  return { index: whole(reader), term: whole(reader), time: whole(reader), membership: readMembership(reader) };
}

function writeMembership(writer: ByteWriter, membership: Membership): void {
  for (const members of [membership.voters, membership.learners]) {
    writer.u8(members.length);
    for (const member of members) writer.u32(member);
  }
}

function readMembership(reader: ByteReader): Membership {
  const voters = readMembers(reader);
  const learners = readMembers(reader);
  if (voters.length + learners.length > maxMembers) throw new RangeError('too many members');
  if (learners.some((member) => voters.includes(member))) throw new RangeError('a member in two roles');
  return { voters, learners };
}

function readMembers(reader: ByteReader): ParticipantId[] {
  const members: ParticipantId[] = [];
  for (let left = reader.u8(); left > 0; left--) {
    const member = reader.u32();
    const before = members.at(-1);
    if (before !== undefined && before >= member) throw new RangeError('members are not in order');
    members.push(member);
  }
  return members;
}

function messageBytes(message: RaftMessage): number {
  const head = 1 + 1 + 8;
  switch (message.type) {
    case 'vote-request':
      return head + 1 + 1 + 8 + 8;
    case 'vote-reply':
      return head + 1 + 1;
    case 'append':
      return message.entries.reduce((sum, entry) => sum + entryBytes(entry), head + 8 + 8 + 8 + 4);
    case 'append-reply':
      return head + 8 + 1 + 8 + 8;
    case 'snapshot':
      return head + pointBytes(message.point) + 8 + 8 + 4 + message.bytes.length;
    case 'snapshot-reply':
      return head + 8 + 8;
    case 'timeout-now':
  }
  return head;
}

function requestBytes(request: Request): number {
  return 1 + Buffer.byteLength(request.id) + 4 + request.bytes.length;
}

function membershipBytes(membership: Membership): number {
  return 2 + 4 * (membership.voters.length + membership.learners.length);
}

export function flag(value: boolean): number {
  return value ? 1 : 0;
}

export function truth(reader: ByteReader): boolean {
  const value = reader.u8();
  if (value > 1) throw new RangeError('neither true nor false');
  return value === 1;
}

/** A number that survives arithmetic. */
export function whole(reader: ByteReader): number {
  const value = reader.u64();
  if (!Number.isSafeInteger(value)) throw new RangeError('a number is too large');
  return value;
}
