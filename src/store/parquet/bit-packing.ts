/** Packs numbers below 2^width, lowest bit first, into `Math.ceil(count / 8) * width` bytes; returns where they end. */
export function packBits(
  values: ArrayLike<number>,
  count: number,
  width: number,
  into: DataView<ArrayBuffer>,
  at: number,
): number {
  const end = at + Math.ceil(count / 8) * width;
  let word = 0;
  let filled = 0;
  for (let index = 0; index < count; index++) {
    const value = values[index] as number;
    word |= value << filled;
    filled += width;
    if (filled >= 32) {
      into.setUint32(at, word, true);
      at += 4;
      filled -= 32;
      // A shift by 32 would be one by 0.
      word = filled === 0 ? 0 : value >>> (width - filled);
    }
  }
  for (; at < end; at++) {
    into.setUint8(at, word & 255);
    word >>>= 8;
  }
  return end;
}

/** Bits that the number needs; 0 for 0. */
export function bitWidth(value: number): number {
  return 32 - Math.clz32(value);
}
