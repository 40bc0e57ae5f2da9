import { ByteJoiner, utf8 } from './bytes.ts';
import { sha256Hex, type CertificateCrypto } from './crypto.ts';
import type { CertificateEntry } from './shape.ts';

const version = 1;
const lastFlag = 1;

/**
 * The bytes of an entry as a ledger stores them, leaf prefix of RFC 6962 included:
 * 0x00, version u8, flags u8, length of kind u8, position u64, sequence u64, time f64, previous leaf hash, kind, body.
 */
export function certificateEntryBytes(entry: CertificateEntry): Uint8Array {
  const kind = utf8(entry.kind);
  return new ByteJoiner()
    .raw(Uint8Array.of(0, version, entry.last ? lastFlag : 0, kind.length))
    .u64(entry.position)
    .u64(entry.sequence)
    .f64(entry.time)
    .hex(entry.previous)
    .raw(kind)
    .text(entry.body)
    .join();
}

/** The leaf of the Merkle tree, in hexadecimal digits. */
export function certificateLeaf(crypto: CertificateCrypto, entry: CertificateEntry): string {
  return sha256Hex(crypto, certificateEntryBytes(entry));
}
