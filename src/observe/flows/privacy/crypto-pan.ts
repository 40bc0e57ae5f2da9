import { createCipheriv, type Cipheriv } from 'node:crypto';

/**
 * Prefix-preserving pseudonyms (Xu, Fan, Ammar, Moon: Prefix-Preserving IP Address Anonymization, ICNP 2002): two addresses
 * that have their first n bits in common have pseudonyms that have exactly their first n bits in common. Bit i is flipped by
 * the first bit of AES-128 over the bits before it, filled up from a secret pad. Whoever has the key turns it round; nobody
 * else does, short of knowing what some addresses did (section 5 of the paper: structure is what it keeps).
 */
export class CryptoPan {
  readonly #cipher: Cipheriv;
  readonly #pad: Buffer;
  /** A block for each bit of the longest address. */
  readonly #blocks = Buffer.alloc(128 * blockBytes);

  /** Of 32 bytes: the key of AES, and what the pad is made of. */
  constructor(key: Uint8Array) {
    if (key.length !== keyBytes) throw new RangeError(`expected a key of ${keyBytes} bytes, found ${key.length}`);
    this.#cipher = createCipheriv('aes-128-ecb', key.subarray(0, blockBytes), null).setAutoPadding(false);
    this.#pad = this.#cipher.update(key.subarray(blockBytes));
  }

  /** Of 4 or 16 bytes, as many. */
  pseudonym(address: Uint8Array): Uint8Array {
    const bits = 8 * address.length;
    const blocks = this.#blocks;
    for (let bit = 0; bit < bits; bit++) this.#begin(blocks, bit * blockBytes, address, bit);
    const flips = this.#cipher.update(blocks.subarray(0, bits * blockBytes));
    const result = Uint8Array.from(address);
    for (let bit = 0; bit < bits; bit++) flip(result, bit, flips[bit * blockBytes] as number);
    return result;
  }

  /** The address of a pseudonym: bit after bit, since each depends on the address's bits before it. */
  reveal(pseudonym: Uint8Array): Uint8Array {
    const result = Uint8Array.from(pseudonym);
    for (let bit = 0; bit < 8 * result.length; bit++) {
      this.#begin(this.#blocks, 0, result, bit);
      flip(result, bit, this.#cipher.update(this.#blocks.subarray(0, blockBytes))[0] as number);
    }
    return result;
  }

  /** The first bits of the address, and the pad behind them. */
  #begin(blocks: Buffer, at: number, address: Uint8Array, bits: number): void {
    this.#pad.copy(blocks, at);
    const whole = bits >>> 3;
    for (let index = 0; index < whole; index++) blocks[at + index] = address[index] as number;
    const rest = bits & 7;
    if (rest === 0) return;
    const mask = 0xff << (8 - rest);
    blocks[at + whole] = ((address[whole] as number) & mask) | ((this.#pad[whole] as number) & ~mask);
  }
}

const blockBytes = 16;
export const keyBytes = 32;

/** Flips a bit when the highest bit of `by` is set. */
function flip(bytes: Uint8Array, bit: number, by: number): void {
  const place = bit >>> 3;
  bytes[place] = (bytes[place] as number) ^ ((by >>> 7) << (7 - (bit & 7)));
}
