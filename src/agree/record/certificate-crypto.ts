import { createHash } from 'node:crypto';
import type { CertificateCrypto } from '../../model/index.ts';
import { verifyEd25519 } from '../crypto/signer.ts';

/** Hashing and signatures for certificates and notes, by Node. */
export const certificateCrypto: CertificateCrypto = {
  sha256: (bytes) => createHash('sha256').update(bytes).digest(),
  verifyEd25519,
};
