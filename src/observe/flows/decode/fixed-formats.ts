import type { Field } from './element.ts';
import { u16, u32 } from './bytes.ts';

/** NetFlow v1, v5 and v7: what a template would say of them, and their headers. */

export interface FixedHeader {
  version: 1 | 5 | 7;
  count: number;
  headerBytes: number;
  recordBytes: number;
  fields: readonly Field[];
  exportSeconds: number;
  /** What exceeds the seconds. */
  exportNanoseconds: number;
  uptimeMs: number;
  /** Of the first record; v1 has none. */
  sequence?: number;
  /** Engine type and id, which count for themselves. */
  domain: number;
  /** The whole word of v5: two bits of mode, and an interval. */
  samplingWord: number;
}

const field = (id: number, length: number): Field => ({ pen: 0, id, length });
/** No element has the number 0. */
const skipped = (length: number): Field => field(0, length);

const begin = [field(8, 4), field(12, 4), field(15, 4), field(10, 2), field(14, 2), field(2, 4), field(1, 4)];
const middle = [field(22, 4), field(21, 4), field(7, 2), field(11, 2)];
const systems = [field(16, 2), field(17, 2), field(9, 1), field(13, 1)];

const formats = {
  1: {
    headerBytes: 16,
    recordBytes: 48,
    fields: [...begin, ...middle, skipped(2), field(4, 1), field(5, 1), field(6, 1), skipped(7)],
  },
  5: {
    headerBytes: 24,
    recordBytes: 48,
    fields: [...begin, ...middle, skipped(1), field(6, 1), field(4, 1), field(5, 1), ...systems, skipped(2)],
  },
  7: {
    headerBytes: 24,
    recordBytes: 52,
    fields: [...begin, ...middle, skipped(1), field(6, 1), field(4, 1), field(5, 1), ...systems, skipped(6)],
  },
} as const;

/** Undefined when the bytes at `at` are of another version, or fewer than a header. */
export function readFixedHeader(bytes: Uint8Array, at: number): FixedHeader | undefined {
  const left = bytes.length - at;
  if (left < 2) return undefined;
  const version = u16(bytes, at);
  if (version !== 1 && version !== 5 && version !== 7) return undefined;
  const format = formats[version];
  if (left < format.headerBytes) return undefined;
  return {
    version,
    ...format,
    count: u16(bytes, at + 2),
    uptimeMs: u32(bytes, at + 4),
    exportSeconds: u32(bytes, at + 8),
    exportNanoseconds: u32(bytes, at + 12),
    ...(version !== 1 && { sequence: u32(bytes, at + 16) }),
    domain: version === 5 ? u16(bytes, at + 20) : 0,
    samplingWord: version === 5 ? u16(bytes, at + 22) : 0,
  };
}

/** The two upper bits of the word are a mode that some leave at 0 although they sample. 0 for no interval. */
export function samplingOf({ samplingWord }: FixedHeader): number {
  return samplingWord & 0x3fff;
}
