import type { EpochMs } from '../../model/index.ts';

/**
 * Packets of the Simple Two-Way Active Measurement Protocol, unauthenticated (RFC 8762 sections 4.2.1 and 4.3.1), with a
 * session identifier (RFC 8972 section 3) and extra padding (RFC 8972 section 4.1). Numbers are big-endian, times are
 * those of NTP: seconds since 1900 and their 2^32nd parts.
 */

/** Both kinds of packets have this length without extensions. */
export const baseBytes = 44;
/** Larger than any IP packet has no sense. */
const maxPacketBytes = 65_507;

const at = {
  sequence: 0,
  time: 4,
  errorEstimate: 12,
  session: 14,
  receiveTime: 16,
  senderSequence: 24,
  senderTime: 28,
  senderErrorEstimate: 36,
  senderTtl: 40,
} as const;

const ntpOffsetSeconds = 2_208_988_800;
const secondsPerEra = 4_294_967_296;
/** Not known to be synchronised, NTP format, off by a millisecond or so: scale 22, multiplier 1 (RFC 4656 section 4.1.2). */
const errorEstimate = (22 << 8) | 1;

/** Extension: flags, type and length in four bytes, then what the length says. */
const tlvHeaderBytes = 4;
const extraPadding = 1;
const unrecognised = 0x80;

export interface Request {
  sequence: number;
  /** As it stands in the packet, so that the answer's copy can be compared. */
  time: bigint;
  session: number;
}

export interface Reply {
  /** Of the reflector: how many it has sent in this session before. */
  sequence: number;
  session: number;
  sentAt: EpochMs;
  receivedAt: EpochMs;
  senderSequence: number;
  senderTime: bigint;
}

/** `length` is that of the whole packet, at least `baseBytes`; what is beyond is extra padding. */
export function encodeRequest({ sequence, time, session }: Request, length = baseBytes): Buffer {
  const bytes = Buffer.alloc(length);
  bytes.writeUInt32BE(sequence, at.sequence);
  bytes.writeBigUInt64BE(time, at.time);
  bytes.writeUInt16BE(errorEstimate, at.errorEstimate);
  bytes.writeUInt16BE(session, at.session);
  const padding = length - baseBytes - tlvHeaderBytes;
  if (padding >= 0) {
    bytes[baseBytes] = unrecognised;
    bytes[baseBytes + 1] = extraPadding;
    bytes.writeUInt16BE(padding, baseBytes + 2);
  }
  return bytes;
}

/** Undefined for what is too short or too long; the rest can mean anything. */
export function decodeRequest(bytes: Buffer): Request | undefined {
  if (bytes.length < baseBytes || bytes.length > maxPacketBytes) return undefined;
  return {
    sequence: bytes.readUInt32BE(at.sequence),
    time: bytes.readBigUInt64BE(at.time),
    session: bytes.readUInt16BE(at.session),
  };
}

/** The answer to a request: as long as that, with its extensions; of these extra padding is understood. */
export function encodeReply(
  request: Buffer,
  { sequence, receivedAt, sentAt, ttl }: { sequence: number; receivedAt: EpochMs; sentAt: EpochMs; ttl: number },
): Buffer {
  const bytes = Buffer.alloc(request.length);
  bytes.writeUInt32BE(sequence >>> 0, at.sequence);
  bytes.writeBigUInt64BE(ntpTime(sentAt), at.time);
  bytes.writeUInt16BE(errorEstimate, at.errorEstimate);
  request.copy(bytes, at.session, at.session, at.session + 2);
  bytes.writeBigUInt64BE(ntpTime(receivedAt), at.receiveTime);
  // Sequence, time and error estimate of the sender lie together in both.
  request.copy(bytes, at.senderSequence, at.sequence, at.errorEstimate + 2);
  bytes[at.senderTtl] = ttl;
  request.copy(bytes, baseBytes, baseBytes);
  for (let start = baseBytes; start + tlvHeaderBytes <= bytes.length;) {
    if (bytes[start + 1] === extraPadding) bytes[start] = (bytes[start] ?? 0) & ~unrecognised;
    start += tlvHeaderBytes + bytes.readUInt16BE(start + 2);
  }
  return bytes;
}

export function decodeReply(bytes: Buffer): Reply | undefined {
  if (bytes.length < baseBytes) return undefined;
  return {
    sequence: bytes.readUInt32BE(at.sequence),
    session: bytes.readUInt16BE(at.session),
    sentAt: epochTime(bytes.readBigUInt64BE(at.time)),
    receivedAt: epochTime(bytes.readBigUInt64BE(at.receiveTime)),
    senderSequence: bytes.readUInt32BE(at.senderSequence),
    senderTime: bytes.readBigUInt64BE(at.senderTime),
  };
}

export function ntpTime(epochMs: EpochMs): bigint {
  const seconds = Math.floor(epochMs / 1000);
  const fraction = Math.min(secondsPerEra - 1, Math.round(((epochMs - seconds * 1000) / 1000) * secondsPerEra));
  return (BigInt((seconds + ntpOffsetSeconds) % secondsPerEra) << 32n) | BigInt(fraction);
}

/** Of the era that begins in 2036 when it lies before 1968, which no clock shows (RFC 4330 section 3). */
export function epochTime(time: bigint): EpochMs {
  const seconds = Number(time >> 32n);
  const era = seconds < 0x8000_0000 ? secondsPerEra : 0;
  return (seconds + era - ntpOffsetSeconds) * 1000 + (Number(time & 0xffff_ffffn) / secondsPerEra) * 1000;
}
