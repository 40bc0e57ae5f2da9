import { hash } from 'node:crypto';
import { toHex, type CertificateCrypto } from '../../model/index.ts';
import { createVerifier } from '../crypto/signer.ts';

const verify = createVerifier();

/** Hashing and signatures for certificates and notes, by Node. */
export const certificateCrypto: CertificateCrypto = {
  sha256: (bytes) => hash('sha256', bytes, 'buffer'),
  verifyEd25519: (publicKey, message, signature) => verify(toHex(publicKey), message, signature),
};
