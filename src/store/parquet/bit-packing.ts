/** Packs numbers below 2^width, lowest bit first, into `Math.ceil(count / 8) * width` bytes; returns where they end. */
export function packBits(
  values: ArrayLike<number>,
  count: number,
  width: number,
  into: DataView<ArrayBuffer>,
  at: number,
): number {
  const end = at + Math.ceil(count / 8) * width;
  if (width === 0) return at;
  // What is written behind the end of eight numbers is overwritten by the next eight; the last ones go the other way.
  const room = Math.max(0, Math.floor((into.byteLength - at - 8) / width));
  const quick = width <= 8 ? 8 * Math.min(Math.floor(count / 8), room) : 0;
  for (let index = 0; index < quick; index += 8, at += width) packEight(values, index, width, into, at);
  return packRest(values, quick, count, width, into, at, end);
}

/** Eight numbers of up to 8 bits, without a look at each whether a word is full; writes 8 bytes. */
function packEight(
  values: ArrayLike<number>,
  from: number,
  width: number,
  into: DataView<ArrayBuffer>,
  at: number,
): void {
  const low = fourOf(values, from, width);
  const high = fourOf(values, from + 4, width);
  const lowBits = 4 * width;
  into.setUint32(at, lowBits < 32 ? low | (high << lowBits) : low, true);
  into.setUint32(at + 4, lowBits < 32 ? high >>> (32 - lowBits) : high, true);
}

function fourOf(values: ArrayLike<number>, from: number, width: number): number {
  return (
    (values[from] as number) |
    ((values[from + 1] as number) << width) |
    ((values[from + 2] as number) << (2 * width)) |
    ((values[from + 3] as number) << (3 * width))
  );
}

function packRest(
  values: ArrayLike<number>,
  from: number,
  count: number,
  width: number,
  into: DataView<ArrayBuffer>,
  at: number,
  end: number,
): number {
  let word = 0;
  let filled = 0;
  for (let index = from; index < count; index++) {
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
