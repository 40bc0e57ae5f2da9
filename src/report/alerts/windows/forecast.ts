import type { EpochMs, Milliseconds } from '../../../model/index.ts';
import type { Part } from './slot-ring.ts';

const fewestParts = 3;

/**
 * The line of least squares through the parts of a window: of its values now and at the end of the horizon the one that is
 * further towards the limit, since a line that crosses it in between is beyond it at one of its ends. Undefined for fewer
 * than 3 parts, and for parts that lie closer together than half the window.
 */
export function forecast(
  parts: readonly Part[],
  at: EpochMs,
  { windowMs, withinMs, towards }: { windowMs: Milliseconds; withinMs: Milliseconds; towards: 'above' | 'below' },
): number | undefined {
  const first = parts[0]?.at ?? 0;
  const last = parts.at(-1)?.at ?? 0;
  if (parts.length < fewestParts || last - first < windowMs / 2) return undefined;
  const meanAt = parts.reduce((sum, part) => sum + (part.at - at), 0) / parts.length;
  const mean = parts.reduce((sum, part) => sum + part.value, 0) / parts.length;
  let products = 0;
  let squares = 0;
  for (const part of parts) {
    const offset = part.at - at - meanAt;
    products += offset * (part.value - mean);
    squares += offset * offset;
  }
  const perMs = products / squares;
  const now = mean - perMs * meanAt;
  const then = now + perMs * withinMs;
  return towards === 'above' ? Math.max(now, then) : Math.min(now, then);
}
