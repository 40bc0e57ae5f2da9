/**
 * Netlink messages and their attributes (RFC 3549 section 2; include/uapi/linux/netlink.h): little-endian headers, all
 * parts padded to four bytes. Reading is bounded by what is there: a length that lies ends the reading, never a crash.
 */

export const NLM_F_REQUEST = 1;
export const NLM_F_ACK = 4;
export const NLM_F_DUMP_INTR = 0x10;
export const NLM_F_REPLACE = 0x100;
export const NLM_F_EXCL = 0x200;
export const NLM_F_CREATE = 0x400;
export const NLM_F_DUMP = 0x300;
/** On an error message: attributes follow it. */
export const NLM_F_ACK_TLVS = 0x200;
export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;
export const NLMSG_OVERRUN = 4;

const headerBytes = 16;
const attributeHeaderBytes = 4;
/** Upper bits of an attribute's type are flags (NLA_F_NESTED, NLA_F_NET_BYTEORDER). */
const attributeTypeMask = 0x3fff;
const nestedFlag = 0x8000;

export interface NetlinkMessage {
  type: number;
  flags: number;
  sequence: number;
  /** Port of the socket that caused a notification; zero when the kernel did by itself. */
  port: number;
  body: Buffer;
}

export function encodeMessage(type: number, flags: number, sequence: number, body: Uint8Array): Buffer {
  const bytes = Buffer.alloc(padded(headerBytes + body.length));
  bytes.writeUInt32LE(headerBytes + body.length, 0);
  bytes.writeUInt16LE(type, 4);
  bytes.writeUInt16LE(flags, 6);
  bytes.writeUInt32LE(sequence, 8);
  bytes.set(body, headerBytes);
  return bytes;
}

/** The messages of one datagram, up to the first whose length cannot be. */
export function readMessages(bytes: Buffer): NetlinkMessage[] {
  const messages: NetlinkMessage[] = [];
  for (let at = 0; at + headerBytes <= bytes.length;) {
    const length = bytes.readUInt32LE(at);
    if (length < headerBytes || length > bytes.length - at) break;
    messages.push({
      type: bytes.readUInt16LE(at + 4),
      flags: bytes.readUInt16LE(at + 6),
      sequence: bytes.readUInt32LE(at + 8),
      port: bytes.readUInt32LE(at + 12),
      body: bytes.subarray(at + headerBytes, at + length),
    });
    at += padded(length);
  }
  return messages;
}

export function encodeAttribute(type: number, value: Uint8Array): Buffer {
  const bytes = Buffer.alloc(padded(attributeHeaderBytes + value.length));
  bytes.writeUInt16LE(attributeHeaderBytes + value.length, 0);
  bytes.writeUInt16LE(type, 2);
  bytes.set(value, attributeHeaderBytes);
  return bytes;
}

export function encodeNested(type: number, parts: readonly Uint8Array[]): Buffer {
  return encodeAttribute(type | nestedFlag, Buffer.concat(parts));
}

export function encodeU8(type: number, value: number): Buffer {
  return encodeAttribute(type, Buffer.from([value]));
}

export function encodeU32(type: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return encodeAttribute(type, bytes);
}

/** Netfilter's attributes are in network order. */
export function encodeU32BigEndian(type: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return encodeAttribute(type, bytes);
}

export function encodeText(type: number, text: string): Buffer {
  return encodeAttribute(type, Buffer.from(`${text}\0`));
}

/** Attributes by their type; of a repeated one the last counts. Values that are too short read as absent. */
export class Attributes {
  readonly #values = new Map<number, Buffer>();

  constructor(bytes: Buffer) {
    for (let at = 0; at + attributeHeaderBytes <= bytes.length;) {
      const length = bytes.readUInt16LE(at);
      if (length < attributeHeaderBytes || length > bytes.length - at) break;
      const type = bytes.readUInt16LE(at + 2) & attributeTypeMask;
      this.#values.set(type, bytes.subarray(at + attributeHeaderBytes, at + length));
      at += padded(length);
    }
  }

  bytes(type: number, atLeast = 0): Buffer | undefined {
    const value = this.#values.get(type);
    return value && value.length >= atLeast ? value : undefined;
  }

  nested(type: number): Attributes | undefined {
    const value = this.#values.get(type);
    return value && new Attributes(value);
  }

  u8(type: number): number | undefined {
    return this.bytes(type, 1)?.readUInt8(0);
  }

  u16BigEndian(type: number): number | undefined {
    return this.bytes(type, 2)?.readUInt16BE(0);
  }

  u32(type: number): number | undefined {
    return this.bytes(type, 4)?.readUInt32LE(0);
  }

  u32BigEndian(type: number): number | undefined {
    return this.bytes(type, 4)?.readUInt32BE(0);
  }

  u64BigEndian(type: number): bigint | undefined {
    return this.bytes(type, 8)?.readBigUInt64BE(0);
  }

  text(type: number): string | undefined {
    const value = this.#values.get(type);
    if (!value) return undefined;
    const end = value.indexOf(0);
    return value.toString('utf8', 0, end < 0 ? value.length : end);
  }
}

export function padded(length: number): number {
  return (length + 3) & ~3;
}
