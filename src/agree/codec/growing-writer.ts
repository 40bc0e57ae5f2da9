import { assert } from '../../model/index.ts';
import { hashBytes, type Hash } from '../record/hash.ts';
import { writeU64 } from './bytes.ts';

const firstBytes = 512;

/** Writes what `ByteWriter` writes where the length is not known before. */
export class GrowingWriter {
  #buffer = Buffer.allocUnsafe(firstBytes);
  #at = 0;

  u8(value: number): this {
    const at = this.#advance(1);
    this.#buffer.writeUInt8(value, at);
    return this;
  }

  u16(value: number): this {
    const at = this.#advance(2);
    this.#buffer.writeUInt16BE(value, at);
    return this;
  }

  u32(value: number): this {
    const at = this.#advance(4);
    this.#buffer.writeUInt32BE(value, at);
    return this;
  }

  u64(value: number): this {
    const at = this.#advance(8);
    writeU64(this.#buffer, value, at);
    return this;
  }

  hash(value: Hash): this {
    assert(value.length === hashBytes, 'a hash has 32 bytes');
    const at = this.#advance(hashBytes);
    this.#buffer.write(value, at, 'latin1');
    return this;
  }

  raw(value: Uint8Array): this {
    const from = this.#advance(value.length);
    this.#buffer.set(value, from);
    return this;
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#at;
  }

  /** What was written; the writer is not used any more. */
  finish(): Buffer {
    return this.#buffer.subarray(0, this.#at);
  }

  #advance(length: number): number {
    const from = this.#at;
    this.#at += length;
    if (this.#at > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#at, this.#buffer.length * 2));
      larger.set(this.#buffer.subarray(0, from));
      this.#buffer = larger;
    }
    return from;
  }
}
