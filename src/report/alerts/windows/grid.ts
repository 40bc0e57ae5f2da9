import { assert, type EpochMs, type Milliseconds } from '../../../model/index.ts';

/** Time is cut into slots of one width since 1970; slot k holds what was measured in (k * width, (k + 1) * width]. */
export interface Grid {
  slotMs: Milliseconds;
  /** Slots that are kept: the window, and one more since it may begin within one. */
  slots: number;
}

/** A window has at most so many slots. */
export const maxSlots = 360;
/** Parts of the window of a forecast, each of which gives one point of the line. */
const forecastParts = 60;

/**
 * Slots for windows that end at multiples of the interval. Where that takes no more than `maxSlots` the windows are exact:
 * the slot divides both interval and window. Otherwise a window begins at the slot in which it would begin, so it is longer
 * by at most one 360th.
 */
export function gridOf(intervalMs: Milliseconds, windowMs: Milliseconds, spanMs: Milliseconds = windowMs): Grid {
  const exactMs = greatestDivisor(intervalMs, windowMs);
  const slotMs = windowMs / exactMs <= maxSlots ? exactMs : Math.ceil(windowMs / maxSlots);
  return { slotMs, slots: Math.ceil(spanMs / slotMs) + 1 };
}

export function forecastGrid(windowMs: Milliseconds): Grid {
  const slotMs = Math.ceil(windowMs / forecastParts);
  return { slotMs, slots: Math.ceil(windowMs / slotMs) + 1 };
}

/** The slot that holds a time. */
export const slotOf = (at: EpochMs, { slotMs }: Grid): number => Math.ceil(at / slotMs) - 1;

/** The first slot of a window that begins, exclusively, at a time. */
export const slotFrom = (begin: EpochMs, { slotMs }: Grid): number => Math.floor(begin / slotMs);

/** Euclid's; below a millisecond nothing is measured. */
function greatestDivisor(a: Milliseconds, b: Milliseconds): Milliseconds {
  assert(a > 0 && b > 0, 'intervals and windows take time');
  let [greater, less] = [Math.round(a), Math.round(b)];
  // A part of a millisecond has no common divisor worth a slot.
  if (greater !== a || less !== b) return 1;
  while (less > 0) [greater, less] = [less, greater % less];
  return greater;
}
