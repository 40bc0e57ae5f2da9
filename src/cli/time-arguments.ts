import { InvalidArgumentError } from 'commander';
import { parseDuration, type EpochMs } from '../model/index.ts';

/** Reads a time of the past: `6h` for so long ago, or a date such as 2026-01-31T12:00:00Z. */
export function pastInstant(text: string): EpochMs {
  const agoMs = parseDuration(text);
  return agoMs === undefined ? instant(text) : Date.now() - agoMs;
}

/** Reads a time to come: `2h` from now on, or a date such as 2026-01-31T12:00:00Z. */
export function futureInstant(text: string): EpochMs {
  const aheadMs = parseDuration(text);
  return aheadMs === undefined ? instant(text) : Date.now() + aheadMs;
}

function instant(text: string): EpochMs {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new InvalidArgumentError('expected 6h, 7d, or a time such as 2026-01-31T12:00:00Z');
  return at;
}
