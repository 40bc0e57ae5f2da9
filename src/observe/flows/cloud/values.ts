import { Unreadable } from './unreadable.ts';

/** Values of entries, whatever is written there: each is checked where it is taken. */

export function fieldOf(value: unknown, ...path: readonly string[]): unknown {
  let at = value;
  for (const name of path) {
    if (typeof at !== 'object' || at === null || Array.isArray(at)) return undefined;
    // Only what an entry says, and never what every object has.
    at = Object.hasOwn(at, name) ? (at as Record<string, unknown>)[name] : undefined;
  }
  return at;
}

export function listOf(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = fieldOf(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** '' where it is missing or no text. */
export function textOf(value: unknown, ...path: readonly string[]): string {
  const found = fieldOf(value, ...path);
  return typeof found === 'string' ? found : '';
}

/** A whole number, as one or as decimal digits; 0 where it is missing. Throws Unreadable for anything else. */
export function numberOf(value: unknown, limit: number): number {
  if (value === undefined || value === null || value === '') return 0;
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0 || number > limit) {
    throw new Unreadable('bad-number');
  }
  return number;
}

const mostCounted = 2n ** 64n - 1n;

/** A counter of 64 bits, which JSON has as decimal digits. 0n where it is missing; throws Unreadable. */
export function counterOf(value: unknown): bigint {
  if (typeof value === 'string' && /^\d{16,20}$/.test(value)) {
    const counter = BigInt(value);
    if (counter > mostCounted) throw new Unreadable('bad-number');
    return counter;
  }
  return BigInt(numberOf(value, Number.MAX_SAFE_INTEGER));
}

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

/** RFC 3339 as milliseconds since 1970, NaN where it is missing. Throws Unreadable for anything else. */
export function timeOf(value: unknown): number {
  if (value === undefined || value === null || value === '') return Number.NaN;
  const time = typeof value === 'string' && instant.test(value) ? Date.parse(value) : Number.NaN;
  if (!(time >= 0)) throw new Unreadable('bad-time');
  return time;
}
