/** Letters that are written from right to left, and characters that command a direction. */
const turning = /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc]/;

/**
 * A name from outside, for use within a sentence: one that changes the direction of writing is closed in (Unicode
 * Standard Annex 9: FIRST STRONG ISOLATE … POP DIRECTIONAL ISOLATE), so that what follows is not turned around.
 */
export function isolated(name: string): string {
  return turning.test(name) ? `\u2068${name.replaceAll(/[\u2066-\u2069]/g, '')}\u2069` : name;
}
