import { createCipheriv, type Cipheriv } from 'node:crypto';

/**
 * Prefix-preserving pseudonyms (Xu, Fan, Ammar, Moon: Prefix-Preserving IP Address Anonymization, ICNP 2002): two addresses
 * that have their first n bits in common have pseudonyms that have exactly their first n bits in common. Bit i is flipped by
 * the first bit of AES-128 over the bits before it, filled up from a secret pad. Whoever has the key turns it round; nobody
 * else does, short of knowing what some addresses did (section 5 of the paper: structure is what it keeps).
 */
export class CryptoPan {
  readonly #cipher: Cipheriv;
  readonly #pad: DataView;
  /** A block for each bit of an address, of IPv4 and of IPv6; behind the address's words stands the pad. */
  readonly #blocks: Readonly<Record<4 | 16, Buffer>>;

  /** Of 32 bytes: the key of AES, and what the pad is made of. */
  constructor(key: Uint8Array) {
    if (key.length !== keyBytes) throw new RangeError(`expected a key of ${keyBytes} bytes, found ${key.length}`);
    this.#cipher = createCipheriv('aes-128-ecb', key.subarray(0, blockBytes), null).setAutoPadding(false);
    const pad = this.#cipher.update(key.subarray(blockBytes));
    this.#pad = viewOf(pad);
    this.#blocks = { 4: Buffer.alloc(32 * blockBytes, pad), 16: Buffer.alloc(128 * blockBytes, pad) };
  }

  /** Of 4 or 16 bytes, as many. */
  pseudonym(address: Uint8Array): Uint8Array {
    const blocks = this.#blocks[address.length === 4 ? 4 : 16];
    const [into, from] = [viewOf(blocks), viewOf(address)];
    const bits = 8 * address.length;
    for (let bit = 0; bit < bits; bit++) this.#begin(into, bit * blockBytes, from, bit);
    const flips = this.#cipher.update(blocks);
    const result = Uint8Array.from(address);
    for (let bit = 0; bit < bits; bit++) flip(result, bit, flips[bit * blockBytes] as number);
    return result;
  }

  /** The address of a pseudonym: bit after bit, since each depends on the address's bits before it. */
  reveal(pseudonym: Uint8Array): Uint8Array {
    const block = this.#blocks[pseudonym.length === 4 ? 4 : 16].subarray(0, blockBytes);
    const result = Uint8Array.from(pseudonym);
    const [into, from] = [viewOf(block), viewOf(result)];
    for (let bit = 0; bit < 8 * result.length; bit++) {
      this.#begin(into, 0, from, bit);
      flip(result, bit, this.#cipher.update(block)[0] as number);
    }
    return result;
  }

  /** The first bits of the address, and the pad behind them, word by word. */
  #begin(block: DataView, at: number, address: DataView, bits: number): void {
    for (let word = 0; word < address.byteLength; word += 4) {
      const left = bits - 8 * word;
      const mask = left <= 0 ? 0 : left >= 32 ? -1 : -1 << (32 - left);
      block.setInt32(at + word, (address.getInt32(word) & mask) | (this.#pad.getInt32(word) & ~mask));
    }
  }
}

const blockBytes = 16;
export const keyBytes = 32;

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array) => new DataView(buffer, byteOffset, byteLength);

/** Flips a bit when the highest bit of `by` is set. */
function flip(bytes: Uint8Array, bit: number, by: number): void {
  const place = bit >>> 3;
  bytes[place] = (bytes[place] as number) ^ ((by >>> 7) << (7 - (bit & 7)));
}
