import { bitWidth, packBits } from './bit-packing.ts';
import { writeVarint, zigzag } from './compact-protocol.ts';

/**
 * DELTA_BINARY_PACKED (github.com/apache/parquet-format/blob/master/Encodings.md): differences, less the smallest of
 * their block, in as few bits as each 32 of them need. Blocks of 128.
 */
const blockValues = 128;
const miniValues = 32;

/** Whole numbers below 2^53 that lie within 2^31 of each other, so that no difference less the smallest exceeds 32 bits. */
export function encodeDelta(values: Float64Array): Uint8Array {
  const header: number[] = [];
  writeVarint(header, blockValues);
  writeVarint(header, blockValues / miniValues);
  writeVarint(header, values.length);
  writeVarint(header, zigzag(values[0] ?? 0));
  const blocks = Math.ceil(Math.max(0, values.length - 1) / blockValues);
  const bytes = new Uint8Array(header.length + blocks * (14 + blockValues * 4));
  const view = new DataView(bytes.buffer);
  bytes.set(header);
  let at = header.length;
  const deltas = new Float64Array(blockValues);
  const mini = new Uint32Array(miniValues);
  for (let first = 1; first < values.length; first += blockValues) {
    const count = Math.min(blockValues, values.length - first);
    let least = Infinity;
    let before = values[first - 1] as number;
    for (let index = 0; index < count; index++) {
      const value = values[first + index] as number;
      const delta = value - before;
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
    for (let start = 0; start < count; start += miniValues) {
      let bits = 0;
      mini.fill(0);
      for (let index = 0; index < miniValues && start + index < count; index++) {
        const value = (deltas[start + index] as number) - least;
        mini[index] = value;
        bits |= value;
      }
      const width = bitWidth(bits);
      bytes[widthsAt + start / miniValues] = width;
      at = packBits(mini, miniValues, width, view, at);
    }
  }
  return bytes.subarray(0, at);
}
