import { ByteJoiner, toHex } from './bytes.ts';

/** What verification needs of its surroundings: Node's crypto, a browser's, or a library. */
export interface CertificateCrypto {
  /** 32 bytes. */
  sha256: (bytes: Uint8Array) => Uint8Array;
  /** RFC 8032. False for a wrong signature and for a key that is none; never throws. */
  verifyEd25519: (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;
}

/** SHA-256 in hexadecimal digits. */
export function sha256Hex(crypto: CertificateCrypto, bytes: Uint8Array): string {
  return toHex(crypto.sha256(bytes));
}

/** RFC 6962 section 2.1: SHA-256(0x01 || left || right), over hexadecimal digits. */
export function nodeHashHex(crypto: CertificateCrypto): (left: string, right: string) => string {
  return (left, right) => sha256Hex(crypto, new ByteJoiner().u8(1).hex(left).hex(right).join());
}

/** Good signatures that are remembered; a seal has at most 64. */
const maxRemembered = 4096;

/**
 * Checks each good signature once: certificates of one cluster share seals and bundles, and a signature costs far more
 * than its hash. What is remembered is the hash of key, signature and message together, so nothing else passes for it.
 */
export function rememberSignatures(crypto: CertificateCrypto): CertificateCrypto {
  const good = new Set<string>();
  return {
    sha256: crypto.sha256,
    verifyEd25519: (publicKey, message, signature) => {
      // Key and signature have fixed lengths, or the writing of three parts would not be the only one.
      if (publicKey.length !== 32 || signature.length !== 64) return false;
      const name = sha256Hex(crypto, new ByteJoiner().raw(publicKey).raw(signature).raw(message).join());
      if (good.has(name)) return true;
      if (!crypto.verifyEd25519(publicKey, message, signature)) return false;
      if (good.size >= maxRemembered) good.clear();
      good.add(name);
      return true;
    },
  };
}
