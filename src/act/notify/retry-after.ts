import type { EpochMs, Milliseconds } from '../../model/index.ts';

/** Reads the Retry-After header: seconds or an HTTP date (RFC 9110 section 10.2.3). Undefined for anything else. */
export function retryAfterMs(value: string | undefined, now: EpochMs): Milliseconds | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const at = value.endsWith('GMT') ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
