/** Which lines of a long list are drawn: those on screen and a few around, so that ten thousand stay quick. */

export interface WindowInput {
  /** Height of each line in CSS pixels, by index. */
  offsets: Float64Array;
  /** Top of the visible part, measured from the top of the list. */
  top: number;
  height: number;
  /** Lines drawn beyond each edge, so that Tab and the arrow keys always find a next one. */
  overscan: number;
}

/** Tops of all lines and, last, the height of the whole list. */
export function offsetsOf(heights: Iterable<number>, count: number): Float64Array {
  const offsets = new Float64Array(count + 1);
  let index = 0;
  let sum = 0;
  for (const height of heights) {
    sum += height;
    offsets[++index] = sum;
  }
  return offsets;
}

/** Index of the line at a height, by halving. */
function lineAt(offsets: Float64Array, y: number): number {
  let low = 0;
  let high = Math.max(0, offsets.length - 2);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((offsets[middle] ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** First line and the one after the last. */
export function windowOf({ offsets, top, height, overscan }: WindowInput): { from: number; to: number } {
  const count = offsets.length - 1;
  if (count <= 0) return { from: 0, to: 0 };
  return {
    from: Math.max(0, lineAt(offsets, top) - overscan),
    to: Math.min(count, lineAt(offsets, top + height) + 1 + overscan),
  };
}
