import type { Kind } from '../query/kind.ts';
import type { SelectedRows } from './select.ts';

/** What parent and query process say to each other: one JSON text, then columns of doubles. */

export type Request =
  | { id: number; kind: 'open'; settings: Settings }
  | { id: number; kind: 'ask'; sql: string; kinds: readonly Kind[] }
  | { id: number; kind: 'run'; sql: string }
  /** A person's statement: `setup` first, then at most `limit` rows of it. */
  | { id: number; kind: 'select'; setup: readonly string[]; sql: string; limit: number }
  | { id: number; kind: 'cancel' };

export interface Settings {
  /** The only folder that may be read and written. */
  directory: string;
  memoryMiB: number;
  threads: number;
  spillDirectory: string;
  /** For what does not fit into memory, on disk. */
  spillMiB: number;
  /** As it is imported. */
  library: string;
}

export type Reply =
  | { id: number; kind: 'opened' }
  /** The library is not there, or not for this machine. */
  | { id: number; kind: 'unusable'; message: string }
  /** `texts` by column: decimal strings where a double cannot hold them, null where the doubles do. */
  | { id: number; kind: 'rows'; rows: number; texts: readonly (readonly string[] | null)[] }
  | ({ id: number; kind: 'selected' } & SelectedRows)
  | { id: number; kind: 'done' }
  | { id: number; kind: 'failed'; message: string };

const headBytes = 4;

export function encodeMessage(head: Request | Reply, columns: readonly Float64Array[] = []): Uint8Array[] {
  const text = Buffer.from(JSON.stringify(head));
  const length = Buffer.alloc(headBytes);
  length.writeUInt32LE(text.length);
  return [
    length,
    text,
    ...columns.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength)),
  ];
}

/** Throws for what is no message; the shape of the head is the sender's word. */
export function decodeMessage(body: Buffer): { head: unknown; doubles: Float64Array } {
  const end = headBytes + body.readUInt32LE(0);
  const head = JSON.parse(body.toString('utf8', headBytes, end)) as unknown;
  // Doubles begin at multiples of eight bytes, texts end anywhere.
  const bytes = new Uint8Array(body.subarray(end));
  return { head, doubles: new Float64Array(bytes.buffer, 0, Math.floor(bytes.length / 8)) };
}
