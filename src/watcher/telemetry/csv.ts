import { formatInstant, type ApiMetricsAnswer } from '../../model/index.ts';

/**
 * One row a step and series, as spreadsheets and notebooks like it best (RFC 4180): `time,metric,aggregate,LABELS…,value`.
 * Of histograms one row a bucket, with `from`, where the bucket begins.
 */
export function metricsCsv({ at, answers }: ApiMetricsAnswer): string {
  const labels = [...new Set(answers.flatMap(({ series }) => series.flatMap((one) => Object.keys(one.labels))))].sort();
  const buckets = answers.some(({ bounds }) => bounds !== undefined);
  const head = ['time', 'metric', 'aggregate', ...labels, ...(buckets ? ['from'] : []), 'value'];
  const lines = [head.map(cell).join(',')];
  for (const { metric, aggregate, series, bounds } of answers) {
    for (const one of series) {
      const named = labels.map((label) => (Object.hasOwn(one.labels, label) ? (one.labels[label] ?? '') : ''));
      at.forEach((begin, step) => {
        const start = [formatInstant(begin), metric, aggregate, ...named];
        const value = one.values[step] ?? null;
        if (value === null) return;
        if (!bounds) lines.push([...start, ...(buckets ? [''] : []), value].map(cell).join(','));
        bounds?.forEach((bound, place) => {
          const count = one.counts?.[step]?.[place] ?? 0;
          if (count > 0) lines.push([...start, bound, count].map(cell).join(','));
        });
      });
    }
  }
  return `${lines.join('\r\n')}\r\n`;
}

/** A text that a spreadsheet would run as a formula is made one that it shows. */
function cell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
