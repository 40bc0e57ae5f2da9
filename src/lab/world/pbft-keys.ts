import { createPrivateKey, createPublicKey, hash, sign, verify, type KeyObject } from 'node:crypto';
import type { pbft } from '../../agree/index.ts';
import { mix } from './application.ts';

type Bytes = Uint8Array;
export type Verifier = pbft.PbftConfiguration['verifier'];

/** The keys of a world: whoever is given one of them can sign as that member, and nobody else. */
export interface Keys {
  sign(member: number, bytes: Bytes): Bytes;
  verifier: Verifier;
}

const signatureBytes = 64;

/** Signatures of an ideal world: they cost next to nothing, and no strategy tries to guess them. */
const idealKeys: Keys = {
  sign: (member, bytes) => {
    const signature = new Uint8Array(signatureBytes);
    new DataView(signature.buffer).setFloat64(0, idealMark(member, bytes));
    return signature;
  },
  verifier: {
    verify: (member, bytes, signature) => {
      if (signature.length !== signatureBytes) return false;
      const mark = new DataView(signature.buffer, signature.byteOffset).getFloat64(0);
      if (mark !== idealMark(member, bytes)) return false;
      for (let at = markBytes; at < signatureBytes; at++) if (signature[at] !== 0) return false;
      return true;
    },
  },
};

const markBytes = 8;

/** A whole number of 53 bits. */
function idealMark(member: number, bytes: Bytes): number {
  let low = mix(0x5eed, member);
  let high = mix(0xcafe, member);
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    low = Math.imul(low ^ byte, 0x01000193);
    high = Math.imul(high + byte, 0x9e3779b1) ^ (high >>> 13);
  }
  low = mix(low, bytes.length);
  return (mix(high, low) % 0x20_0000) * 0x1_0000_0000 + low;
}

/** PKCS #8 of an Ed25519 key up to its seed (RFC 8410 section 7). */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const realPairs = new Map<number, { secret: KeyObject; open: KeyObject }>();

function realPair(member: number): { secret: KeyObject; open: KeyObject } {
  let pair = realPairs.get(member);
  if (!pair) {
    const key = Buffer.concat([pkcs8Prefix, Buffer.alloc(32, member)]);
    const secret = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
    pair = { secret, open: createPublicKey(secret) };
    realPairs.set(member, pair);
  }
  return pair;
}

/** What was judged already: in one process every member would judge the same signature once more. */
const judged = new Map<string, boolean>();
const maxJudged = 16_384;

function verifyOnce(member: number, bytes: Bytes, signature: Bytes): boolean {
  const key = `${member} ${sha256(bytes)} ${Buffer.from(signature).toString('latin1')}`;
  let isGenuine = judged.get(key);
  if (isGenuine === undefined) {
    isGenuine = verify(null, bytes, realPair(member).open, signature);
    judged.set(key, isGenuine);
    const [oldest] = judged.keys();
    if (judged.size > maxJudged && oldest !== undefined) judged.delete(oldest);
  }
  return isGenuine;
}

const realKeys: Keys = {
  sign: (member, bytes) => sign(null, bytes, realPair(member).secret),
  verifier: {
    verify: (member, bytes, signature) => signature.length === signatureBytes && verifyOnce(member, bytes, signature),
  },
};

export function keysOf(tuning: Readonly<Record<string, number>>): Keys {
  return tuning['realKeys'] === 1 ? realKeys : idealKeys;
}

/** As 32 characters of one byte each, like all hashes of the protocol. */
export function sha256(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'binary');
}
