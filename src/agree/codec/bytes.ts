/** Writing and reading of our binary records: big-endian, lengths before contents, nothing optional. */

export class ByteWriter {
  readonly bytes: Buffer;
  #at = 0;

  constructor(length: number) {
    this.bytes = Buffer.allocUnsafe(length);
  }

  u8(value: number): this {
    this.#at = this.bytes.writeUInt8(value, this.#at);
    return this;
  }

  u32(value: number): this {
    this.#at = this.bytes.writeUInt32BE(value, this.#at);
    return this;
  }

  u64(value: number): this {
    writeU64(this.bytes, value, this.#at);
    this.#at += 8;
    return this;
  }

  f64(value: number): this {
    this.#at = this.bytes.writeDoubleBE(value, this.#at);
    return this;
  }

  raw(value: Uint8Array): this {
    this.bytes.set(value, this.#at);
    this.#at += value.length;
    return this;
  }
}

/** Reads what `ByteWriter` wrote. Throws RangeError at the end of the bytes: the caller turns it into its own error. */
export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u8(): number {
    return this.#bytes.readUInt8(this.#advance(1));
  }

  u32(): number {
    return this.#bytes.readUInt32BE(this.#advance(4));
  }

  u64(): number {
    return readU64(this.#bytes, this.#advance(8));
  }

  f64(): number {
    return this.#bytes.readDoubleBE(this.#advance(8));
  }

  raw(length: number): Buffer {
    const from = this.#advance(length);
    return this.#bytes.subarray(from, from + length);
  }

  end(): boolean {
    return this.#at === this.#bytes.length;
  }

  #advance(length: number): number {
    const from = this.#at;
    if (from + length > this.#bytes.length) throw new RangeError('record ends early');
    this.#at = from + length;
    return from;
  }
}

const two32 = 0x1_0000_0000;

/** Numbers up to 2^53 - 1 in eight bytes, without the cost of a bigint. */
export function writeU64(bytes: Buffer, value: number, at: number): void {
  bytes.writeUInt32BE(Math.floor(value / two32), at);
  bytes.writeUInt32BE(value % two32, at + 4);
}

/** Beyond 2^53 the result is inexact; such a number never equals an expected one, so it is refused by its reader. */
export function readU64(bytes: Buffer, at: number): number {
  return bytes.readUInt32BE(at) * two32 + bytes.readUInt32BE(at + 4);
}
