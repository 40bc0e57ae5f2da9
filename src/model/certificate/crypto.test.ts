import { expect, it } from 'vitest';
import { rememberSignatures } from './crypto.ts';

const bytes = (length: number, value: number) => new Uint8Array(length).fill(value);

/** Takes a signature for good when its first byte is that of the message; counts the questions. */
function counting() {
  let asked = 0;
  const crypto = rememberSignatures({
    // Long enough to tell what is told apart here.
    sha256: (given) => Uint8Array.from([...given, ...bytes(256, 0)].slice(0, 256)),
    verifyEd25519: (_key, message, signature) => {
      asked += 1;
      return signature[0] === message[0];
    },
  });
  return { crypto, asked: () => asked };
}

it('checks a good signature once, and every other one', () => {
  const { crypto, asked } = counting();
  const ask = (key: number, message: number, signature: number) =>
    crypto.verifyEd25519(bytes(32, key), bytes(3, message), bytes(64, signature));
  expect([ask(1, 5, 5), ask(1, 5, 5), asked()]).toEqual([true, true, 1]);
  expect([ask(2, 5, 5), ask(1, 6, 5), ask(1, 6, 5), asked()]).toEqual([true, false, false, 4]);
});

it('refuses keys and signatures of another length without asking, so that parts cannot be shifted', () => {
  const { crypto, asked } = counting();
  expect(crypto.verifyEd25519(bytes(31, 5), bytes(3, 5), bytes(64, 5))).toBe(false);
  expect(crypto.verifyEd25519(bytes(32, 5), bytes(2, 5), bytes(65, 5))).toBe(false);
  expect(asked()).toBe(0);
});
