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
  sign: idealSignature,
  verifier: {
    verify: (member, bytes, signature) => {
      const expected = idealSignature(member, bytes);
      return signature.length === signatureBytes && expected.every((byte, at) => signature[at] === byte);
    },
  },
};

function idealSignature(member: number, bytes: Bytes): Bytes {
  let low = mix(0x5eed, member);
  let high = mix(0xcafe, member);
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    low = Math.imul(low ^ byte, 0x01000193);
    high = Math.imul(high + byte, 0x9e3779b1) ^ (high >>> 13);
  }
  const signature = new Uint8Array(signatureBytes);
  new DataView(signature.buffer).setUint32(0, mix(low, bytes.length));
  new DataView(signature.buffer).setUint32(4, mix(high, low));
  return signature;
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

const realKeys: Keys = {
  sign: (member, bytes) => sign(null, bytes, realPair(member).secret),
  verifier: {
    verify: (member, bytes, signature) =>
      signature.length === signatureBytes && verify(null, bytes, realPair(member).open, signature),
  },
};

export function keysOf(tuning: Readonly<Record<string, number>>): Keys {
  return tuning['realKeys'] === 1 ? realKeys : idealKeys;
}

/** As 32 characters of one byte each, like all hashes of the protocol. */
export function sha256(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'binary');
}
