import { InvalidArgumentError } from 'commander';
import { formatDuration, parseDuration, size, type Milliseconds } from '../../model/index.ts';

/** What values of options of `mirror` are. */

export const usualRingBytes = 268_435_456;

export function duration(text: string): Milliseconds {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError(`expected a duration such as ${formatDuration(3_600_000)}.`);
  return ms;
}

export function bytes(text: string): number {
  const read = size().safeParse(text);
  if (!read.success) throw new InvalidArgumentError('expected a size such as 256MiB.');
  return read.data;
}

export function number(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most)
      throw new InvalidArgumentError(`expected a number from ${least} to ${most}.`);
    return value;
  };
}
