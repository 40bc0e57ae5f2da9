import { execFileSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { selfSignedCertificate } from './certificate.ts';

const { privateKey } = generateKeyPairSync('ed25519');
const openssl = (() => {
  try {
    return execFileSync('openssl', ['version']).toString();
  } catch {
    return undefined;
  }
})();

it('carries the key, signed by itself, the same bytes each time', () => {
  const pem = selfSignedCertificate(privateKey);
  const certificate = new X509Certificate(pem);
  expect(certificate.publicKey.equals(createPublicKey(privateKey))).toBe(true);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.verify(generateKeyPairSync('ed25519').publicKey)).toBe(false);
  expect(certificate.validFromDate.getTime()).toBe(0);
  expect(certificate.validTo).toBe('Dec 31 23:59:59 9999 GMT');
  expect(selfSignedCertificate(privateKey)).toBe(pem);
});

it.skipIf(!openssl)(
  `is read and believed by the openssl program${openssl ? '' : ' (skipped: openssl not found)'}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'qw-certificate-'));
    try {
      const file = join(folder, 'certificate.pem');
      writeFileSync(file, selfSignedCertificate(privateKey));
      expect(execFileSync('openssl', ['verify', '-x509_strict', '-CAfile', file, file]).toString()).toBe(
        `${file}: OK\n`,
      );
      const text = execFileSync('openssl', ['x509', '-in', file, '-noout', '-text']).toString();
      expect(text).toContain('Version: 3 (0x2)');
      expect(text).toContain('Signature Algorithm: ED25519');
      const parsed = execFileSync('openssl', ['asn1parse', '-in', file]).toString();
      expect(parsed).toContain('UTCTIME');
      expect(parsed).toContain('GENERALIZEDTIME');
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
