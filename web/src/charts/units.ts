import type { ApiMetric } from '../../../src/model/index.ts';
import { formatCount, formatDuration, formatMoment, formatNumber, formatShare } from '../text/format.ts';

/** Values of metrics for people, by the unit of the metric. */

export type Unit = ApiMetric['unit'] | 'bytes-per-second';

const binary = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

function formatSeconds(seconds: number): string {
  const size = Math.abs(seconds);
  if (size >= 120) return `${seconds < 0 ? '−' : ''}${formatDuration(size * 1000)}`;
  if (size >= 1 || size === 0) return `${formatNumber(seconds)} s`;
  if (size >= 0.001) return `${formatNumber(seconds * 1000)} ms`;
  return `${formatNumber(seconds * 1_000_000)} µs`;
}

function formatBytes(bytes: number): string {
  const step = Math.min(binary.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, Math.abs(bytes))) / 10)));
  return `${formatNumber(bytes / 1024 ** step)} ${binary[step] ?? 'B'}`;
}

/** `12.3 ms`, `450 µs`, `1.5 GiB`, `12.5%`, `3.2/s`. */
export function formatValue(value: number, unit: Unit): string {
  switch (unit) {
    case 'seconds':
      return formatSeconds(value);
    case 'bytes':
      return formatBytes(value);
    case 'bytes-per-second':
      return `${formatBytes(value)}/s`;
    case 'ratio':
      return formatShare(value);
    case 'per-second':
      return `${formatCount(value)}/s`;
    case 'timestamp':
      return formatMoment(value * 1000) ?? '–';
    case 'count':
    case 'state':
      return formatCount(value);
    default:
      return formatCount(value);
  }
}

/** What the values of an answer are in: the rate of a count is per second, a number of values is a count. */
export function unitOf(unit: ApiMetric['unit'], aggregate: string): Unit {
  if (aggregate === 'count') return 'count';
  if (aggregate !== 'rate') return unit;
  if (unit === 'bytes') return 'bytes-per-second';
  return unit === 'seconds' ? 'ratio' : 'per-second';
}

/** The next round number up, in steps that suit the unit: sizes go by powers of two. */
export function roundUp(value: number, unit: Unit): number {
  if (value <= 0) return 1;
  const base = unit === 'bytes' || unit === 'bytes-per-second' ? 2 : 10;
  const power = base ** Math.floor(Math.log(value) / Math.log(base));
  const steps = base === 2 ? [1, 1.25, 1.5, 1.75, 2] : [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];
  return (steps.find((step) => step * power >= value * 0.999_999) ?? base) * power;
}
