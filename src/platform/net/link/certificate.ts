import { createPublicKey, sign, type KeyObject } from 'node:crypto';

/**
 * A certificate that says nothing but "I hold this key": self-signed, Ed25519, without extensions and without an end
 * (RFC 5280 section 4.1, RFC 8410). TLS wants one to carry a key; whoever pins keys reads nothing else of it.
 */

/** DER tags (X.690 section 8). */
const tag = { integer: 0x02, bitString: 0x03, oid: 0x06, utf8: 0x0c, utcTime: 0x17, generalizedTime: 0x18 } as const;
const sequence = 0x30;
const set = 0x31;
const explicit0 = 0xa0;

/** id-Ed25519, 1.3.101.112 (RFC 8410 section 3): parameters are absent. */
const ed25519Algorithm = der(sequence, der(tag.oid, Buffer.from([0x2b, 0x65, 0x70])));
/** id-at-commonName, 2.5.4.3. */
const commonName = der(tag.oid, Buffer.from([0x55, 0x04, 0x03]));
const name = der(sequence, der(set, der(sequence, commonName, der(tag.utf8, Buffer.from('quorumwatch')))));
/** "No well-defined expiration date" (RFC 5280 section 4.1.2.5): keys end by membership, not by a clock. */
const validity = der(
  sequence,
  der(tag.utcTime, Buffer.from('700101000000Z')),
  der(tag.generalizedTime, Buffer.from('99991231235959Z')),
);

/** PEM of a certificate of this Ed25519 key; the same key always gives the same bytes. */
export function selfSignedCertificate(privateKey: KeyObject): string {
  const publicKeyInfo = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const version3 = der(explicit0, der(tag.integer, Buffer.from([2])));
  const serial = der(tag.integer, Buffer.from([1]));
  const statement = der(sequence, version3, serial, ed25519Algorithm, name, validity, name, publicKeyInfo);
  const signature = der(tag.bitString, Buffer.from([0]), sign(null, statement, privateKey));
  const lines = der(sequence, statement, ed25519Algorithm, signature).toString('base64').replaceAll(/.{64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

function der(type: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([type, length]), content]);
  if (length < 0x100) return Buffer.concat([Buffer.from([type, 0x81, length]), content]);
  return Buffer.concat([Buffer.from([type, 0x82, length >> 8, length & 0xff]), content]);
}
