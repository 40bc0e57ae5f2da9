import { u32 } from '../bytes.ts';

/** More samples than a datagram can hold, and more records than a sample. */
export const maxSamples = 2000;
export const maxRecords = 500;

/**
 * Goes through what sFlow is made of at both its levels, samples of a datagram and records of a sample: a type, a length, so
 * many bytes, and what fills them up to four. One goes through many, since objects cost more than what is read.
 */
export class Parts {
  readonly #most: number;
  #left = 0;
  #at = 0;
  #end = 0;
  /** Enterprise times 4096, and format. */
  type = 0;
  from = 0;
  to = 0;
  /** Where one begins that reaches beyond the end; -1 while none did. */
  cutAt = -1;

  constructor(most: number) {
    this.#most = most;
  }

  begin(at: number, end: number, count: number): void {
    this.#at = at;
    this.#end = end;
    this.#left = count < this.#most ? count : this.#most;
    this.cutAt = -1;
  }

  next(bytes: Uint8Array): boolean {
    if (this.#left <= 0) return false;
    this.#left--;
    const at = this.#at;
    const from = at + 8;
    if (from > this.#end) return this.#cut(at);
    const length = u32(bytes, at + 4);
    const to = from + length;
    if (to > this.#end) return this.#cut(at);
    this.type = u32(bytes, at);
    this.from = from;
    this.to = to;
    this.#at = to + (-length & 3);
    return true;
  }

  #cut(at: number): false {
    this.#left = 0;
    this.cutAt = at;
    return false;
  }
}
