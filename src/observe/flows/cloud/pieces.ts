import type { CloudFault } from './unreadable.ts';

/** What a stream of bytes is cut into. */
export interface PieceSink {
  piece(text: string): void;
  fault(fault: CloudFault): void;
}

export interface Pieces {
  write(bytes: Uint8Array): void;
  /** Nothing follows: what is there is the last piece, or the beginning of one that was cut off. */
  end(): void;
}

/** Of one line, and of one record: Azure's hold a minute of a whole network. */
const maxLineBytes = 1024 * 1024;
const maxElementBytes = 16 * 1024 * 1024;
/** How deep entries may nest; those of the clouds have eight levels. */
const maxDepth = 40;

const newline = 0x0a;

/** Bytes up to a bound, and whether there were more. */
class Gathered {
  #parts: Uint8Array[] = [];
  #length = 0;
  readonly #maxBytes: number;
  readonly #decoder = new TextDecoder();

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(bytes: Uint8Array): void {
    this.#length += bytes.length;
    // What is too long is not kept, only counted.
    if (this.#length > this.#maxBytes) this.#parts = [];
    else if (bytes.length > 0) this.#parts.push(bytes.slice());
  }

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  /** Hands it over and begins anew. */
  give(sink: PieceSink): void {
    const isTooLong = this.#length > this.#maxBytes;
    const text = isTooLong ? '' : this.#decoder.decode(Buffer.concat(this.#parts));
    this.clear();
    if (isTooLong) sink.fault('too-long');
    else if (text.trim() !== '') sink.piece(text);
  }

  clear(): void {
    this.#parts = [];
    this.#length = 0;
  }
}

/** Each line is a piece. */
export class Lines implements Pieces {
  readonly #sink: PieceSink;
  readonly #gathered: Gathered;

  constructor(sink: PieceSink, maxBytes = maxLineBytes) {
    this.#sink = sink;
    this.#gathered = new Gathered(maxBytes);
  }

  write(bytes: Uint8Array): void {
    let from = 0;
    for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, from)) {
      this.#gathered.add(bytes.subarray(from, end));
      this.#gathered.give(this.#sink);
      from = end + 1;
    }
    this.#gathered.add(bytes.subarray(from));
  }

  end(): void {
    if (!this.#gathered.isEmpty) this.#gathered.give(this.#sink);
  }
}

const quote = 0x22;
const backslash = 0x5c;
const [openObject, closeObject, openList, closeList] = [0x7b, 0x7d, 0x5b, 0x5d];

/**
 * Each object that lies so deep in a document is a piece: `depth` 1 in `[{…},{…}]`, 2 in `{"records":[{…},{…}]}`. Documents may
 * follow each other, and be as long as they like.
 */
export class JsonElements implements Pieces {
  readonly #sink: PieceSink;
  readonly #gathered: Gathered;
  readonly #elementDepth: number;
  #depth = 0;
  #inText = false;
  #escaped = false;
  #isTooDeep = false;
  /** In the document that is being read. */
  #elements = 0;

  constructor(sink: PieceSink, depth: number, maxBytes = maxElementBytes) {
    this.#sink = sink;
    this.#elementDepth = depth;
    this.#gathered = new Gathered(maxBytes);
  }

  write(bytes: Uint8Array): void {
    /** Where the element that is being read begins in these bytes. */
    let from = this.#depth > this.#elementDepth ? 0 : -1;
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (this.#inText) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === backslash) this.#escaped = true;
        else if (byte === quote) this.#inText = false;
      } else if (byte === quote) this.#inText = true;
      else if (byte === openObject || byte === openList) {
        if (this.#depth === this.#elementDepth && byte === openObject) from = at;
        this.#depth++;
        if (this.#depth > this.#elementDepth + maxDepth) this.#isTooDeep = true;
      } else if ((byte === closeObject || byte === closeList) && this.#depth > 0) {
        this.#depth--;
        if (this.#depth === this.#elementDepth && from >= 0) {
          this.#gathered.add(bytes.subarray(from, at + 1));
          from = -1;
          this.#give();
        }
        if (this.#depth === 0) this.#endDocument();
      }
    }
    if (from >= 0) this.#gathered.add(bytes.subarray(from));
  }

  end(): void {
    if (this.#depth > 0 || this.#inText) this.#sink.fault('cut-off');
    this.#gathered.clear();
    this.#depth = 0;
    this.#elements = 0;
    this.#inText = false;
    this.#escaped = false;
    this.#isTooDeep = false;
  }

  /** A document without a single element may be empty, or something else altogether. */
  #endDocument(): void {
    if (this.#elements === 0) this.#sink.fault('not-an-entry');
    this.#elements = 0;
  }

  #give(): void {
    this.#elements++;
    if (this.#isTooDeep) {
      this.#isTooDeep = false;
      this.#gathered.clear();
      this.#sink.fault('too-deep');
    } else this.#gathered.give(this.#sink);
  }
}

/** Whether a text nests deeper than entries do: parsing it would cost more than it can say. */
export function isTooDeep(text: string): boolean {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inText) {
      if (code === backslash) at++;
      else if (code === quote) inText = false;
    } else if (code === quote) inText = true;
    else if (code === openObject || code === openList) {
      if (++depth > maxDepth) return true;
    } else if (code === closeObject || code === closeList) depth--;
  }
  return false;
}
