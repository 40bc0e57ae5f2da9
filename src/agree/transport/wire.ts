/**
 * What goes over a link: chunks of a 4-byte header and at most 64 KiB. The header's first byte is the lane (0 for the
 * link itself, else 1 + its place in `lanes`) with two flags, the other three are the length of what follows. Every
 * chunk of a frame but its last is full. The first chunk of several begins with the frame's length in 4 bytes. Chunks of
 * different lanes alternate freely; frames of one lane come one after the other. Numbers are big-endian.
 */
export const headerBytes = 4;
export const maxChunkBytes = 65_536;
export const firstFlag = 0x40;
export const lastFlag = 0x80;
export const laneMask = 0x3f;
/** The link's own lane, for greetings, pings and last words. */
export const controlLane = 0;
export const maxControlBytes = 64;
/** Length of the whole frame, in the first chunk of several. */
export const totalBytes = 4;

/** Bytes on the wire of a frame of this many. */
export function wireBytes(frameBytes: number): number {
  if (frameBytes <= maxChunkBytes) return headerBytes + frameBytes;
  const bytes = frameBytes + totalBytes;
  return bytes + headerBytes * Math.ceil(bytes / maxChunkBytes);
}

const version = 1;
const kinds = { hello: 1, ping: 2, pong: 3, goodbye: 4 } as const;
const helloBytes = 10;
const numberedBytes = 5;

/** Why a link was ended by one of its sides. The order is the number on the wire. */
const goodbyes = [
  'CLOSING',
  'DUPLICATE',
  'REMOVED',
  'BAD_FRAME',
  'FRAME_TOO_LARGE',
  'LANE_FORBIDDEN',
  'SILENT',
  'TIMEOUT',
  'OTHER_VERSION',
] as const;
export type Goodbye = (typeof goodbyes)[number];

export type Control =
  /** First on every link, from both sides. `life` tells one start of a watcher from another. */
  { kind: 'hello'; life: bigint } | { kind: 'ping' | 'pong'; number: number } | { kind: 'goodbye'; reason: Goodbye };

/** A control frame with its header, ready to be written. */
export function controlChunk(control: Control): Buffer {
  const content = encodeControl(control);
  const header = Buffer.allocUnsafe(headerBytes);
  writeHeader(header, 0, controlLane, firstFlag | lastFlag, content.length);
  return Buffer.concat([header, content]);
}

/** Undefined for what is not a control frame of ours; OTHER_VERSION for the greeting of another version. */
export function decodeControl(bytes: Buffer): Control | 'OTHER_VERSION' | undefined {
  switch (bytes[0]) {
    case kinds.hello:
      if (bytes[1] !== version) return 'OTHER_VERSION';
      return bytes.length === helloBytes ? { kind: 'hello', life: bytes.readBigUInt64BE(2) } : undefined;
    case kinds.ping:
    case kinds.pong:
      if (bytes.length !== numberedBytes) return undefined;
      return { kind: bytes[0] === kinds.ping ? 'ping' : 'pong', number: bytes.readUInt32BE(1) };
    case kinds.goodbye: {
      const reason = goodbyes[bytes[1] ?? goodbyes.length];
      return reason && bytes.length === 2 ? { kind: 'goodbye', reason } : undefined;
    }
    default:
      return undefined;
  }
}

export function writeHeader(target: Buffer, at: number, lane: number, flags: number, length: number): void {
  target[at] = lane | flags;
  target[at + 1] = length >> 16;
  target[at + 2] = (length >> 8) & 0xff;
  target[at + 3] = length & 0xff;
}

function encodeControl(control: Control): Buffer {
  if (control.kind === 'hello') {
    const bytes = Buffer.from([kinds.hello, version, 0, 0, 0, 0, 0, 0, 0, 0]);
    bytes.writeBigUInt64BE(control.life, 2);
    return bytes;
  }
  if (control.kind === 'goodbye') return Buffer.from([kinds.goodbye, goodbyes.indexOf(control.reason)]);
  const bytes = Buffer.from([kinds[control.kind], 0, 0, 0, 0]);
  bytes.writeUInt32BE(control.number, 1);
  return bytes;
}
