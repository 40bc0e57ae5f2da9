import { createPrivateKey } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { certificateCrypto, ed25519Signer } from '../src/agree/index.ts';
import { browserCrypto } from '../web/src/verify/crypto.ts';

/** The verifier page and the command line compute with different libraries; they must come to the same answers. */

const keyOf = (seed: Uint8Array) =>
  createPrivateKey({
    key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]),
    format: 'der',
    type: 'pkcs8',
  });
const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 });
const both = (...given: Parameters<typeof certificateCrypto.verifyEd25519>) => [
  certificateCrypto.verifyEd25519(...given),
  browserCrypto.verifyEd25519(...given),
];

test('hashes are equal', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(Buffer.from(browserCrypto.sha256(bytes))).toEqual(Buffer.from(certificateCrypto.sha256(bytes)));
    }),
  );
});

test('good signatures are good to both, changed ones to neither', () => {
  const message = fc.uint8Array({ maxLength: 80 });
  fc.assert(
    fc.property(
      seeds,
      message,
      fc.nat(511),
      fc.constantFrom('key', 'message', 'signature'),
      (seed, said, bit, part) => {
        const signer = ed25519Signer('a', keyOf(seed));
        const given = { key: signer.publicKey, message: Buffer.from(said), signature: signer.sign(said) };
        expect(both(given.key, given.message, given.signature)).toEqual([true, true]);
        const bytes = given[part];
        if (bytes.length === 0) return;
        const at = (bit >> 3) % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit & 7));
        expect(both(given.key, given.message, given.signature)).toEqual([false, false]);
      },
    ),
    { numRuns: 60 },
  );
});

test('other writings of a good signature, and keys of small order, are refused by both', () => {
  const order = 2n ** 252n + 27_742_317_777_372_353_535_851_937_790_883_648_493n;
  const signer = ed25519Signer('a', keyOf(Buffer.alloc(32, 7)));
  const message = Buffer.from('said');
  const signature = signer.sign(message);
  // S + L is congruent to S (RFC 8032 section 5.1.7 asks for S < L).
  let scalar = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString('hex')}`) + order;
  const malleable = Buffer.from(signature);
  for (let at = 32; at < 64; at++, scalar >>= 8n) malleable[at] = Number(scalar & 255n);
  expect(both(signer.publicKey, message, malleable)).toEqual([false, false]);
  expect(both(signer.publicKey, message, signature.subarray(0, 63))).toEqual([false, false]);
  expect(both(signer.publicKey.subarray(0, 31), message, signature)).toEqual([false, false]);
  expect(both(Buffer.alloc(32, 0xff), message, signature)).toEqual([false, false]);
});
