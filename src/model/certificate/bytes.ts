/** Bytes and their writings, without anything of Node or of browsers beyond what both have. */

const encoder = new TextEncoder();

export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The text of the bytes; undefined when they are not UTF-8. */
export function fromUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const hexOf = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, '0'));

export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += hexOf[byte];
  return text;
}

/** The text must be small hexadecimal digits of whole bytes. Proofs are mostly this, so it does not parse numbers. */
export function fromHex(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length / 2);
  const digit = (at: number) => {
    const code = text.charCodeAt(at);
    return code < 0x61 ? code - 0x30 : code - 0x57;
  };
  for (let at = 0; at < bytes.length; at++) bytes[at] = digit(2 * at) * 16 + digit(2 * at + 1);
  return bytes;
}

/** Base64 of RFC 4648 section 4. */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** Undefined when the text is not base64 in its one writing: whole, padded, no bits left over. */
export function fromBase64(text: string): Uint8Array | undefined {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    return undefined;
  }
  if (btoa(binary) !== text) return undefined;
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

/** Writes big-endian numbers, raw bytes and hashes one after the other. */
export class ByteJoiner {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  raw(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    this.#length += bytes.length;
    return this;
  }

  text(text: string): this {
    return this.raw(utf8(text));
  }

  hex(text: string): this {
    return this.raw(fromHex(text));
  }

  u8(value: number): this {
    return this.raw(Uint8Array.of(value));
  }

  u32(value: number): this {
    return this.#view(4, (view) => view.setUint32(0, value));
  }

  u64(value: number): this {
    return this.#view(8, (view) => view.setBigUint64(0, BigInt(value)));
  }

  f64(value: number): this {
    return this.#view(8, (view) => view.setFloat64(0, value));
  }

  join(): Uint8Array {
    const joined = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      joined.set(part, at);
      at += part.length;
    }
    return joined;
  }

  #view(length: number, write: (view: DataView) => void): this {
    const bytes = new Uint8Array(length);
    write(new DataView(bytes.buffer));
    return this.raw(bytes);
  }
}
