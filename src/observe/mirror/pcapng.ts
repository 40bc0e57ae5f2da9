/**
 * Files of captured frames: section header, interface descriptions, enhanced packets with nanoseconds
 * (draft-ietf-opsawg-pcapng). Several files one after another are a file too.
 */

export interface CaptureInterface {
  name: string;
  link: 'ethernet' | 'ip';
  /** What was kept of each frame, at most. */
  snapBytes: number;
}

/** A frame, or what was kept of it. */
export interface FrameToWrite {
  /** Place in the list of interfaces. */
  interface: number;
  seconds: number;
  nanoseconds: number;
  /** Undefined where nobody knows. */
  outgoing?: boolean;
  bytes: Uint8Array;
  originalBytes: number;
  /** A tag of IEEE 802.1Q that stood behind the addresses. */
  tag?: { type: number; control: number };
}

const blocks = { section: 0x0a0d_0d0a, interface: 1, enhancedPacket: 6 } as const;
const byteOrderMagic = 0x1a2b_3c4d;
const linkTypes = { ethernet: 1, ip: 101 } as const;
const options = { end: 0, comment: 1, interfaceName: 2, application: 4, resolution: 9, packetFlags: 2 } as const;
/** Of the option: times count in ten to the power of minus nine. */
const nanosecondPower = 9;
const inbound = 1;
const outbound = 2;
/** Destination and source, behind which a tag stands. */
const addressBytes = 12;
const tagBytes = 4;
/** Header, five words, the option with flags, the end of options, the length again. */
const packetOverhead = 8 + 20 + 8 + 4 + 4;

/** What a file begins with: who wrote it and what for, and the interfaces. */
export function captureHeader(interfaces: readonly CaptureInterface[], application: string, comment: string): Buffer {
  const section = Buffer.alloc(16);
  section.writeUInt32LE(byteOrderMagic, 0);
  section.writeUInt16LE(1, 4);
  // The length of the section is not known yet (-1).
  section.fill(0xff, 8);
  return Buffer.concat([
    block(blocks.section, [
      section,
      option(options.comment, Buffer.from(comment)),
      option(options.application, Buffer.from(application)),
      option(options.end, Buffer.alloc(0)),
    ]),
    ...interfaces.map(({ name, link, snapBytes }) => {
      const description = Buffer.alloc(8);
      description.writeUInt16LE(linkTypes[link], 0);
      description.writeUInt32LE(snapBytes, 4);
      return block(blocks.interface, [
        description,
        option(options.interfaceName, Buffer.from(name)),
        option(options.resolution, Buffer.from([nanosecondPower])),
        option(options.end, Buffer.alloc(0)),
      ]);
    }),
  ]);
}

/** Bytes that a frame takes in a file. */
export function writtenBytes({ bytes, tag }: Pick<FrameToWrite, 'bytes' | 'tag'>): number {
  return packetOverhead + padded(bytes.length + (hasRoom(bytes, tag) ? tagBytes : 0));
}

/** Writes one frame; `into` has room for `writtenBytes` of it. Returns where the next one begins. */
export function writeFrame(into: Buffer, from: number, frame: FrameToWrite): number {
  const { bytes, tag } = frame;
  const withTag = hasRoom(bytes, tag);
  const length = bytes.length + (withTag ? tagBytes : 0);
  const total = packetOverhead + padded(length);
  // 2^32 x high + low = seconds x 10^9 + nanoseconds, without leaving the integers that a number holds.
  const upper = Math.floor(frame.seconds / 65_536) * 1_000_000_000;
  const lower = (upper % 65_536) * 65_536 + (frame.seconds % 65_536) * 1_000_000_000 + frame.nanoseconds;
  let at = from;
  for (const word of [
    blocks.enhancedPacket,
    total,
    frame.interface,
    Math.floor(upper / 65_536) + Math.floor(lower / 0x1_0000_0000),
    lower % 0x1_0000_0000,
    length,
    frame.originalBytes + (withTag ? tagBytes : 0),
  ]) {
    into.writeUInt32LE(word, at);
    at += 4;
  }
  if (withTag && tag) {
    into.set(bytes.subarray(0, addressBytes), at);
    into.writeUInt16BE(tag.type, at + addressBytes);
    into.writeUInt16BE(tag.control, at + addressBytes + 2);
    into.set(bytes.subarray(addressBytes), at + addressBytes + tagBytes);
  } else into.set(bytes, at);
  into.fill(0, at + length, at + padded(length));
  at += padded(length);
  into.writeUInt16LE(options.packetFlags, at);
  into.writeUInt16LE(4, at + 2);
  into.writeUInt32LE(frame.outgoing === undefined ? 0 : frame.outgoing ? outbound : inbound, at + 4);
  into.writeUInt32LE(0, at + 8);
  into.writeUInt32LE(total, at + 12);
  return from + total;
}

/** A frame that was cut within its addresses has no place for a tag. */
function hasRoom(bytes: Uint8Array, tag: FrameToWrite['tag']): boolean {
  return tag !== undefined && bytes.length >= addressBytes;
}

function block(type: number, parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const bytes = Buffer.alloc(12 + body.length);
  bytes.writeUInt32LE(type, 0);
  bytes.writeUInt32LE(bytes.length, 4);
  body.copy(bytes, 8);
  bytes.writeUInt32LE(bytes.length, 8 + body.length);
  return bytes;
}

function option(code: number, value: Buffer): Buffer {
  const bytes = Buffer.alloc(4 + padded(value.length));
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt16LE(value.length, 2);
  value.copy(bytes, 4);
  return bytes;
}

function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}
