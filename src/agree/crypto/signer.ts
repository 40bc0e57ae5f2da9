import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto';

/** Signs as one watcher. */
export interface Signer {
  /** The watcher's id; the name on its signatures. */
  readonly name: string;
  /** Ed25519, 32 bytes. */
  readonly publicKey: Buffer;
  /** Ed25519 (RFC 8032), 64 bytes. */
  sign(bytes: Uint8Array): Buffer;
}

/** SubjectPublicKeyInfo of an Ed25519 key up to the key itself (RFC 8410 section 4). */
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');
const publicKeyBytes = 32;

export function ed25519Signer(name: string, privateKey: KeyObject): Signer {
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  return {
    name,
    publicKey: spki.subarray(spkiPrefix.length),
    sign: (bytes) => sign(null, bytes, privateKey),
  };
}

/** False for a wrong signature and for a key or signature of a wrong size. */
export function verifyEd25519(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== publicKeyBytes || signature.length !== 64) return false;
  const key = createPublicKey({ key: Buffer.concat([spkiPrefix, publicKey]), format: 'der', type: 'spki' });
  return verify(null, bytes, key, signature);
}

/** Answers whether a signature is good, by the public key in 64 hexadecimal digits. */
export type VerifySignature = (publicKey: string, bytes: Uint8Array, signature: Uint8Array) => boolean;

/** More keys than any cluster has at a time; beyond it the oldest are forgotten, not refused. */
const maxCachedKeys = 256;

/** As `verifyEd25519`, but making a key ready, which costs about as much as a verification, is done once a key. */
export function createVerifier(): VerifySignature {
  const keys = new Map<string, KeyObject>();
  return (publicKey, bytes, signature) => {
    if (!/^[0-9a-f]{64}$/.test(publicKey) || signature.length !== 64) return false;
    let key = keys.get(publicKey);
    if (!key) {
      const der = Buffer.concat([spkiPrefix, Buffer.from(publicKey, 'hex')]);
      key = createPublicKey({ key: der, format: 'der', type: 'spki' });
      const [oldest] = keys.keys();
      if (keys.size >= maxCachedKeys && oldest !== undefined) keys.delete(oldest);
      keys.set(publicKey, key);
    }
    return verify(null, bytes, key, signature);
  };
}
