import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';

/**
 * Hashing and signatures in plain JavaScript: audited libraries instead of WebCrypto, because not every browser knows
 * Ed25519, and none offers WebCrypto to every page that is opened from a disk.
 */
export const browserCrypto = {
  sha256: (bytes: Uint8Array): Uint8Array => sha256(bytes),
  verifyEd25519: (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean => {
    if (publicKey.length !== 32 || signature.length !== 64) return false;
    try {
      // RFC 8032 to the letter: no other writing of a number or point than the canonical one.
      return ed25519.verify(signature, message, publicKey, { zip215: false });
    } catch {
      return false;
    }
  },
};
