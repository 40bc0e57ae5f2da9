/**
 * How much a thing flaps, by the formula of Nagios (base/flapping.c): over a ring of 21 states, each of the 20 changes
 * from one to the next weighs 0.75 for the oldest place up to 1.25 for the newest; the sum is in percent of 20.
 */
export const flapRingSize = 21;
const oldestWeight = 0.75;
const weightStep = 0.5 / (flapRingSize - 2);

/** Weighted share of changes in percent, 0 to 100, of a ring with one letter a state, the oldest first. */
export function flapPercent(ring: string): number {
  let sum = 0;
  for (let place = 1; place < flapRingSize; place++) {
    if (ring[place] !== ring[place - 1]) sum += oldestWeight + (place - 1) * weightStep;
  }
  return Math.round((sum * 100_000) / (flapRingSize - 1)) / 1000;
}
