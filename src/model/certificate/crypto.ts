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
