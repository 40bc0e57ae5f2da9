import { createCipheriv, type Cipheriv } from 'node:crypto';

/**
 * Prefix-preserving pseudonyms (Xu, Fan, Ammar, Moon: Prefix-Preserving IP Address Anonymization, ICNP 2002): two addresses
 * that have their first n bits in common have pseudonyms that have exactly their first n bits in common. Bit i is flipped by
 * the first bit of AES-128 over the bits before it, filled up from a secret pad. Whoever has the key turns it round; nobody
 * else does, short of knowing what some addresses did (section 5 of the paper: structure is what it keeps).
 */
export class CryptoPan {
  readonly #cipher: Cipheriv;
  /** Words as memory has them: the first byte of an address is the lowest one. */
  readonly #pad: Uint32Array;
  /** A block for each bit of an address, of IPv4 and of IPv6; behind the address's words stands the pad. */
  readonly #blocks: Readonly<Record<Words, Uint32Array>>;
  readonly #bytes: Readonly<Record<Words, Buffer>>;

  /** Of 32 bytes: the key of AES, and what the pad is made of. */
  constructor(key: Uint8Array) {
    if (key.length !== keyBytes) throw new RangeError(`expected a key of ${keyBytes} bytes, found ${key.length}`);
    this.#cipher = createCipheriv('aes-128-ecb', key.subarray(0, blockBytes), null).setAutoPadding(false);
    const pad = Buffer.alloc(blockBytes, this.#cipher.update(key.subarray(blockBytes)));
    this.#pad = wordsIn(pad);
    this.#bytes = { 1: Buffer.alloc(32 * blockBytes, pad), 4: Buffer.alloc(128 * blockBytes, pad) };
    this.#blocks = { 1: wordsIn(this.#bytes[1]), 4: wordsIn(this.#bytes[4]) };
  }

  /** Of 1 or 4 words, the highest first; as many. */
  pseudonym(address: readonly number[]): number[] {
    const count = address.length === 1 ? 1 : 4;
    const blocks = this.#blocks[count];
    for (let word = 0; word < count; word++) {
      const own = swapped(address[word] as number);
      const pad = this.#pad[word] as number;
      for (let bit = 0; bit < 32 * count; bit++) {
        const mask = maskOf(bit - 32 * word);
        blocks[4 * bit + word] = (own & mask) | (pad & ~mask);
      }
    }
    const flips = this.#cipher.update(this.#bytes[count]);
    return address.map((value, word) => {
      let flipped = 0;
      for (let bit = 32 * word; bit < 32 * word + 32; bit++) {
        flipped = (flipped << 1) | ((flips[blockBytes * bit] as number) >>> 7);
      }
      return (value ^ flipped) >>> 0;
    });
  }

  /** The address of a pseudonym: bit after bit, since each depends on the address's bits before it. */
  reveal(pseudonym: readonly number[]): number[] {
    const bytes = Buffer.alloc(blockBytes);
    const block = wordsIn(bytes);
    const address = [...pseudonym];
    for (let bit = 0; bit < 32 * address.length; bit++) {
      block.set(this.#pad);
      address.forEach((value, word) => {
        const mask = maskOf(bit - 32 * word);
        block[word] = (swapped(value) & mask) | ((this.#pad[word] as number) & ~mask);
      });
      const flip = (this.#cipher.update(bytes)[0] as number) >>> 7;
      const word = bit >>> 5;
      address[word] = ((address[word] as number) ^ (flip << (31 - (bit & 31)))) >>> 0;
    }
    return address;
  }
}

type Words = 1 | 4;
const blockBytes = 16;
export const keyBytes = 32;

const wordsIn = ({ buffer, byteOffset, byteLength }: Buffer) => new Uint32Array(buffer, byteOffset, byteLength / 4);

function swapped(word: number): number {
  return ((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
}

/** The first bits of a word, as memory has it. */
const masks = Int32Array.from({ length: 33 }, (_, bits) => (bits === 0 ? 0 : swapped(-1 << (32 - bits))));
const maskOf = (bits: number): number => masks[Math.min(32, Math.max(0, bits))] as number;
