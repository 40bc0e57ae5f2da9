import type { Column } from '../batch.ts';
import { bitWidth, packBits } from './bit-packing.ts';
import { writeVarint, zigzag } from './compact-protocol.ts';
import type { Range } from './range.ts';
import { isWide, numberAt, wordsOf } from './words.ts';
import type { Workspace } from './workspace.ts';

/**
 * DELTA_BINARY_PACKED (github.com/apache/parquet-format/blob/master/Encodings.md): differences, less the smallest of
 * their block, in as few bits as each 32 of them need. Blocks of 128.
 */
const blockValues = 128;
const miniValues = 32;

/** Signed 32 bits: readers differ in how differences wrap above. */
const narrowLimit = 0x8000_0000;
/** So far apart at most, any two differences differ by less than 2^32. */
const maxSpan = 0x4000_0000;

/** Whether differences between any two differences of these fit 32 bits, and every reader takes them. */
export function isDeltaFit(column: Column, { leastRow, greatestRow }: Range): boolean {
  if (column instanceof Float64Array) return false;
  const greatest = numberAt(column, greatestRow);
  if (greatest >= (isWide(column) ? Number.MAX_SAFE_INTEGER : narrowLimit)) return false;
  return greatest - numberAt(column, leastRow) <= maxSpan;
}

/** Of rows for which `isDeltaFit` holds; the bytes lie in the workspace. */
export function encodeDelta(
  column: Exclude<Column, Float64Array>,
  fromRow: number,
  toRow: number,
  workspace: Workspace,
): Uint8Array {
  const count = toRow - fromRow;
  const header: number[] = [];
  writeVarint(header, blockValues);
  writeVarint(header, blockValues / miniValues);
  writeVarint(header, count);
  writeVarint(header, zigzag(count > 0 ? numberAt(column, fromRow) : 0));
  const blocks = Math.ceil(Math.max(0, count - 1) / blockValues);
  const bytes = workspace.page(header.length + blocks * (14 + blockValues * 4));
  const view = new DataView(bytes.buffer);
  bytes.set(header);
  let at = header.length;
  // Values are near each other, so that differences of their low 32 bits are their differences.
  const wide = isWide(column);
  const words = wide ? wordsOf(column) : column;
  const step = wide ? 2 : 1;
  const deltas = new Int32Array(blockValues);
  const mini = new Uint32Array(miniValues);
  let before = words[fromRow * step] as number;
  for (let first = fromRow + 1; first < toRow; first += blockValues) {
    const inBlock = Math.min(blockValues, toRow - first);
    let least = 0x7fff_ffff;
    for (let index = 0; index < inBlock; index++) {
      const value = words[(first + index) * step] as number;
      const delta = (value - before) | 0;
      before = value;
      deltas[index] = delta;
      if (delta < least) least = delta;
    }
    const leastBytes: number[] = [];
    writeVarint(leastBytes, zigzag(least));
    bytes.set(leastBytes, at);
    at += leastBytes.length;
    const widthsAt = at;
    at += blockValues / miniValues;
    for (let start = 0; start < inBlock; start += miniValues) {
      const inMini = Math.min(miniValues, inBlock - start);
      let bits = 0;
      for (let index = 0; index < inMini; index++) {
        const value = (deltas[start + index] as number) - least;
        mini[index] = value;
        bits |= value;
      }
      mini.fill(0, inMini);
      const width = bitWidth(bits);
      bytes[widthsAt + start / miniValues] = width;
      at = packBits(mini, miniValues, width, view, at);
    }
  }
  return bytes.subarray(0, at);
}
