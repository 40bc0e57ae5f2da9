/** Keeps the last part of an endless stream of bytes, as text. */
export class OutputTail {
  readonly #limitBytes: number;
  #kept = Buffer.alloc(0);

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  add(chunk: Buffer): void {
    const last = chunk.subarray(-this.#limitBytes);
    this.#kept = Buffer.concat([
      this.#kept.subarray(Math.max(0, this.#kept.length + last.length - this.#limitBytes)),
      last,
    ]);
  }

  /** Valid UTF-8 of at most the limit: a character that the cut went through is left out, bad bytes become U+FFFD. */
  text(): string {
    let from = 0;
    if (this.#kept.length === this.#limitBytes) {
      while (from < 3 && ((this.#kept[from] ?? 0) & 0xc0) === 0x80) from++;
    }
    const text = this.#kept.toString('utf8', from);
    if (Buffer.byteLength(text) <= this.#limitBytes) return text;
    // Each bad byte became three: cut again, at a character.
    const bytes = Buffer.from(text).subarray(-this.#limitBytes);
    let start = 0;
    while (((bytes[start] ?? 0) & 0xc0) === 0x80) start++;
    return bytes.toString('utf8', start);
  }
}
