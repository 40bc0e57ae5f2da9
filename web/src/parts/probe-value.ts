import { formatBytes, formatInteger, formatLatency, formatNumber, formatPercent } from '../text/format.ts';

/** A probe's value with its unit, which follows from its name: `rtt-avg` is in ms, `loss-percent` in percent. */
export function formatProbeValue(name: string, value: number | string | boolean | readonly string[]): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'number') return value.join(', ');
  if (name.endsWith('-percent')) return formatPercent(value);
  if (name.endsWith('-bytes') || name.endsWith('-size')) return formatBytes(value);
  if (/^rtt-|-time$|-ms$|(^|-)(latency|jitter|stdev)$/.test(name)) return formatLatency(value);
  if (name.endsWith('-code')) return String(value);
  return Number.isInteger(value) ? formatInteger(value) : formatNumber(value);
}
