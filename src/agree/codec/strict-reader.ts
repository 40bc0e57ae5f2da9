import { hashBytes, hashFromBytes, type Hash } from '../record/hash.ts';
import { readU64 } from './bytes.ts';

/** Why bytes from outside were refused. */
export type MalformedReason =
  | 'too-short'
  | 'too-long'
  | 'over-limit'
  | 'number-too-large'
  | 'not-canonical'
  | 'unknown-kind';

/** Carries a reason out of nested readers; never leaves the codec. */
export class Malformed extends Error {
  readonly reason: MalformedReason;

  constructor(reason: MalformedReason) {
    super(reason);
    this.reason = reason;
  }
}

/**
 * Reads bytes that anybody may have made. Everything that has two writings is refused, so that what was accepted is
 * written again as the same bytes, and no count is believed before the bytes for it are seen to be there.
 */
export class StrictReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u8(): number {
    return this.#bytes.readUInt8(this.#advance(1));
  }

  u16(): number {
    return this.#bytes.readUInt16BE(this.#advance(2));
  }

  u32(): number {
    return this.#bytes.readUInt32BE(this.#advance(4));
  }

  u64(): number {
    const value = readU64(this.#bytes, this.#advance(8));
    if (!Number.isSafeInteger(value)) throw new Malformed('number-too-large');
    return value;
  }

  flag(): boolean {
    const value = this.u8();
    if (value > 1) throw new Malformed('not-canonical');
    return value === 1;
  }

  hash(): Hash {
    return hashFromBytes(this.raw(hashBytes));
  }

  raw(length: number): Buffer {
    const from = this.#advance(length);
    return this.#bytes.subarray(from, from + length);
  }

  bytes(max: number): Buffer {
    const length = this.u32();
    if (length > max) throw new Malformed('over-limit');
    return this.raw(length);
  }

  text(max: number): string {
    const length = this.u8();
    if (length > max) throw new Malformed('over-limit');
    const raw = this.raw(length);
    const text = raw.toString();
    if (!Buffer.from(text).equals(raw)) throw new Malformed('not-canonical');
    return text;
  }

  list<Item>(max: number, itemBytesMin: number, read: (reader: this) => Item): Item[] {
    const count = this.u16();
    if (count > max) throw new Malformed('over-limit');
    if (count * itemBytesMin > this.#bytes.length - this.#at) throw new Malformed('too-short');
    const items: Item[] = [];
    for (let left = count; left > 0; left--) items.push(read(this));
    return items;
  }

  end(): void {
    if (this.#at !== this.#bytes.length) throw new Malformed('too-long');
  }

  #advance(length: number): number {
    const from = this.#at;
    if (from + length > this.#bytes.length) throw new Malformed('too-short');
    this.#at = from + length;
    return from;
  }
}
