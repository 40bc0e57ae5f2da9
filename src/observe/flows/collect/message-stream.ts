import { u16 } from '../decode/bytes.ts';

const headerBytes = 16;
const ipfix = 10;

/** IPFIX messages out of a stream of bytes (RFC 7011, section 10.4): each says its length, of at most 65,535 bytes. */
export class MessageStream {
  #rest: Uint8Array = new Uint8Array(0);

  /** Whole messages; undefined for what is none, after which nothing that comes can be read. */
  add(chunk: Uint8Array): Uint8Array[] | undefined {
    const bytes = this.#rest.length === 0 ? chunk : joined(this.#rest, chunk);
    const messages: Uint8Array[] = [];
    let at = 0;
    while (bytes.length - at >= 4) {
      const length = u16(bytes, at + 2);
      if (u16(bytes, at) !== ipfix || length < headerBytes) return undefined;
      if (at + length > bytes.length) break;
      messages.push(bytes.subarray(at, at + length));
      at += length;
    }
    // The chunk is its owner's again afterwards.
    this.#rest = bytes.slice(at);
    return messages;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}
