/**
 * The numbers of one watcher's requests that were executed: what was asked once is not executed again, by whomever and
 * however late it is repeated.
 */
export interface NumberWindow {
  highest: number;
  /** Those within the window, in no order. Below it, it is not known which were executed. */
  used: readonly number[];
  /** Of the last observations and of the last word about presence: later ones must have higher numbers. */
  observed: number;
  present: number;
}

/** Requests that may be under way at a time and overtake each other. */
const windowSize = 256;

export const freshWindow: NumberWindow = { highest: 0, used: [], observed: 0, present: 0 };

/** `forgotten`: so far below the highest that nobody knows; it isn't executed, either. */
export function pastOf(window: NumberWindow, number: number): 'executed' | 'forgotten' | undefined {
  if (number <= window.highest - windowSize) return 'forgotten';
  return window.used.includes(number) ? 'executed' : undefined;
}

export function withNumber(window: NumberWindow, number: number, of?: 'observed' | 'present'): NumberWindow {
  const highest = Math.max(window.highest, number);
  const used = [...window.used.filter((one) => one > highest - windowSize), number];
  return { ...window, highest, used, ...(of && { [of]: Math.max(window[of], number) }) };
}
