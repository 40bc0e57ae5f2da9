import type { Milliseconds } from '../model/index.ts';

/** Doubles from the first to the longest delay; jitter takes up to a half off, so that many don't come back together. */
export function backOffMs(
  tries: number,
  range: { firstMs: Milliseconds; longestMs: Milliseconds },
  random: number,
): Milliseconds {
  const wholeMs = Math.min(range.longestMs, range.firstMs * 2 ** Math.min(tries - 1, 30));
  return wholeMs * (1 - random / 2);
}
